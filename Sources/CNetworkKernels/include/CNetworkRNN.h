#ifndef TIMESTEP_CNETWORK_RNN_H
#define TIMESTEP_CNETWORK_RNN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Runs step `step` of a plain recurrent layer forward, for `rows` rows of `n` units. Each buffer holds all
/// `steps` steps.
///
/// `gates` [steps, rows, n]: in, z = x W + h' R + b; out, act(z).
/// `pre_activations` [steps, rows, n]: out, z; written only if the activation is GELU or swish, and ignored
/// otherwise.
/// `flags` [steps, rows]: bits TIMESTEP_STEP_...
/// `h` [steps + 1, rows, n]: the state before each step, and after the last one. The state after this step is
/// zero if a series starts at the next step.
/// `y` [steps, rows, n]: out, the output; 0 where the row is absent.
void timestep_forward_rnn(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                          float *pre_activations, const uint8_t *flags, float *h, float *y);

/// Runs step `step` of a plain recurrent layer backward; buffers as in `timestep_forward_rnn`.
///
/// `gates`: out, the gradient of z, 0 where the row is absent.
/// `dy` [steps, rows, n]: the gradient of the output.
/// `dh` [rows, n]: in, the gradient of the state after this step; out, of the state before it, without the
/// part that flows through R: the caller adds gates R^T.
void timestep_backward_rnn(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                           const float *pre_activations, const uint8_t *flags, const float *dy, float *dh);

#ifdef __cplusplus
}
#endif

#endif
