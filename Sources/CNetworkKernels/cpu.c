// The instruction sets of the CPU, for kernels that are compiled in several versions (lanes.h).

#include "CNetworkCPU.h"

int timestep_find_best_version(void) {
#if defined(__x86_64__) && defined(__linux__)
  if (__builtin_cpu_supports("x86-64-v4")) return TIMESTEP_AVX512;
  if (__builtin_cpu_supports("x86-64-v3")) return TIMESTEP_AVX2;
#endif
  return TIMESTEP_PLAIN;
}
