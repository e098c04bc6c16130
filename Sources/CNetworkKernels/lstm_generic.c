// The LSTM of lstm.c for any activations of the cell (act) and of the gates (gate): equations and buffers as
// there, with gate in place of the sigmoid. It branches on the activation for each unit: the pairs of
// activations are too many for a loop each.
//
// pre_activations [steps, rows, 4n], in blocks as in gates: the inputs of the activations, peepholes
// included. GELU and swish need them backward, because they are not monotonic.

#include "CNetworkLSTM.h"
#include "CNetworkStepFlags.h"
#include "activations.h"

TIMESTEP_CLONES
void timestep_forward_lstm_generic(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate,
                                   float *gates, float *pre_activations, const float *peepholes, const uint8_t *flags,
                                   float *h, float *c, float *y, float *cell_activated) {
  const uint8_t *next = step + 1 < steps ? flags + (step + 1) * rows : NULL;
  size_t first = step * rows * n;
  int needs_input = timestep_slope_needs_input(activation) || timestep_slope_needs_input(gate);
  for (size_t row = 0; row < rows; row++) {
    size_t at = first + row * n, after = at + rows * n;
    if (flags[step * rows + row] & TIMESTEP_STEP_PRESENT) {
      float *a = gates + 4 * at, *f = a + n, *i = f + n, *o = i + n;
      for (size_t j = 0; j < n; j++) {
        float before = c[at + j];
        if (peepholes) f[j] += peepholes[j] * before, i[j] += peepholes[n + j] * before;
        float av = timestep_activate1(activation, a[j]);
        float fv = timestep_activate1(gate, f[j]), iv = timestep_activate1(gate, i[j]);
        float cv = fv * before + iv * av;
        if (peepholes) o[j] += peepholes[2 * n + j] * cv;
        float ov = timestep_activate1(gate, o[j]), tv = timestep_activate1(activation, cv);
        if (needs_input) {
          float *z = pre_activations + 4 * at + j;
          z[0] = a[j], z[n] = f[j], z[2 * n] = i[j], z[3 * n] = o[j];
        }
        a[j] = av, f[j] = fv, i[j] = iv, o[j] = ov;
        c[after + j] = cv, cell_activated[at + j] = tv, h[after + j] = y[at + j] = ov * tv;
      }
    } else {
      memcpy(h + after, h + at, n * sizeof *h);
      memcpy(c + after, c + at, n * sizeof *c);
      memset(y + at, 0, n * sizeof *y);
    }
    if (next && (next[row] & TIMESTEP_STEP_START)) {
      memset(h + after, 0, n * sizeof *h);
      memset(c + after, 0, n * sizeof *c);
    }
  }
}

TIMESTEP_CLONES
void timestep_backward_lstm_generic(size_t step, size_t steps, size_t rows, size_t n, int activation, int gate,
                                    float *gates, const float *pre_activations, const float *peepholes,
                                    const uint8_t *flags, const float *c, const float *cell_activated,
                                    const float *dy, float *dh, float *dc, float *peephole_gradient) {
  const uint8_t *next = step + 1 < steps ? flags + (step + 1) * rows : NULL;
  size_t first = step * rows * n;
  int needs_input = timestep_slope_needs_input(activation) || timestep_slope_needs_input(gate);
  for (size_t row = 0; row < rows; row++) {
    size_t here = row * n, at = first + here;
    if (next && (next[row] & TIMESTEP_STEP_START)) {
      // A series starts after this step: no gradient of later steps flows back.
      memset(dh + here, 0, n * sizeof *dh);
      memset(dc + here, 0, n * sizeof *dc);
    }
    float *a = gates + 4 * at, *f = a + n, *i = f + n, *o = i + n;
    if (!(flags[step * rows + row] & TIMESTEP_STEP_PRESENT)) {
      memset(a, 0, 4 * n * sizeof *a);
      continue;
    }
    for (size_t j = 0; j < n; j++) {
      float z[4] = {0, 0, 0, 0};
      for (size_t block = 0; needs_input && block < 4; block++) z[block] = pre_activations[4 * at + block * n + j];
      float av = a[j], fv = f[j], iv = i[j], ov = o[j], tv = cell_activated[at + j];
      float before = c[at + j], cv = fv * before + iv * av, d = dy[at + j] + dh[here + j];
      float dzo = d * tv * timestep_slope1(gate, z[3], ov);
      float dcv = dc[here + j] + d * ov * timestep_slope1(activation, cv, tv);
      if (peepholes) dcv += dzo * peepholes[2 * n + j];
      float dzf = dcv * before * timestep_slope1(gate, z[1], fv);
      float dzi = dcv * av * timestep_slope1(gate, z[2], iv);
      a[j] = dcv * iv * timestep_slope1(activation, z[0], av);
      f[j] = dzf, i[j] = dzi, o[j] = dzo;
      dc[here + j] = dcv * fv;
      if (peepholes) {
        dc[here + j] += dzf * peepholes[j] + dzi * peepholes[n + j];
        peephole_gradient[j] += dzf * before;
        peephole_gradient[n + j] += dzi * before;
        peephole_gradient[2 * n + j] += dzo * cv;
      }
      dh[here + j] = 0;
    }
  }
}
