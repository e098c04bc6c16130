#ifndef TIMESTEP_CKERNELS_H
#define TIMESTEP_CKERNELS_H

#include "CKernelsActivations.h"
#include "CKernelsCPU.h"
#include "CKernelsCells.h"
#include "CKernelsDecimal.h"
#include "CKernelsImages.h"
#include "CKernelsLSTM.h"
#include "CKernelsProducts.h"
#include "CKernelsRows.h"
#include "CKernelsSteps.h"
#include "CKernelsTimes.h"
#include "CKernelsUpdaters.h"

#endif
