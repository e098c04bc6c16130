#ifndef TIMESTEP_CNETWORK_ELEMENTWISE_H
#define TIMESTEP_CNETWORK_ELEMENTWISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// sums[j] += the sum over all rows of values[row, j]; `values` [rows, n], `sums` [n].
void timestep_add_rows(size_t rows, size_t n, const float *values, float *sums);

/// values[row, j] = bias[j]; `values` [rows, n], `bias` [n].
void timestep_fill_rows(size_t rows, size_t n, const float *bias, float *values);

/// Copies the rows of `from` [rows, n] that `flags` [rows] marks as present to `to`; the others become 0.
void timestep_select_rows(size_t rows, size_t n, const uint8_t *flags, const float *from, float *to);

/// sums[j] = (a[j] + b[j]) * scale.
void timestep_add_scaled(size_t count, const float *a, const float *b, float scale, float *sums);

/// Returns true if all `count` values are finite.
bool timestep_is_finite(size_t count, const float *values);

#ifdef __cplusplus
}
#endif

#endif
