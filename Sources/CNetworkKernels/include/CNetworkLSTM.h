#ifndef TIMESTEP_CNETWORK_LSTM_H
#define TIMESTEP_CNETWORK_LSTM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Runs step `step` of an LSTM forward, for `rows` rows of `n` units. Each buffer holds all `steps` steps.
///
/// `activation` is that of the cell: tanh, sigmoid, identity or relu. The gates use the sigmoid.
/// `gates` [steps, rows, 4n]: in, the pre-activations x W + h' R + b; out, the activated a, f, i, o.
/// `peepholes` [3n]: f, i, o; or NULL.
/// `flags` [steps, rows]: bits TIMESTEP_STEP_...
/// `h`, `c` [steps + 1, rows, n]: the state before each step, and after the last one. The state after this
/// step is zero if a series starts at the next step.
/// `y` [steps, rows, n]: out, the output; 0 where the row is absent.
/// `cell_activated` [steps, rows, n]: out, act(c), for the backward pass; not written where the row is
/// absent.
void timestep_forward_lstm(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                           const float *peepholes, const uint8_t *flags, float *h, float *c, float *y,
                           float *cell_activated);

/// Runs step `step` of an LSTM backward; buffers as in `timestep_forward_lstm`.
///
/// `gates`: in, a, f, i, o; out, the gradients of their pre-activations, 0 where the row is absent.
/// `dy` [steps, rows, n]: the gradient of the output.
/// `dh`, `dc` [rows, n]: in, the gradients of the state after this step; out, of the state before it, without
/// the part that flows through R: the caller adds gates R^T to `dh`.
/// `peephole_gradient` [3n]: added to; ignored if `peepholes` is NULL.
void timestep_backward_lstm(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                            const float *peepholes, const uint8_t *flags, const float *c,
                            const float *cell_activated, const float *dy, float *dh, float *dc,
                            float *peephole_gradient);

/// Runs step `step` of an LSTM forward with any activations of the cell and of the gates.
///
/// Buffers as in `timestep_forward_lstm`. `pre_activations` [steps, rows, 4n]: out, the inputs of the four
/// activations; written only if one of the activations is GELU or swish, and ignored otherwise.
void timestep_forward_lstm_generic(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate,
                                   float *gates, float *pre_activations, const float *peepholes,
                                   const uint8_t *flags, float *h, float *c, float *y, float *cell_activated);

/// Runs step `step` of an LSTM backward with any activations of the cell and of the gates.
///
/// Buffers as in `timestep_backward_lstm`; `pre_activations` as `timestep_forward_lstm_generic` left them.
void timestep_backward_lstm_generic(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate,
                                    float *gates, const float *pre_activations, const float *peepholes,
                                    const uint8_t *flags, const float *c, const float *cell_activated,
                                    const float *dy, float *dh, float *dc, float *peephole_gradient);

#ifdef __cplusplus
}
#endif

#endif
