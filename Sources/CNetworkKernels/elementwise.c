#include "CNetworkKernels.h"
#include "vector_math.h"
#include <math.h>

TIMESTEP_CLONES
void timestep_add_rows(size_t rows, size_t n, const float *restrict values, float *restrict sums) {
  for (size_t row = 0; row < rows; row++, values += n)
    for (size_t j = 0; j < n; j++) sums[j] += values[j];
}

void timestep_fill_rows(size_t rows, size_t n, const float *bias, float *values) {
  for (size_t row = 0; row < rows; row++) memcpy(values + row * n, bias, n * sizeof *bias);
}

void timestep_select_rows(size_t rows, size_t n, const uint8_t *codes, const float *restrict from, float *restrict to) {
  for (size_t row = 0; row < rows; row++, from += n, to += n) {
    if (codes[row] & TIMESTEP_STEP_PRESENT)
      memcpy(to, from, n * sizeof *to);
    else
      memset(to, 0, n * sizeof *to);
  }
}

TIMESTEP_CLONES
void timestep_sigmoid(size_t count, float *restrict values) {
  for (size_t j = 0; j < count; j++) values[j] = timestep_sigmoid1(values[j]);
}

TIMESTEP_CLONES
void timestep_tanh(size_t count, float *restrict values) {
  for (size_t j = 0; j < count; j++) values[j] = timestep_tanh1(values[j]);
}

TIMESTEP_CLONES
void timestep_adam(size_t count, float *restrict parameters, const float *restrict gradient, float *restrict m,
                   float *restrict v, float rate, float beta1, float beta2, float epsilon, float correction1,
                   float correction2) {
  // Divisions take as long as all else together: the two by what is the same for all are products.
  const float scale1 = rate / correction1, scale2 = 1 / correction2;
  for (size_t j = 0; j < count; j++) {
    float g = gradient[j];
    m[j] = beta1 * m[j] + (1 - beta1) * g;
    v[j] = beta2 * v[j] + (1 - beta2) * g * g;
    parameters[j] -= scale1 * m[j] / (sqrtf(v[j] * scale2) + epsilon);
  }
}

TIMESTEP_CLONES
void timestep_add_scaled(size_t count, const float *restrict a, const float *restrict b, float scale,
                         float *restrict sums) {
#pragma clang fp contract(off)
  for (size_t j = 0; j < count; j++) sums[j] = (a[j] + b[j]) * scale;
}

TIMESTEP_CLONES
bool timestep_is_finite(size_t count, const float *values) {
  // 0 times a number is 0; anything else is NaN, and stays it. Sums of their own, as a single one waits for itself.
  enum { SUMS = 64 };
  float sums[SUMS] = {0}, sum = 0;
  size_t j = 0;
  for (; j + SUMS <= count; j += SUMS)
    for (size_t i = 0; i < SUMS; i++) sums[i] += 0 * values[j + i];
  for (; j < count; j++) sum += 0 * values[j];
  for (size_t i = 0; i < SUMS; i++) sum += sums[i];
  return sum == 0;
}
