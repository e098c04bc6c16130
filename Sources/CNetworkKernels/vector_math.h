#ifndef TIMESTEP_VECTOR_MATH_H
#define TIMESTEP_VECTOR_MATH_H

// Branch-free exp, logistic function and tanh that a compiler turns into vector code. Largest errors against double
// precision: exp 2 ulp, sigmoid and tanh 3 ulp (NetworksTests holds them to it; over every 7th float, with and without
// fused products, 1.05, 2.47 and 2.50 were measured). Results below the smallest normal float are 0.

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__linux__)
// Three versions of a function, one chosen at run time by what the CPU can do.
#define TIMESTEP_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TIMESTEP_CLONES
#endif

#define TIMESTEP_INLINE static inline __attribute__((always_inline))

// In front of a loop over the units of one row, whose buffers do not overlap. Without it the compiler checks that when the
// function runs, and for all rows at once: the gates of one row lie between those of others, so that the check fails and
// the loop runs unit by unit, at 28 ns a unit of an LSTM instead of 2.4. `restrict` does not help: it is lost where a
// function is inlined, or stands on a local variable.
#define TIMESTEP_UNITS _Pragma("clang loop vectorize(assume_safety)")

// x = k ln 2 + r with |r| <= ln 2 / 2; gives 2^k, and e^r - 1 by its Taylor series up to r^7 (error < 1e-8 r).
TIMESTEP_INLINE float timestep_exp_parts(float x, float *expm1r) {
  const float toInteger = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number
  float shifted = x * 1.44269504f + toInteger;
  float k = shifted - toInteger;
  float r = (x - k * 0.693359375f) + k * 2.12194440e-4f;  // ln 2 in two parts, the first exact times k
  float q = 1.98412698e-4f;
  q = q * r + 1.38888889e-3f;
  q = q * r + 8.33333333e-3f;
  q = q * r + 4.16666667e-2f;
  q = q * r + 1.66666667e-1f;
  q = q * r + 0.5f;
  *expm1r = r + r * r * q;
  // The low bits of `shifted` are k: no conversion, which for NaN would be undefined.
  uint32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127) << 23;
  float scale;
  memcpy(&scale, &bits, sizeof scale);
  return scale;
}

// Comparisons that are false for NaN keep x, so that NaN stays NaN.
TIMESTEP_INLINE float timestep_clamp(float x, float limit) {
  x = x > limit ? limit : x;
  return x < -limit ? -limit : x;
}

// e^x for x up to 88.3, beyond which it stays. Below the logarithm of the smallest normal float it is 0: subnormal
// results are flushed.
TIMESTEP_INLINE float timestep_exp1(float x) {
  float e;
  float clamped = x > 88.3f ? 88.3f : x;
  float scale = timestep_exp_parts(clamped < -87.33654f ? -87.33654f : clamped, &e);
  float y = scale + scale * e;
  return x < -87.33654f ? 0.0f : y;
}

// e^x - 1 for x up to 87, beyond which it stays; exact near 0, where e^x - 1 would cancel.
TIMESTEP_INLINE float timestep_expm1_1(float x) {
  float e;
  float scale = timestep_exp_parts(timestep_clamp(x, 87.0f), &e);
  return scale * e + (scale - 1.0f);
}

TIMESTEP_INLINE float timestep_sigmoid1(float x) {
  float y = 1.0f / (1.0f + timestep_exp1(-x));
  return x < -87.33654f ? 0.0f : y;
}

// tanh x = (e^2x - 1) / (e^2x + 1), with e^2x - 1 computed as such: exact near 0, where e^2x - 1 would cancel.
TIMESTEP_INLINE float timestep_tanh1(float x) {
  float e;
  float scale = timestep_exp_parts(2.0f * timestep_clamp(x, 9.1f), &e);
  float m = scale * e + (scale - 1.0f);
  return m / (m + 2.0f);
}

#endif
