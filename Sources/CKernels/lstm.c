// Filled in next.
#include "CKernels.h"
