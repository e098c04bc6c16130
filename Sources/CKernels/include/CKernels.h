#ifndef TIMESTEP_CKERNELS_H
#define TIMESTEP_CKERNELS_H

#include "CKernelsDecimal.h"
#include "CKernelsLSTM.h"
#include "CKernelsUpdaters.h"

#endif
