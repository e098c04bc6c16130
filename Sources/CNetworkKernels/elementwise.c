// Elementwise loops and copies of rows. Matrices are [rows, n], row-major; vectors are [n] or [count].
//
//   add_rows: sums[j] += sum_row values[row, j]             fill_rows: values[row, j] = bias[j]
//   select_rows: to[row] = from[row] if present, else 0     add_scaled: sums[j] = (a[j] + b[j]) scale
//   is_finite: true if sum_j 0 values[j] = 0

#include "CNetworkElementwise.h"
#include "CNetworkStepFlags.h"
#include "vector_math.h"

TIMESTEP_CLONES
void timestep_add_rows(size_t rows, size_t n, const float *restrict values, float *restrict sums) {
  for (size_t row = 0; row < rows; row++, values += n)
    for (size_t j = 0; j < n; j++) sums[j] += values[j];
}

void timestep_fill_rows(size_t rows, size_t n, const float *bias, float *values) {
  for (size_t row = 0; row < rows; row++) memcpy(values + row * n, bias, n * sizeof *bias);
}

void timestep_select_rows(size_t rows, size_t n, const uint8_t *flags, const float *restrict from, float *restrict to) {
  for (size_t row = 0; row < rows; row++, from += n, to += n) {
    if (flags[row] & TIMESTEP_STEP_PRESENT)
      memcpy(to, from, n * sizeof *to);
    else
      memset(to, 0, n * sizeof *to);
  }
}

TIMESTEP_CLONES
void timestep_add_scaled(size_t count, const float *restrict a, const float *restrict b, float scale,
                         float *restrict sums) {
  for (size_t j = 0; j < count; j++) sums[j] = (a[j] + b[j]) * scale;
}

TIMESTEP_CLONES
bool timestep_is_finite(size_t count, const float *values) {
  // 0 times a finite number is 0; 0 times anything else is NaN, which sums keep. There are 64 sums, because
  // the additions of a single one would wait for each other.
  enum { SUMS = 64 };
  float sums[SUMS] = {0}, sum = 0;
  size_t j = 0;
  for (; j + SUMS <= count; j += SUMS)
    for (size_t i = 0; i < SUMS; i++) sums[i] += 0 * values[j + i];
  for (; j < count; j++) sum += 0 * values[j];
  for (size_t i = 0; i < SUMS; i++) sum += sums[i];
  return sum == 0;
}
