#ifndef TIMESTEP_CNETWORK_STEPS_H
#define TIMESTEP_CNETWORK_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// One step for one row, as it is predicted live: products of a vector and a matrix, which take as long as it takes to read
// the matrix. So weights lie in the order in which they are read, in blocks of 16 units, the last one filled up with zeros.
// Reading is fastest where a packed matrix begins at a multiple of 64 bytes.

/// The number of floats of a packed LSTM.
size_t timestep_packed_lstm_count(size_t inputs, size_t n, bool has_peepholes);

/// Packs `parameters`: W [inputs, 4n], R [n, 4n], b [4n] and, if there are peepholes, p [3n], one after the other.
void timestep_pack_lstm(size_t inputs, size_t n, bool has_peepholes, const float *parameters, float *packed);

/// A step of an LSTM, with the version `version` of the kernel: x [inputs] comes in, h [n] and c [n] are changed, y [n] is h.
///
/// `activation` is one of tanh, sigmoid, identity and relu; that of the gates is sigmoid. In which order blocks are read changes no
/// result. Where the last one is read first in every other step, a step begins with what the cache still holds of the one before:
/// read in one order, weights that do not fit would have gone each time they are come to.
void timestep_lstm_step(int version, size_t inputs, size_t n, bool has_peepholes, int activation, bool last_block_first,
                        const float *packed, const float *x, float *h, float *c, float *y);

/// The number of floats of a packed dense layer.
size_t timestep_packed_dense_count(size_t inputs, size_t n);

/// Packs `parameters`: W [inputs, n] and b [n], one after the other.
void timestep_pack_dense(size_t inputs, size_t n, const float *parameters, float *packed);

/// y [n] = x [inputs] W + b, with the version `version` of the kernel.
void timestep_dense_step(int version, size_t inputs, size_t n, const float *packed, const float *x, float *y);

#ifdef __cplusplus
}
#endif

#endif
