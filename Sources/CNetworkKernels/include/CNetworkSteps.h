#ifndef TIMESTEP_CNETWORK_STEPS_H
#define TIMESTEP_CNETWORK_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// One step for one row, for live predictions. The time of such a product of a vector and a matrix is the time
// it takes to read the matrix, so weights are packed in the order in which they are read: in blocks of 16
// units, the last one padded with zeros. Align packed buffers to 64 bytes for the best speed.
// `version` is one of TIMESTEP_PLAIN, TIMESTEP_AVX2, TIMESTEP_AVX512, and the CPU must be able to run it.

/// Returns the number of floats of a packed LSTM.
size_t timestep_count_packed_lstm(size_t inputs, size_t n, bool has_peepholes);

/// Packs an LSTM. `parameters`: W [inputs, 4n], R [n, 4n], b [4n] and, with peepholes, p [3n], in this order.
void timestep_pack_lstm(size_t inputs, size_t n, bool has_peepholes, const float *parameters, float *packed);

/// Runs one step of an LSTM: reads x [inputs], updates h [n] and c [n], and copies h to y [n].
///
/// `activation` is that of the cell: tanh, sigmoid, identity or relu. The gates use the sigmoid.
/// `last_block_first`: the order in which blocks are read; it does not change the result. Callers alternate
/// it from step to step, so that a step begins with the blocks that are still in the cache. With a fixed
/// order, weights that do not fit in the cache would always be evicted before they are used again.
void timestep_step_lstm(int version, size_t inputs, size_t n, bool has_peepholes, int activation,
                        bool last_block_first, const float *packed, const float *x, float *h, float *c, float *y);

/// Returns the number of floats of a packed dense layer.
size_t timestep_count_packed_dense(size_t inputs, size_t n);

/// Packs a dense layer. `parameters`: W [inputs, n] and b [n], in this order.
void timestep_pack_dense(size_t inputs, size_t n, const float *parameters, float *packed);

/// y [n] = x [inputs] W + b.
void timestep_step_dense(int version, size_t inputs, size_t n, const float *packed, const float *x, float *y);

#ifdef __cplusplus
}
#endif

#endif
