#ifndef TIMESTEP_CNETWORK_PRODUCTS_H
#define TIMESTEP_CNETWORK_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Products of matrices, for CPUs with AVX-512 (`timestep_find_best_version`). Do not call them on other CPUs.

/// A matrix in memory: element (i, j) is `values[i * row_stride + j * column_stride]`.
///
/// One of the strides is 1. Swapping the strides transposes the matrix.
struct timestep_matrix {
  const float *values;
  /// The distance from one row to the next, in floats.
  size_t row_stride;
  /// The distance from one column to the next, in floats.
  size_t column_stride;
};

/// Returns the number of floats of a packed matrix [k, n].
size_t timestep_count_packed_matrix(size_t k, size_t n);

/// Packs b [k, n] into panels of 64 columns; the last one has a multiple of 16 columns, padded with zeros.
///
/// Packing pays off if b is the second factor of several products. `packed` should be aligned to 64 bytes.
void timestep_pack_matrix(size_t k, size_t n, struct timestep_matrix b, float *packed);

/// c [m, n] = a [m, k] b [k, n], or c += a b if `adds`.
///
/// `packed` is b as packed by `timestep_pack_matrix`; c is row-major.
/// `rows` [m]: row i of the product is computed from row `rows[i]` of a, and stored in row `rows[i]` of c;
/// other rows of c stay unchanged. If NULL, all rows are computed.
void timestep_multiply_packed(size_t m, size_t n, size_t k, struct timestep_matrix a, const float *packed, bool adds,
                              float *c, const uint32_t *rows);

/// c [m, n] = a [m, k] b [k, n], or c += a b if `adds`.
///
/// c is row-major. `rows` as in `timestep_multiply_packed`.
/// `terms` [k]: term i of each sum takes column `terms[i]` of a and row `terms[i]` of b; other columns of a
/// and rows of b are not read. If NULL, all terms are summed. At least one of `rows` and `terms` must be
/// NULL.
void timestep_multiply_matrices(size_t m, size_t n, size_t k, struct timestep_matrix a, struct timestep_matrix b,
                                bool adds, float *c, const uint32_t *rows, const uint32_t *terms);

#ifdef __cplusplus
}
#endif

#endif
