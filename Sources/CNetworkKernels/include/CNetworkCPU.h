#ifndef TIMESTEP_CNETWORK_CPU_H
#define TIMESTEP_CNETWORK_CPU_H

#ifdef __cplusplus
extern "C" {
#endif

/// The versions of kernels that are compiled for several instruction sets, in ascending order: a CPU that can
/// run a version can run all versions before it.
enum {
  TIMESTEP_PLAIN = 0,
  TIMESTEP_AVX2 = 1,
  TIMESTEP_AVX512 = 2
};

/// Returns the last version that this CPU can run.
int timestep_find_best_version(void);

#ifdef __cplusplus
}
#endif

#endif
