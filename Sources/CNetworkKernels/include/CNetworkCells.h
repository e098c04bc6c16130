#ifndef TIMESTEP_CNETWORK_CELLS_H
#define TIMESTEP_CNETWORK_CELLS_H

#include "CNetworkActivations.h"
#include "CNetworkLSTM.h"
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// One step of a recurrent layer for `rows` rows of `n` units. All buffers hold all `steps` steps, one after the other;
// `codes`, `h`, `y`, `dy` and `dh` are as in `timestep_lstm_forward` and `timestep_lstm_backward`. `preActivations` has the
// shape of `gates`; it is looked at only where one of the activations is GELU or swish, which need it on the way back.

/// Step `step` of a plain recurrent layer, h = act(z). `gates` [T, rows, n] comes in as z and goes out as act(z).
void timestep_rnn_forward(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                          float *preActivations, const uint8_t *codes, float *h, float *y);

/// The way back through step `step`: `gates` goes out as the gradient of z; the caller adds gates R^T to `dh`.
void timestep_rnn_backward(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                           const float *preActivations, const uint8_t *codes, const float *dy, float *dh);

/// Step `step` of a GRU with the reset gate behind the product (as cuDNN has it).
///
/// `gates` [T, rows, 3n] comes in as x W + b and goes out as r, z and the candidate. `recurrent` [T, rows, 3n] comes in as
/// h' R, and what stands in its third block afterwards is h' Rn + `recurrentBias` [n].
void timestep_gru_forward(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate, float *gates,
                          float *recurrent, const float *recurrentBias, float *preActivations, const uint8_t *codes,
                          float *h, float *y);

/// The way back through step `step`: `gates` goes out as the gradients of x W + b, `recurrent` as those of h' R; the caller
/// adds recurrent R^T to `dh`.
void timestep_gru_backward(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate, float *gates,
                           float *recurrent, const float *preActivations, const uint8_t *codes, const float *h,
                           const float *dy, float *dh);

/// As `timestep_lstm_forward`, for any activation of the cell and of the gates, one value at a time.
void timestep_any_lstm_forward(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate,
                               float *gates, float *preActivations, const float *peepholes, const uint8_t *codes,
                               float *h, float *c, float *y, float *cellActivated);

/// As `timestep_lstm_backward`, for any activation of the cell and of the gates.
void timestep_any_lstm_backward(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate,
                                float *gates, const float *preActivations, const float *peepholes,
                                const uint8_t *codes, const float *c, const float *cellActivated, const float *dy,
                                float *dh, float *dc, float *peepholeGradient);

#ifdef __cplusplus
}
#endif

#endif
