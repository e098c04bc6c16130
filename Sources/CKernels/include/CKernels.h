#ifndef TIMESTEP_CKERNELS_H
#define TIMESTEP_CKERNELS_H

#include "CKernelsLSTM.h"

#endif
