// LSTM (Hochreiter & Schmidhuber 1997) with a forget gate (Gers, Schmidhuber & Cummins 2000) and, optionally,
// peephole connections p (Graves 2012). h', c': the state before the step. Element by element, with the
// sigmoid s:
//
//   a = act(za)                 f = s(zf + pf c')      i = s(zi + pi c')      where z = x W + h' R + b
//   c = f c' + i a              o = s(zo + po c)       h = y = o act(c)
//
// Backward, with d = dy + dh and the gradients dc, dh of the state after the step:
//
//   dzo = d act(c) o (1 - o)                 dct = dc + d o act'(c) + dzo po
//   dzf = dct c' f (1 - f)                   dzi = dct a i (1 - i)           dza = dct i act'(za)
//   dc' = dct f + dzf pf + dzi pi            dh' = dz R^T, which the caller adds
//   dpf += dzf c', dpi += dzi c', dpo += dzo c
//
// Here act' is the derivative of act. An absent row keeps h, c, dh and dc, outputs 0, and has dz = 0.
//
// Buffers, row-major: gates [steps, rows, 4n], in blocks of n: a, f, i, o; h, c [steps + 1, rows, n]; y, dy
// and cell_activated [steps, rows, n]; dh, dc [rows, n]; peepholes and their gradient [3n]: f, i, o; flags
// [steps, rows].

#include "CNetworkLSTM.h"
#include "CNetworkStepFlags.h"
#include "activations.h"

TIMESTEP_INLINE void forward_row(size_t n, int activation, float *restrict gates, const float *restrict peepholes,
                                 const float *restrict c, float *restrict h_out, float *restrict c_out,
                                 float *restrict y, float *restrict cell_activated) {
  float *restrict a = gates, *restrict f = gates + n, *restrict i = gates + 2 * n, *restrict o = gates + 3 * n;
  if (peepholes) {
    const float *pf = peepholes, *pi = peepholes + n, *po = peepholes + 2 * n;
    TIMESTEP_UNITS
    for (size_t j = 0; j < n; j++) {
      float av = timestep_activate1(activation, a[j]);
      float fv = timestep_sigmoid1(f[j] + pf[j] * c[j]);
      float iv = timestep_sigmoid1(i[j] + pi[j] * c[j]);
      float cv = fv * c[j] + iv * av;
      float ov = timestep_sigmoid1(o[j] + po[j] * cv);
      float tv = timestep_activate1(activation, cv);
      a[j] = av, f[j] = fv, i[j] = iv, o[j] = ov;
      c_out[j] = cv, cell_activated[j] = tv, h_out[j] = y[j] = ov * tv;
    }
  } else {
    TIMESTEP_UNITS
    for (size_t j = 0; j < n; j++) {
      float av = timestep_activate1(activation, a[j]);
      float fv = timestep_sigmoid1(f[j]);
      float iv = timestep_sigmoid1(i[j]);
      float ov = timestep_sigmoid1(o[j]);
      float cv = fv * c[j] + iv * av;
      float tv = timestep_activate1(activation, cv);
      a[j] = av, f[j] = fv, i[j] = iv, o[j] = ov;
      c_out[j] = cv, cell_activated[j] = tv, h_out[j] = y[j] = ov * tv;
    }
  }
}

TIMESTEP_CLONES
void timestep_forward_lstm(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                           const float *peepholes, const uint8_t *flags, float *h, float *c, float *y,
                           float *cell_activated) {
  const uint8_t *next = step + 1 < steps ? flags + (step + 1) * rows : NULL;
  flags += step * rows;
  gates += 4 * step * rows * n, h += step * rows * n, c += step * rows * n;
  y += step * rows * n, cell_activated += step * rows * n;
  float *h_out = h + rows * n, *c_out = c + rows * n;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    if (flags[row] & TIMESTEP_STEP_PRESENT) {
      float *g = gates + 4 * at;
      // One call for each activation, so that the loops do not branch on it.
      switch (activation) {
      case TIMESTEP_TANH:
        forward_row(n, TIMESTEP_TANH, g, peepholes, c + at, h_out + at, c_out + at, y + at, cell_activated + at);
        break;
      case TIMESTEP_SIGMOID:
        forward_row(n, TIMESTEP_SIGMOID, g, peepholes, c + at, h_out + at, c_out + at, y + at, cell_activated + at);
        break;
      case TIMESTEP_IDENTITY:
        forward_row(n, TIMESTEP_IDENTITY, g, peepholes, c + at, h_out + at, c_out + at, y + at, cell_activated + at);
        break;
      default:
        forward_row(n, TIMESTEP_RELU, g, peepholes, c + at, h_out + at, c_out + at, y + at, cell_activated + at);
      }
    } else {
      memcpy(h_out + at, h + at, n * sizeof *h);
      memcpy(c_out + at, c + at, n * sizeof *c);
      memset(y + at, 0, n * sizeof *y);
    }
    if (next && (next[row] & TIMESTEP_STEP_START)) {
      memset(h_out + at, 0, n * sizeof *h);
      memset(c_out + at, 0, n * sizeof *c);
    }
  }
}

TIMESTEP_INLINE void backward_row(size_t n, int activation, float *restrict gates, const float *restrict peepholes,
                                  const float *restrict c, const float *restrict cell_activated,
                                  const float *restrict dy, float *restrict dh, float *restrict dc,
                                  float *restrict peephole_gradient) {
  float *restrict a = gates, *restrict f = gates + n, *restrict i = gates + 2 * n, *restrict o = gates + 3 * n;
  if (peepholes) {
    const float *pf = peepholes, *pi = peepholes + n, *po = peepholes + 2 * n;
    float *restrict gf = peephole_gradient, *restrict gi = gf + n, *restrict go = gf + 2 * n;
    TIMESTEP_UNITS
    for (size_t j = 0; j < n; j++) {
      float av = a[j], fv = f[j], iv = i[j], ov = o[j], tv = cell_activated[j], d = dy[j] + dh[j];
      float dzo = d * tv * ov * (1 - ov);
      float dcv = dc[j] + d * ov * timestep_slope1(activation, 0, tv) + dzo * po[j];
      float dzf = dcv * c[j] * fv * (1 - fv);
      float dzi = dcv * av * iv * (1 - iv);
      gf[j] += dzf * c[j];
      gi[j] += dzi * c[j];
      // c after the step is computed again: the buffer holds 0 if a series starts after it.
      go[j] += dzo * (fv * c[j] + iv * av);
      a[j] = dcv * iv * timestep_slope1(activation, 0, av);
      f[j] = dzf, i[j] = dzi, o[j] = dzo;
      dc[j] = dcv * fv + dzf * pf[j] + dzi * pi[j];
      dh[j] = 0;
    }
  } else {
    TIMESTEP_UNITS
    for (size_t j = 0; j < n; j++) {
      float av = a[j], fv = f[j], iv = i[j], ov = o[j], tv = cell_activated[j], d = dy[j] + dh[j];
      float dcv = dc[j] + d * ov * timestep_slope1(activation, 0, tv);
      o[j] = d * tv * ov * (1 - ov);
      f[j] = dcv * c[j] * fv * (1 - fv);
      i[j] = dcv * av * iv * (1 - iv);
      a[j] = dcv * iv * timestep_slope1(activation, 0, av);
      dc[j] = dcv * fv;
      dh[j] = 0;
    }
  }
}

TIMESTEP_CLONES
void timestep_backward_lstm(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                            const float *peepholes, const uint8_t *flags, const float *c, const float *cell_activated,
                            const float *dy, float *dh, float *dc, float *peephole_gradient) {
  const uint8_t *next = step + 1 < steps ? flags + (step + 1) * rows : NULL;
  flags += step * rows;
  gates += 4 * step * rows * n, c += step * rows * n;
  dy += step * rows * n, cell_activated += step * rows * n;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    if (next && (next[row] & TIMESTEP_STEP_START)) {
      // A series starts after this step: no gradient of later steps flows back.
      memset(dh + at, 0, n * sizeof *dh);
      memset(dc + at, 0, n * sizeof *dc);
    }
    float *g = gates + 4 * at;
    if (!(flags[row] & TIMESTEP_STEP_PRESENT)) {
      memset(g, 0, 4 * n * sizeof *g);
      continue;
    }
    switch (activation) {
    case TIMESTEP_TANH:
      backward_row(n, TIMESTEP_TANH, g, peepholes, c + at, cell_activated + at, dy + at, dh + at, dc + at,
                   peephole_gradient);
      break;
    case TIMESTEP_SIGMOID:
      backward_row(n, TIMESTEP_SIGMOID, g, peepholes, c + at, cell_activated + at, dy + at, dh + at, dc + at,
                   peephole_gradient);
      break;
    case TIMESTEP_IDENTITY:
      backward_row(n, TIMESTEP_IDENTITY, g, peepholes, c + at, cell_activated + at, dy + at, dh + at, dc + at,
                   peephole_gradient);
      break;
    default:
      backward_row(n, TIMESTEP_RELU, g, peepholes, c + at, cell_activated + at, dy + at, dh + at, dc + at,
                   peephole_gradient);
    }
  }
}
