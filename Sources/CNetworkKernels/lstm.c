#include "CNetworkKernels.h"
#include "vector_math.h"

TIMESTEP_INLINE float activate(int activation, float x) {
  switch (activation) {
  case TIMESTEP_SIGMOID: return timestep_sigmoid1(x);
  case TIMESTEP_IDENTITY: return x;
  case TIMESTEP_RELU: return x < 0 ? 0 : x;  // NaN stays NaN
  default: return timestep_tanh1(x);
  }
}

// The derivative, from the activated value.
TIMESTEP_INLINE float slope(int activation, float y) {
  switch (activation) {
  case TIMESTEP_SIGMOID: return y * (1 - y);
  case TIMESTEP_IDENTITY: return 1;
  case TIMESTEP_RELU: return y > 0 ? 1 : 0;
  default: return 1 - y * y;
  }
}

TIMESTEP_INLINE void forward_row(size_t n, int activation, float *restrict gates, const float *restrict peepholes,
                                 const float *restrict c, float *restrict hOut, float *restrict cOut,
                                 float *restrict y, float *restrict cellActivated) {
  float *restrict a = gates, *restrict f = gates + n, *restrict i = gates + 2 * n, *restrict o = gates + 3 * n;
  if (peepholes) {
    const float *pf = peepholes, *pi = peepholes + n, *po = peepholes + 2 * n;
    TIMESTEP_UNITS
    for (size_t j = 0; j < n; j++) {
      float av = activate(activation, a[j]);
      float fv = timestep_sigmoid1(f[j] + pf[j] * c[j]);
      float iv = timestep_sigmoid1(i[j] + pi[j] * c[j]);
      float cv = fv * c[j] + iv * av;
      float ov = timestep_sigmoid1(o[j] + po[j] * cv);
      float tv = activate(activation, cv);
      a[j] = av, f[j] = fv, i[j] = iv, o[j] = ov;
      cOut[j] = cv, cellActivated[j] = tv, hOut[j] = y[j] = ov * tv;
    }
  } else {
    TIMESTEP_UNITS
    for (size_t j = 0; j < n; j++) {
      float av = activate(activation, a[j]);
      float fv = timestep_sigmoid1(f[j]);
      float iv = timestep_sigmoid1(i[j]);
      float ov = timestep_sigmoid1(o[j]);
      float cv = fv * c[j] + iv * av;
      float tv = activate(activation, cv);
      a[j] = av, f[j] = fv, i[j] = iv, o[j] = ov;
      cOut[j] = cv, cellActivated[j] = tv, hOut[j] = y[j] = ov * tv;
    }
  }
}

TIMESTEP_CLONES
void timestep_lstm_forward(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                           const float *peepholes, const uint8_t *codes, float *h, float *c, float *y,
                           float *cellActivated) {
  const uint8_t *next = step + 1 < steps ? codes + (step + 1) * rows : NULL;
  codes += step * rows;
  gates += 4 * step * rows * n, h += step * rows * n, c += step * rows * n;
  y += step * rows * n, cellActivated += step * rows * n;
  float *hOut = h + rows * n, *cOut = c + rows * n;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    if (codes[row] & TIMESTEP_STEP_PRESENT) {
      float *g = gates + 4 * at;
      // One call a kind of activation, so that each loop is free of branches.
      switch (activation) {
      case TIMESTEP_TANH:
        forward_row(n, TIMESTEP_TANH, g, peepholes, c + at, hOut + at, cOut + at, y + at, cellActivated + at);
        break;
      case TIMESTEP_SIGMOID:
        forward_row(n, TIMESTEP_SIGMOID, g, peepholes, c + at, hOut + at, cOut + at, y + at, cellActivated + at);
        break;
      case TIMESTEP_IDENTITY:
        forward_row(n, TIMESTEP_IDENTITY, g, peepholes, c + at, hOut + at, cOut + at, y + at, cellActivated + at);
        break;
      default:
        forward_row(n, TIMESTEP_RELU, g, peepholes, c + at, hOut + at, cOut + at, y + at, cellActivated + at);
      }
    } else {
      memcpy(hOut + at, h + at, n * sizeof *h);
      memcpy(cOut + at, c + at, n * sizeof *c);
      memset(y + at, 0, n * sizeof *y);
    }
    if (next && (next[row] & TIMESTEP_STEP_START)) {
      memset(hOut + at, 0, n * sizeof *h);
      memset(cOut + at, 0, n * sizeof *c);
    }
  }
}

TIMESTEP_INLINE void backward_row(size_t n, int activation, float *restrict gates, const float *restrict peepholes,
                                  const float *restrict c, const float *restrict cellActivated,
                                  const float *restrict dy, float *restrict dh, float *restrict dc,
                                  float *restrict peepholeGradient) {
  float *restrict a = gates, *restrict f = gates + n, *restrict i = gates + 2 * n, *restrict o = gates + 3 * n;
  if (peepholes) {
    const float *pf = peepholes, *pi = peepholes + n, *po = peepholes + 2 * n;
    float *restrict gf = peepholeGradient, *restrict gi = gf + n, *restrict go = gf + 2 * n;
    TIMESTEP_UNITS
    for (size_t j = 0; j < n; j++) {
      float av = a[j], fv = f[j], iv = i[j], ov = o[j], tv = cellActivated[j], d = dy[j] + dh[j];
      float dzo = d * tv * ov * (1 - ov);
      float dcv = dc[j] + d * ov * slope(activation, tv) + dzo * po[j];
      float dzf = dcv * c[j] * fv * (1 - fv);
      float dzi = dcv * av * iv * (1 - iv);
      gf[j] += dzf * c[j];
      gi[j] += dzi * c[j];
      go[j] += dzo * (fv * c[j] + iv * av);
      a[j] = dcv * iv * slope(activation, av);
      f[j] = dzf, i[j] = dzi, o[j] = dzo;
      dc[j] = dcv * fv + dzf * pf[j] + dzi * pi[j];
      dh[j] = 0;
    }
  } else {
    TIMESTEP_UNITS
    for (size_t j = 0; j < n; j++) {
      float av = a[j], fv = f[j], iv = i[j], ov = o[j], tv = cellActivated[j], d = dy[j] + dh[j];
      float dcv = dc[j] + d * ov * slope(activation, tv);
      o[j] = d * tv * ov * (1 - ov);
      f[j] = dcv * c[j] * fv * (1 - fv);
      i[j] = dcv * av * iv * (1 - iv);
      a[j] = dcv * iv * slope(activation, av);
      dc[j] = dcv * fv;
      dh[j] = 0;
    }
  }
}

TIMESTEP_CLONES
void timestep_lstm_backward(size_t step, size_t steps, size_t rows, size_t n, int activation, float *gates,
                            const float *peepholes, const uint8_t *codes, const float *c,
                            const float *cellActivated, const float *dy, float *dh, float *dc,
                            float *peepholeGradient) {
  const uint8_t *next = step + 1 < steps ? codes + (step + 1) * rows : NULL;
  codes += step * rows;
  gates += 4 * step * rows * n, c += step * rows * n;
  dy += step * rows * n, cellActivated += step * rows * n;
  for (size_t row = 0; row < rows; row++) {
    size_t at = row * n;
    if (next && (next[row] & TIMESTEP_STEP_START)) {
      // A series starts after this step: nothing of what came later flows back.
      memset(dh + at, 0, n * sizeof *dh);
      memset(dc + at, 0, n * sizeof *dc);
    }
    float *g = gates + 4 * at;
    if (!(codes[row] & TIMESTEP_STEP_PRESENT)) {
      memset(g, 0, 4 * n * sizeof *g);
      continue;
    }
    switch (activation) {
    case TIMESTEP_TANH:
      backward_row(n, TIMESTEP_TANH, g, peepholes, c + at, cellActivated + at, dy + at, dh + at, dc + at,
                   peepholeGradient);
      break;
    case TIMESTEP_SIGMOID:
      backward_row(n, TIMESTEP_SIGMOID, g, peepholes, c + at, cellActivated + at, dy + at, dh + at, dc + at,
                   peepholeGradient);
      break;
    case TIMESTEP_IDENTITY:
      backward_row(n, TIMESTEP_IDENTITY, g, peepholes, c + at, cellActivated + at, dy + at, dh + at, dc + at,
                   peepholeGradient);
      break;
    default:
      backward_row(n, TIMESTEP_RELU, g, peepholes, c + at, cellActivated + at, dy + at, dh + at, dc + at,
                   peepholeGradient);
    }
  }
}
