#include "CNetworkKernels.h"
#include "activations.h"

// Where the activation is not a constant, functions of libm are called, and no loop becomes vector code.
#pragma clang diagnostic ignored "-Wpass-failed"

// h = (1 - z) a + z h', with the candidate a = act(xn + r (h' Rn + rb)), r and z = gate(x + h' R).
TIMESTEP_INLINE void forward_row(size_t n, int activation, int gate, float *restrict gates, float *restrict recurrent,
                                 const float *restrict recurrentBias, float *restrict preActivations,
                                 const float *restrict h, float *restrict hOut, float *restrict y) {
  float *restrict r = gates, *restrict z = gates + n, *restrict a = gates + 2 * n;
  float *restrict hr = recurrent, *restrict hz = recurrent + n, *restrict hn = recurrent + 2 * n;
  TIMESTEP_UNITS
  for (size_t j = 0; j < n; j++) {
    float preR = r[j] + hr[j], preZ = z[j] + hz[j];
    float m = hn[j] + recurrentBias[j];
    float rv = timestep_activate1(gate, preR), zv = timestep_activate1(gate, preZ);
    float preA = a[j] + rv * m;
    float av = timestep_activate1(activation, preA);
    if (timestep_slope_needs_input(activation) || timestep_slope_needs_input(gate))
      preActivations[j] = preR, preActivations[n + j] = preZ, preActivations[2 * n + j] = preA;
    r[j] = rv, z[j] = zv, a[j] = av, hn[j] = m;
    hOut[j] = y[j] = (1 - zv) * av + zv * h[j];
  }
}

TIMESTEP_CLONES
void timestep_gru_forward(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate, float *gates,
                          float *recurrent, const float *recurrentBias, float *preActivations, const uint8_t *codes,
                          float *h, float *y) {
  const uint8_t *next = step + 1 < steps ? codes + (step + 1) * rows : NULL;
  size_t first = step * rows * n;
  codes += step * rows, gates += 3 * first, recurrent += 3 * first, h += first, y += first;
  float *hOut = h + rows * n;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    if (codes[row] & TIMESTEP_STEP_PRESENT) {
      if (activation == TIMESTEP_TANH && gate == TIMESTEP_SIGMOID)
        forward_row(n, TIMESTEP_TANH, TIMESTEP_SIGMOID, gates + 3 * at, recurrent + 3 * at, recurrentBias, NULL, h + at,
                    hOut + at, y + at);
      else
        forward_row(n, activation, gate, gates + 3 * at, recurrent + 3 * at, recurrentBias,
                    preActivations + 3 * (first + at), h + at, hOut + at, y + at);
    } else {
      memcpy(hOut + at, h + at, n * sizeof *h);
      memset(y + at, 0, n * sizeof *y);
    }
    if (next && (next[row] & TIMESTEP_STEP_START)) memset(hOut + at, 0, n * sizeof *h);
  }
}

TIMESTEP_INLINE void backward_row(size_t n, int activation, int gate, float *restrict gates,
                                  float *restrict recurrent, const float *restrict preActivations,
                                  const float *restrict h, const float *restrict dy, float *restrict dh) {
  float *restrict r = gates, *restrict z = gates + n, *restrict a = gates + 2 * n;
  float *restrict hr = recurrent, *restrict hz = recurrent + n, *restrict hn = recurrent + 2 * n;
  int needsInput = timestep_slope_needs_input(activation) || timestep_slope_needs_input(gate);
  TIMESTEP_UNITS
  for (size_t j = 0; j < n; j++) {
    float preR = needsInput ? preActivations[j] : 0, preZ = needsInput ? preActivations[n + j] : 0;
    float preA = needsInput ? preActivations[2 * n + j] : 0;
    float rv = r[j], zv = z[j], av = a[j], d = dy[j] + dh[j];
    float da = d * (1 - zv) * timestep_slope1(activation, preA, av);
    float dz = d * (h[j] - av) * timestep_slope1(gate, preZ, zv);
    float dr = da * hn[j] * timestep_slope1(gate, preR, rv);
    r[j] = dr, z[j] = dz, a[j] = da;
    hr[j] = dr, hz[j] = dz, hn[j] = da * rv;
    dh[j] = d * zv;
  }
}

TIMESTEP_CLONES
void timestep_gru_backward(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate, float *gates,
                           float *recurrent, const float *preActivations, const uint8_t *codes, const float *h,
                           const float *dy, float *dh) {
  const uint8_t *next = step + 1 < steps ? codes + (step + 1) * rows : NULL;
  size_t first = step * rows * n;
  codes += step * rows, gates += 3 * first, recurrent += 3 * first, h += first, dy += first;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    // A series starts after this step: nothing of what came later flows back.
    if (next && (next[row] & TIMESTEP_STEP_START)) memset(dh + at, 0, n * sizeof *dh);
    if (!(codes[row] & TIMESTEP_STEP_PRESENT)) {
      memset(gates + 3 * at, 0, 3 * n * sizeof *gates);
      memset(recurrent + 3 * at, 0, 3 * n * sizeof *recurrent);
    } else if (activation == TIMESTEP_TANH && gate == TIMESTEP_SIGMOID) {
      backward_row(n, TIMESTEP_TANH, TIMESTEP_SIGMOID, gates + 3 * at, recurrent + 3 * at, NULL, h + at, dy + at,
                   dh + at);
    } else {
      backward_row(n, activation, gate, gates + 3 * at, recurrent + 3 * at, preActivations + 3 * (first + at), h + at,
                   dy + at, dh + at);
    }
  }
}
