#ifndef TIMESTEP_CLINUX_H
#define TIMESTEP_CLINUX_H

#include "CLinuxCalls.h"
#include "CLinuxMappings.h"
#include "CLinuxTimes.h"

#endif
