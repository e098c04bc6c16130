// Plain recurrent layer (Elman 1990). h': the state before the step. Element by element:
//
//   h = y = act(z)            where z = x W + h' R + b
//
// Backward, with the gradient dh of the state after the step:
//
//   dz = (dy + dh) act'(z)    dh' = dz R^T, which the caller adds
//
// An absent row keeps h and dh, outputs 0, and has dz = 0.
//
// Buffers, row-major: gates (z, then h, then dz), pre_activations, y and dy [steps, rows, n]; h [steps + 1,
// rows, n]; dh [rows, n]; flags [steps, rows].

#include "CNetworkRNN.h"
#include "CNetworkStepFlags.h"
#include "activations.h"

// The loops are not vectorized where the activation is not a constant, because they call functions of libm.
#pragma clang diagnostic ignored "-Wpass-failed"

TIMESTEP_INLINE void forward_row(size_t n, int activation, float *restrict gates, float *restrict pre_activations,
                                 float *restrict h_out, float *restrict y) {
  TIMESTEP_UNITS
  for (size_t j = 0; j < n; j++) {
    if (timestep_slope_needs_input(activation)) pre_activations[j] = gates[j];
    gates[j] = h_out[j] = y[j] = timestep_activate1(activation, gates[j]);
  }
}

TIMESTEP_CLONES
void timestep_forward_rnn(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                          float *pre_activations, const uint8_t *flags, float *h, float *y) {
  const uint8_t *next = step + 1 < steps ? flags + (step + 1) * rows : NULL;
  size_t first = step * rows * n;
  flags += step * rows, h += first, y += first;
  float *h_out = h + rows * n;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    if (flags[row] & TIMESTEP_STEP_PRESENT) {
      if (activation == TIMESTEP_TANH)
        forward_row(n, TIMESTEP_TANH, gates + first + at, NULL, h_out + at, y + at);
      else
        forward_row(n, activation, gates + first + at, pre_activations + first + at, h_out + at, y + at);
    } else {
      memcpy(h_out + at, h + at, n * sizeof *h);
      memset(y + at, 0, n * sizeof *y);
    }
    if (next && (next[row] & TIMESTEP_STEP_START)) memset(h_out + at, 0, n * sizeof *h);
  }
}

TIMESTEP_INLINE void backward_row(size_t n, int activation, float *restrict gates,
                                  const float *restrict pre_activations, const float *restrict dy,
                                  float *restrict dh) {
  TIMESTEP_UNITS
  for (size_t j = 0; j < n; j++) {
    float z = timestep_slope_needs_input(activation) ? pre_activations[j] : 0;
    gates[j] = (dy[j] + dh[j]) * timestep_slope1(activation, z, gates[j]);
    dh[j] = 0;
  }
}

TIMESTEP_CLONES
void timestep_backward_rnn(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                           const float *pre_activations, const uint8_t *flags, const float *dy, float *dh) {
  const uint8_t *next = step + 1 < steps ? flags + (step + 1) * rows : NULL;
  size_t first = step * rows * n;
  flags += step * rows, gates += first, dy += first;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    // A series starts after this step: no gradient of later steps flows back.
    if (next && (next[row] & TIMESTEP_STEP_START)) memset(dh + at, 0, n * sizeof *dh);
    if (!(flags[row] & TIMESTEP_STEP_PRESENT))
      memset(gates + at, 0, n * sizeof *gates);
    else if (activation == TIMESTEP_TANH)
      backward_row(n, TIMESTEP_TANH, gates + at, NULL, dy + at, dh + at);
    else
      backward_row(n, activation, gates + at, pre_activations + first + at, dy + at, dh + at);
  }
}
