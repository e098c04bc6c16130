#ifndef TIMESTEP_CNETWORK_GRU_H
#define TIMESTEP_CNETWORK_GRU_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Runs step `step` of a GRU forward, for `rows` rows of `n` units. Each buffer holds all `steps` steps.
///
/// The reset gate is applied after the product with R, as in cuDNN.
/// `gates` [steps, rows, 3n]: in, x W + b; out, the activated r, z and candidate a.
/// `recurrent` [steps, rows, 3n]: in, h' R; out, the third block holds h' Ra + `recurrent_bias`, the others
/// are unchanged.
/// `recurrent_bias` [n].
/// `pre_activations` [steps, rows, 3n]: out, the inputs of the three activations; written only if one of the
/// activations is GELU or swish, and ignored otherwise.
/// `flags` [steps, rows]: bits TIMESTEP_STEP_...
/// `h` [steps + 1, rows, n]: the state before each step, and after the last one. The state after this step is
/// zero if a series starts at the next step.
/// `y` [steps, rows, n]: out, the output; 0 where the row is absent.
void timestep_forward_gru(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate, float *gates,
                          float *recurrent, const float *recurrent_bias, float *pre_activations,
                          const uint8_t *flags, float *h, float *y);

/// Runs step `step` of a GRU backward; buffers as in `timestep_forward_gru`.
///
/// `gates`: out, the gradients of x W + b. `recurrent`: out, those of h' R. Both are 0 where the row is
/// absent.
/// `dy` [steps, rows, n]: the gradient of the output.
/// `dh` [rows, n]: in, the gradient of the state after this step; out, of the state before it, without the
/// part that flows through R: the caller adds recurrent R^T.
void timestep_backward_gru(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate, float *gates,
                           float *recurrent, const float *pre_activations, const uint8_t *flags, const float *h,
                           const float *dy, float *dh);

#ifdef __cplusplus
}
#endif

#endif
