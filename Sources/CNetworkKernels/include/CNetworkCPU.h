#ifndef TIMESTEP_CNETWORK_CPU_H
#define TIMESTEP_CNETWORK_CPU_H

#ifdef __cplusplus
extern "C" {
#endif

/// The versions of kernels that exist several times, by what a CPU must have; where one works, all before it do.
enum {
  TIMESTEP_PLAIN = 0,
  TIMESTEP_AVX2 = 1,
  TIMESTEP_AVX512 = 2
};

/// The last version that this CPU can run.
int timestep_best_version(void);

#ifdef __cplusplus
}
#endif

#endif
