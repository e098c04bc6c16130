// Debian keeps the header in a folder of the multiarch path that the alternatives system links to <cblas.h>.
#include <cblas.h>
// The library is not linked but loaded on first use: Sources/Networks/BLAS.swift says why.
