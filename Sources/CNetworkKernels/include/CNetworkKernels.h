#ifndef TIMESTEP_CNETWORKKERNELS_H
#define TIMESTEP_CNETWORKKERNELS_H

#include "CNetworkActivations.h"
#include "CNetworkCPU.h"
#include "CNetworkCells.h"
#include "CNetworkImages.h"
#include "CNetworkLSTM.h"
#include "CNetworkProducts.h"
#include "CNetworkSteps.h"
#include "CNetworkUpdaters.h"

#endif
