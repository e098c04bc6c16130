#include "CKernelsDecimal.h"
