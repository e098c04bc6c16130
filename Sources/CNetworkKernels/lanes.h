#ifndef TIMESTEP_LANES_H
#define TIMESTEP_LANES_H

// Vectors of 16 floats, for registers of any width, and functions that are compiled for several instruction
// sets.

#include "CNetworkCPU.h"
#include "vector_math.h"
#include <stddef.h>

/// 16 floats; no alignment beyond that of a float is needed.
typedef float timestep_lanes __attribute__((vector_size(64), aligned(4)));

enum { TIMESTEP_LANES = 16 };

#if defined(__x86_64__) && defined(__linux__)
#define TIMESTEP_FOR_AVX2 __attribute__((target("arch=x86-64-v3")))
// Without the second attribute the compiler prefers registers of 256 bits.
#define TIMESTEP_FOR_AVX512 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#else
#define TIMESTEP_FOR_AVX2
#define TIMESTEP_FOR_AVX512
#endif

// Put this in front of a loop over 16 floats whose buffers do not overlap. In functions for AVX-512 the
// compiler would otherwise process 8 at a time, which takes twice the time.
#define TIMESTEP_EACH_LANE _Pragma("clang loop vectorize(assume_safety) vectorize_width(16)")

/// Defines the table `name_versions`: `name_body(arguments)` compiled for each version, indexed by
/// TIMESTEP_PLAIN, ...
#define TIMESTEP_VERSIONS(name, parameters, arguments)                                                                \
  TIMESTEP_FOR_AVX512 static void name##_avx512 parameters { name##_body arguments; }                                  \
  TIMESTEP_FOR_AVX2 static void name##_avx2 parameters { name##_body arguments; }                                      \
  static void name##_plain parameters { name##_body arguments; }                                                       \
  static void (*const name##_versions[]) parameters = {name##_plain, name##_avx2, name##_avx512};

#endif
