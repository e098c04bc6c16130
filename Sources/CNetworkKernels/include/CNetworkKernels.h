#ifndef TIMESTEP_CNETWORK_KERNELS_H
#define TIMESTEP_CNETWORK_KERNELS_H

#include "CNetworkActivations.h"
#include "CNetworkCPU.h"
#include "CNetworkElementwise.h"
#include "CNetworkGRU.h"
#include "CNetworkImages.h"
#include "CNetworkLSTM.h"
#include "CNetworkProducts.h"
#include "CNetworkRNN.h"
#include "CNetworkStepFlags.h"
#include "CNetworkSteps.h"
#include "CNetworkUpdaters.h"

#endif
