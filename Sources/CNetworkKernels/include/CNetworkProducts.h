#ifndef TIMESTEP_CNETWORK_PRODUCTS_H
#define TIMESTEP_CNETWORK_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Products of matrices for CPUs with AVX-512 (`timestep_best_version`); others must not call them. Element (i, j) of a matrix
// lies at `i * rows + j * columns` of it, so that one that is to be transposed has the two strides swapped.

/// A matrix as it lies in memory.
struct timestep_matrix {
  const float *values;
  /// The distance from one row to the next.
  size_t row_stride;
  /// The distance from one column to the next; 1, or `row_stride` is.
  size_t column_stride;
};

/// The number of floats of a packed matrix of k rows and n columns.
size_t timestep_packed_count(size_t k, size_t n);

/// Packs b [k, n]: columns in panels of 64, the last one of as many times 16 as it takes, filled up with zeros.
///
/// Pays where the same matrix is the second factor of several products. `packed` begins at a multiple of 64 bytes.
void timestep_pack(size_t k, size_t n, struct timestep_matrix b, float *packed);

/// c [m, n] = a [m, k] b [k, n], added to what `c` holds if `adds`; c is row-major, and `packed` is b as `timestep_pack` packs it.
///
/// `rows` [m]: row i is row `rows[i]` of a and c, the others are left alone; NULL: all rows, in their order.
void timestep_packed_product(size_t m, size_t n, size_t k, struct timestep_matrix a, const float *packed, bool adds,
                             float *c, const uint32_t *rows);

/// c [m, n] = a [m, k] b [k, n], added to what `c` holds if `adds`; c is row-major.
///
/// `rows` as in `timestep_packed_product`. `terms` [k]: term i of each sum is of column `terms[i]` of a and row `terms[i]` of b,
/// the others are left out; NULL: all terms. One of the two is NULL.
void timestep_product(size_t m, size_t n, size_t k, struct timestep_matrix a, struct timestep_matrix b, bool adds,
                      float *c, const uint32_t *rows, const uint32_t *terms);

#ifdef __cplusplus
}
#endif

#endif
