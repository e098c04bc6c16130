#ifndef TIMESTEP_CNETWORK_LSTM_H
#define TIMESTEP_CNETWORK_LSTM_H

#include "CNetworkActivations.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a step is to a row of a batch, one bit each.
enum {
  /// Something happens: features or labels are there.
  TIMESTEP_STEP_PRESENT = 1,
  /// A series starts: the state before this step is zero.
  TIMESTEP_STEP_START = 2,
  /// There are labels.
  TIMESTEP_STEP_LABELLED = 4
};

/// Step `step` of an LSTM for `rows` rows of `n` units. All buffers hold all `steps` steps, one after the other.
///
/// `gates` [T, rows, 4n] comes in as pre-activations x W + h' R + b and goes out as the activated a, f, i, o.
/// `peepholes` [3n] (f, i, o) or NULL. `codes` [T, rows] says what each step is to each row.
/// `h`, `c` [T + 1, rows, n]: the state before each step, and after the last. Where the following step starts a series,
/// the state handed on is zero. `y` [T, rows, n]: output, 0 where the row is absent.
/// `cellActivated` [T, rows, n]: act(c), kept for the way back.
void timestep_lstm_forward(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                           const float *peepholes, const uint8_t *codes, float *h, float *c, float *y,
                           float *cellActivated);

/// The way back through step `step`; buffers as on the way forward.
///
/// `gates` comes in as a, f, i, o and goes out as the gradients of their pre-activations (0 where absent).
/// `dy` [T, rows, n]: gradient of the output. `dh`, `dc` [rows, n]: gradients of the state after this step, in; of the
/// state before it, out, except for what flows through R: the caller adds gates R^T to `dh`.
/// `peepholeGradient` [3n] is added to, or NULL with `peepholes`.
void timestep_lstm_backward(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                            const float *peepholes, const uint8_t *codes, const float *c,
                            const float *cellActivated, const float *dy, float *dh, float *dc,
                            float *peepholeGradient);

/// sums[j] += sum over rows of values[row, j]; values [rows, n].
void timestep_add_rows(size_t rows, size_t n, const float *values, float *sums);

/// values[row, j] = bias[j].
void timestep_fill_rows(size_t rows, size_t n, const float *bias, float *values);

/// Copies the rows of `from` [rows, n] that are present by their codes; the others become 0, whatever `from` holds.
void timestep_select_rows(size_t rows, size_t n, const uint8_t *codes, const float *from, float *to);

/// In place logistic function of `count` values.
void timestep_sigmoid(size_t count, float *values);

/// In place hyperbolic tangent of `count` values.
void timestep_tanh(size_t count, float *values);

/// sums[j] = (a[j] + b[j]) * scale.
void timestep_add_scaled(size_t count, const float *a, const float *b, float scale, float *sums);

/// Whether every value is a finite number.
bool timestep_is_finite(size_t count, const float *values);

/// One step of Adam (Kingma & Ba 2015, algorithm 1). `correction1` = 1 - beta1^t, `correction2` = 1 - beta2^t.
void timestep_adam(size_t count, float *parameters, const float *gradient, float *m, float *v, float rate,
                   float beta1, float beta2, float epsilon, float correction1, float correction2);

#ifdef __cplusplus
}
#endif

#endif
