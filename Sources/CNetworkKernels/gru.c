// GRU (Cho et al. 2014), with the reset gate applied after the product with R, as in cuDNN. h': the state
// before the step. Element by element:
//
//   r = gate(xr + h' Rr)      z = gate(xz + h' Rz)      m = h' Ra + rb      where xr, xz, xa = x W + b
//   a = act(xa + r m)         h = y = (1 - z) a + z h'
//
// Backward, with d = dy + dh and the gradient dh of the state after the step:
//
//   da = d (1 - z) act'       dz = d (h' - a) gate'     dr = da m gate'
//   gradient of x W + b: dr, dz, da       gradient of h' R: dr, dz, da r
//   dh' = d z + (gradient of h' R) R^T: the caller adds the second term
//
// Here act' and gate' are derivatives. An absent row keeps h and dh, outputs 0, and has gradients 0.
//
// Buffers, row-major: gates, recurrent and pre_activations [steps, rows, 3n], in blocks of n: r, z, a;
// recurrent_bias [n] (rb); h [steps + 1, rows, n]; y, dy [steps, rows, n]; dh [rows, n]; flags [steps, rows].

#include "CNetworkGRU.h"
#include "CNetworkStepFlags.h"
#include "activations.h"

// The loops are not vectorized where the activation is not a constant, because they call functions of libm.
#pragma clang diagnostic ignored "-Wpass-failed"

TIMESTEP_INLINE void forward_row(size_t n, int activation, int gate, float *restrict gates, float *restrict recurrent,
                                 const float *restrict recurrent_bias, float *restrict pre_activations,
                                 const float *restrict h, float *restrict h_out, float *restrict y) {
  float *restrict r = gates, *restrict z = gates + n, *restrict a = gates + 2 * n;
  float *restrict hr = recurrent, *restrict hz = recurrent + n, *restrict hn = recurrent + 2 * n;
  TIMESTEP_UNITS
  for (size_t j = 0; j < n; j++) {
    float pre_r = r[j] + hr[j], pre_z = z[j] + hz[j];
    float m = hn[j] + recurrent_bias[j];
    float rv = timestep_activate1(gate, pre_r), zv = timestep_activate1(gate, pre_z);
    float pre_a = a[j] + rv * m;
    float av = timestep_activate1(activation, pre_a);
    if (timestep_slope_needs_input(activation) || timestep_slope_needs_input(gate))
      pre_activations[j] = pre_r, pre_activations[n + j] = pre_z, pre_activations[2 * n + j] = pre_a;
    r[j] = rv, z[j] = zv, a[j] = av, hn[j] = m;
    h_out[j] = y[j] = (1 - zv) * av + zv * h[j];
  }
}

TIMESTEP_CLONES
void timestep_forward_gru(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate, float *gates,
                          float *recurrent, const float *recurrent_bias, float *pre_activations, const uint8_t *flags,
                          float *h, float *y) {
  const uint8_t *next = step + 1 < steps ? flags + (step + 1) * rows : NULL;
  size_t first = step * rows * n;
  flags += step * rows, gates += 3 * first, recurrent += 3 * first, h += first, y += first;
  float *h_out = h + rows * n;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    if (flags[row] & TIMESTEP_STEP_PRESENT) {
      if (activation == TIMESTEP_TANH && gate == TIMESTEP_SIGMOID)
        forward_row(n, TIMESTEP_TANH, TIMESTEP_SIGMOID, gates + 3 * at, recurrent + 3 * at, recurrent_bias, NULL, h + at,
                    h_out + at, y + at);
      else
        forward_row(n, activation, gate, gates + 3 * at, recurrent + 3 * at, recurrent_bias,
                    pre_activations + 3 * (first + at), h + at, h_out + at, y + at);
    } else {
      memcpy(h_out + at, h + at, n * sizeof *h);
      memset(y + at, 0, n * sizeof *y);
    }
    if (next && (next[row] & TIMESTEP_STEP_START)) memset(h_out + at, 0, n * sizeof *h);
  }
}

TIMESTEP_INLINE void backward_row(size_t n, int activation, int gate, float *restrict gates,
                                  float *restrict recurrent, const float *restrict pre_activations,
                                  const float *restrict h, const float *restrict dy, float *restrict dh) {
  float *restrict r = gates, *restrict z = gates + n, *restrict a = gates + 2 * n;
  float *restrict hr = recurrent, *restrict hz = recurrent + n, *restrict hn = recurrent + 2 * n;
  int needs_input = timestep_slope_needs_input(activation) || timestep_slope_needs_input(gate);
  TIMESTEP_UNITS
  for (size_t j = 0; j < n; j++) {
    float pre_r = needs_input ? pre_activations[j] : 0, pre_z = needs_input ? pre_activations[n + j] : 0;
    float pre_a = needs_input ? pre_activations[2 * n + j] : 0;
    float rv = r[j], zv = z[j], av = a[j], d = dy[j] + dh[j];
    float da = d * (1 - zv) * timestep_slope1(activation, pre_a, av);
    float dz = d * (h[j] - av) * timestep_slope1(gate, pre_z, zv);
    float dr = da * hn[j] * timestep_slope1(gate, pre_r, rv);
    r[j] = dr, z[j] = dz, a[j] = da;
    hr[j] = dr, hz[j] = dz, hn[j] = da * rv;
    dh[j] = d * zv;
  }
}

TIMESTEP_CLONES
void timestep_backward_gru(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate, float *gates,
                           float *recurrent, const float *pre_activations, const uint8_t *flags, const float *h,
                           const float *dy, float *dh) {
  const uint8_t *next = step + 1 < steps ? flags + (step + 1) * rows : NULL;
  size_t first = step * rows * n;
  flags += step * rows, gates += 3 * first, recurrent += 3 * first, h += first, dy += first;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    // A series starts after this step: no gradient of later steps flows back.
    if (next && (next[row] & TIMESTEP_STEP_START)) memset(dh + at, 0, n * sizeof *dh);
    if (!(flags[row] & TIMESTEP_STEP_PRESENT)) {
      memset(gates + 3 * at, 0, 3 * n * sizeof *gates);
      memset(recurrent + 3 * at, 0, 3 * n * sizeof *recurrent);
    } else if (activation == TIMESTEP_TANH && gate == TIMESTEP_SIGMOID) {
      backward_row(n, TIMESTEP_TANH, TIMESTEP_SIGMOID, gates + 3 * at, recurrent + 3 * at, NULL, h + at, dy + at,
                   dh + at);
    } else {
      backward_row(n, activation, gate, gates + 3 * at, recurrent + 3 * at, pre_activations + 3 * (first + at), h + at,
                   dy + at, dh + at);
    }
  }
}
