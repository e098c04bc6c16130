#ifndef TIMESTEP_LANES_H
#define TIMESTEP_LANES_H

// 16 floats that are computed with at once, whatever registers the CPU has, and functions in a version for each kind.

#include "CNetworkCPU.h"
#include "vector_math.h"
#include <stddef.h>

/// Read and written wherever it lies.
typedef float timestep_lanes __attribute__((vector_size(64), aligned(4)));

enum { TIMESTEP_LANES = 16 };

#if defined(__x86_64__) && defined(__linux__)
#define TIMESTEP_FOR_AVX2 __attribute__((target("arch=x86-64-v3")))
// Without the second attribute the compiler takes registers of 256 bits.
#define TIMESTEP_FOR_AVX512 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#else
#define TIMESTEP_FOR_AVX2
#define TIMESTEP_FOR_AVX512
#endif

// In front of a loop over the 16 floats of buffers that do not overlap. In functions for AVX-512 the compiler would take 8 at
// once of its own accord, which takes twice the time.
#define TIMESTEP_EACH_LANE _Pragma("clang loop vectorize(assume_safety) vectorize_width(16)")

/// Defines `void name(int version, parameters)`, which calls `name_body(arguments)` in one of its versions.
#define TIMESTEP_VERSIONS(name, parameters, arguments)                                                                \
  TIMESTEP_FOR_AVX512 static void name##_avx512 parameters { name##_body arguments; }                                  \
  TIMESTEP_FOR_AVX2 static void name##_avx2 parameters { name##_body arguments; }                                      \
  static void name##_plain parameters { name##_body arguments; }                                                       \
  static void (*const name##_versions[]) parameters = {name##_plain, name##_avx2, name##_avx512};

#endif
