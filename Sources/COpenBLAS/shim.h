// Debian keeps the header in a folder of the multiarch path that the alternatives system links to <cblas.h>.
#include <cblas.h>
