#include "CNetworkKernels.h"
#include "activations.h"

// Where the activation is not a constant, functions of libm are called, and no loop becomes vector code.
#pragma clang diagnostic ignored "-Wpass-failed"

TIMESTEP_INLINE void forward_row(size_t n, int activation, float *restrict gates, float *restrict preActivations,
                                 float *restrict hOut, float *restrict y) {
  TIMESTEP_UNITS
  for (size_t j = 0; j < n; j++) {
    if (timestep_slope_needs_input(activation)) preActivations[j] = gates[j];
    gates[j] = hOut[j] = y[j] = timestep_activate1(activation, gates[j]);
  }
}

TIMESTEP_CLONES
void timestep_rnn_forward(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                          float *preActivations, const uint8_t *codes, float *h, float *y) {
  const uint8_t *next = step + 1 < steps ? codes + (step + 1) * rows : NULL;
  size_t first = step * rows * n;
  codes += step * rows, h += first, y += first;
  float *hOut = h + rows * n;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    if (codes[row] & TIMESTEP_STEP_PRESENT) {
      if (activation == TIMESTEP_TANH)
        forward_row(n, TIMESTEP_TANH, gates + first + at, NULL, hOut + at, y + at);
      else
        forward_row(n, activation, gates + first + at, preActivations + first + at, hOut + at, y + at);
    } else {
      memcpy(hOut + at, h + at, n * sizeof *h);
      memset(y + at, 0, n * sizeof *y);
    }
    if (next && (next[row] & TIMESTEP_STEP_START)) memset(hOut + at, 0, n * sizeof *h);
  }
}

TIMESTEP_INLINE void backward_row(size_t n, int activation, float *restrict gates,
                                  const float *restrict preActivations, const float *restrict dy,
                                  float *restrict dh) {
  TIMESTEP_UNITS
  for (size_t j = 0; j < n; j++) {
    float z = timestep_slope_needs_input(activation) ? preActivations[j] : 0;
    gates[j] = (dy[j] + dh[j]) * timestep_slope1(activation, z, gates[j]);
    dh[j] = 0;
  }
}

TIMESTEP_CLONES
void timestep_rnn_backward(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                           const float *preActivations, const uint8_t *codes, const float *dy, float *dh) {
  const uint8_t *next = step + 1 < steps ? codes + (step + 1) * rows : NULL;
  size_t first = step * rows * n;
  codes += step * rows, gates += first, dy += first;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    // A series starts after this step: nothing of what came later flows back.
    if (next && (next[row] & TIMESTEP_STEP_START)) memset(dh + at, 0, n * sizeof *dh);
    if (!(codes[row] & TIMESTEP_STEP_PRESENT))
      memset(gates + at, 0, n * sizeof *gates);
    else if (activation == TIMESTEP_TANH)
      backward_row(n, TIMESTEP_TANH, gates + at, NULL, dy + at, dh + at);
    else
      backward_row(n, activation, gates + at, preActivations + first + at, dy + at, dh + at);
  }
}
