// One step of an LSTM or of a dense layer for one row. LSTM, with the equations of lstm.c (gates: the
// sigmoid):
//
//   z = x W + h' R + b,  then the cell
//
// Dense layer: y = x W + b. Buffers: x [inputs]; h, c, y [n]; W [inputs, 4n] (dense: [inputs, n]), R [n, 4n],
// b [4n] (dense: [n]), peepholes [3n]; packed: see below.

#include "CNetworkSteps.h"
#include "activations.h"
#include "lanes.h"

// A packed LSTM is a sequence of blocks of 16 units, each with rows [4, 16] in the order a, f, i, o: the
// biases; with peepholes, those of f, i, o and 16 zeros; then the weights of each input, and of each unit of
// h. If the last block has 8 units or fewer, its rows are [4, 8]: the weights of 200 units just fit in the
// cache of a core, and with padding to 208 units there would be 4 percent more to read.
//
// A packed dense layer is a sequence of blocks of 16 units, each with rows [16]: the biases, and the weights
// of each input. Padding is 0.

enum { GATES = 4, ROW = GATES * TIMESTEP_LANES, HALF = TIMESTEP_LANES / 2, AHEAD = 16 * ROW };

static size_t block_count(size_t n) { return (n + TIMESTEP_LANES - 1) / TIMESTEP_LANES; }

/// Returns the width of the block that begins with unit `first`, padding included.
static size_t block_width(size_t n, size_t first) { return n - first > HALF ? TIMESTEP_LANES : HALF; }

/// Returns the number of rows of a block: biases, peepholes, inputs and units.
static size_t block_rows(size_t inputs, size_t n, bool has_peepholes) { return inputs + n + (has_peepholes ? 2 : 1); }

size_t timestep_count_packed_lstm(size_t inputs, size_t n, bool has_peepholes) {
  size_t units = 0;
  for (size_t first = 0; first < n; first += TIMESTEP_LANES) units += block_width(n, first);
  return GATES * units * block_rows(inputs, n, has_peepholes);
}

/// Packs one row of a block: the values from `first` of each of `gates` vectors [n].
///
/// Returns the start of the next row.
static float *pack_row(size_t gates, size_t n, size_t first, const float *values, float *row) {
  const size_t width = block_width(n, first), count = n - first < width ? n - first : width;
  memset(row, 0, GATES * width * sizeof *row);
  for (size_t gate = 0; gate < gates; gate++) memcpy(row + gate * width, values + gate * n + first, count * sizeof *row);
  return row + GATES * width;
}

void timestep_pack_lstm(size_t inputs, size_t n, bool has_peepholes, const float *parameters, float *packed) {
  const float *biases = parameters + GATES * n * (inputs + n), *peepholes = biases + GATES * n;
  for (size_t first = 0; first < n; first += TIMESTEP_LANES) {
    packed = pack_row(GATES, n, first, biases, packed);
    if (has_peepholes) packed = pack_row(GATES - 1, n, first, peepholes, packed);
    // W and R lie one after the other, in rows of 4n.
    for (size_t k = 0; k < inputs + n; k++) packed = pack_row(GATES, n, first, parameters + GATES * n * k, packed);
  }
}

/// Adds `count` rows of weights, each times its x, to the sums of the four gates.
///
/// The hardware prefetcher stops at the end of each page, so one cache line of every two rows (of 8) is
/// prefetched, 16 rows ahead; prefetching all lines is slower. Even and odd rows have separate sums, because
/// the additions to a single one would wait for each other.
#define ADD_ROWS(count, x, w)                                                                                          \
  do {                                                                                                                 \
    size_t k = 0;                                                                                                      \
    for (; k + 2 <= (count); k += 2, w += 2 * ROW) {                                                                    \
      __builtin_prefetch(w + AHEAD);                                                                                   \
      const timestep_lanes *even = (const timestep_lanes *)w, *odd = even + GATES;                                      \
      s0 += (x)[k] * even[0], s1 += (x)[k] * even[1], s2 += (x)[k] * even[2], s3 += (x)[k] * even[3];                  \
      t0 += (x)[k + 1] * odd[0], t1 += (x)[k + 1] * odd[1], t2 += (x)[k + 1] * odd[2], t3 += (x)[k + 1] * odd[3];      \
    }                                                                                                                  \
    if (k < (count)) {                                                                                                 \
      const timestep_lanes *even = (const timestep_lanes *)w;                                                           \
      s0 += (x)[k] * even[0], s1 += (x)[k] * even[1], s2 += (x)[k] * even[2], s3 += (x)[k] * even[3];                  \
      w += ROW;                                                                                                        \
    }                                                                                                                  \
  } while (0)

/// The same for a block of half the width: each row is two vectors, of two gates each.
#define ADD_HALF_ROWS(count, x, w)                                                                                     \
  do {                                                                                                                 \
    size_t k = 0;                                                                                                      \
    for (; k + 2 <= (count); k += 2, w += ROW) {                                                                        \
      __builtin_prefetch(w + AHEAD);                                                                                   \
      const timestep_lanes *even = (const timestep_lanes *)w, *odd = even + GATES / 2;                                  \
      s0 += (x)[k] * even[0], s1 += (x)[k] * even[1], t0 += (x)[k + 1] * odd[0], t1 += (x)[k + 1] * odd[1];            \
    }                                                                                                                  \
    if (k < (count)) {                                                                                                 \
      const timestep_lanes *even = (const timestep_lanes *)w;                                                           \
      s0 += (x)[k] * even[0], s1 += (x)[k] * even[1];                                                                   \
      w += ROW / 2;                                                                                                    \
    }                                                                                                                  \
  } while (0)

/// Computes the cells of 16 units from the pre-activations z [4, 16] and the peepholes [4, 16], 0 if there
/// are none.
TIMESTEP_INLINE void cells(int activation, const float *z, const float *peepholes, float *c, float *y) {
  const float *a = z, *f = z + TIMESTEP_LANES, *i = f + TIMESTEP_LANES, *o = i + TIMESTEP_LANES;
  const float *pf = peepholes, *pi = peepholes + TIMESTEP_LANES, *po = pi + TIMESTEP_LANES;
  TIMESTEP_EACH_LANE
  for (int j = 0; j < TIMESTEP_LANES; j++) {
    const float before = c[j];
    const float fv = timestep_sigmoid1(f[j] + pf[j] * before), iv = timestep_sigmoid1(i[j] + pi[j] * before);
    const float cv = fv * before + iv * timestep_activate1(activation, a[j]);
    c[j] = cv;
    y[j] = timestep_sigmoid1(o[j] + po[j] * cv) * timestep_activate1(activation, cv);
  }
}

/// Copies a row of a half block [4, 8] to a row of a whole one [4, 16].
TIMESTEP_INLINE void widen(const float *half, float *row) {
  for (int gate = 0; gate < GATES; gate++) memcpy(row + gate * TIMESTEP_LANES, half + gate * HALF, HALF * sizeof *row);
}

/// Computes the pre-activations of a block, and copies its peepholes if there are any: [4, 16] each.
TIMESTEP_INLINE void block(size_t inputs, size_t n, bool has_peepholes, const float *packed, const float *x, const float *h,
                           float *z, float *peepholes) {
  const timestep_lanes *biases = (const timestep_lanes *)packed;
  timestep_lanes s0 = biases[0], s1 = biases[1], s2 = biases[2], s3 = biases[3];
  timestep_lanes t0 = {0}, t1 = {0}, t2 = {0}, t3 = {0};
  if (has_peepholes) memcpy(peepholes, packed + ROW, ROW * sizeof *peepholes);
  const float *w = packed + (has_peepholes ? 2 : 1) * ROW;
  ADD_ROWS(inputs, x, w);
  ADD_ROWS(n, h, w);
  timestep_lanes *sums = (timestep_lanes *)z;
  sums[0] = s0 + t0, sums[1] = s1 + t1, sums[2] = s2 + t2, sums[3] = s3 + t3;
}

/// The same for a half block; the upper 8 lanes of each gate are 0.
TIMESTEP_INLINE void half_block(size_t inputs, size_t n, bool has_peepholes, const float *packed, const float *x,
                                const float *h, float *z, float *peepholes) {
  const timestep_lanes *biases = (const timestep_lanes *)packed;
  timestep_lanes s0 = biases[0], s1 = biases[1], t0 = {0}, t1 = {0};
  if (has_peepholes) widen(packed + ROW / 2, peepholes);
  const float *w = packed + (has_peepholes ? 2 : 1) * (ROW / 2);
  ADD_HALF_ROWS(inputs, x, w);
  ADD_HALF_ROWS(n, h, w);
  const timestep_lanes sums[2] = {s0 + t0, s1 + t1};
  memset(z, 0, ROW * sizeof *z);
  widen((const float *)sums, z);
}

TIMESTEP_INLINE void lstm_step_body(size_t inputs, size_t n, bool has_peepholes, int activation, bool last_block_first,
                                    const float *packed, const float *x, float *h, float *c, float *y) {
  const size_t blocks = block_count(n);
  float z[ROW], peepholes[ROW] = {0}, cs[TIMESTEP_LANES] = {0}, ys[TIMESTEP_LANES];
  for (size_t turn = 0; turn < blocks; turn++) {
    const size_t number = last_block_first ? blocks - 1 - turn : turn, first = number * TIMESTEP_LANES;
    const size_t count = n - first < TIMESTEP_LANES ? n - first : TIMESTEP_LANES;
    // All blocks before this one are whole: only the last one can be a half block.
    const float *weights = packed + number * block_rows(inputs, n, has_peepholes) * ROW;
    if (block_width(n, first) == TIMESTEP_LANES) block(inputs, n, has_peepholes, weights, x, h, z, peepholes);
    else half_block(inputs, n, has_peepholes, weights, x, h, z, peepholes);
    memcpy(cs, c + first, count * sizeof *c);
    switch (activation) {
    case TIMESTEP_TANH: cells(TIMESTEP_TANH, z, peepholes, cs, ys); break;
    case TIMESTEP_SIGMOID: cells(TIMESTEP_SIGMOID, z, peepholes, cs, ys); break;
    case TIMESTEP_IDENTITY: cells(TIMESTEP_IDENTITY, z, peepholes, cs, ys); break;
    default: cells(TIMESTEP_RELU, z, peepholes, cs, ys);
    }
    memcpy(c + first, cs, count * sizeof *c);
    memcpy(y + first, ys, count * sizeof *y);
  }
  // Not earlier: all blocks read the state before the step.
  memcpy(h, y, n * sizeof *h);
}

TIMESTEP_VERSIONS(lstm_step,
                  (size_t inputs, size_t n, bool has_peepholes, int activation, bool last_block_first, const float *packed,
                   const float *x, float *h, float *c, float *y),
                  (inputs, n, has_peepholes, activation, last_block_first, packed, x, h, c, y))

void timestep_step_lstm(int version, size_t inputs, size_t n, bool has_peepholes, int activation,
                        bool last_block_first, const float *packed, const float *x, float *h, float *c, float *y) {
  lstm_step_versions[version](inputs, n, has_peepholes, activation, last_block_first, packed, x, h, c, y);
}

size_t timestep_count_packed_dense(size_t inputs, size_t n) { return block_count(n) * TIMESTEP_LANES * (inputs + 1); }

void timestep_pack_dense(size_t inputs, size_t n, const float *parameters, float *packed) {
  memset(packed, 0, timestep_count_packed_dense(inputs, n) * sizeof *packed);
  for (size_t first = 0; first < n; first += TIMESTEP_LANES) {
    const size_t count = n - first < TIMESTEP_LANES ? n - first : TIMESTEP_LANES;
    memcpy(packed, parameters + inputs * n + first, count * sizeof *packed);
    packed += TIMESTEP_LANES;
    for (size_t k = 0; k < inputs; k++, packed += TIMESTEP_LANES)
      memcpy(packed, parameters + k * n + first, count * sizeof *packed);
  }
}

TIMESTEP_INLINE void dense_step_body(size_t inputs, size_t n, const float *packed, const float *x, float *y) {
  for (size_t first = 0; first < n; first += TIMESTEP_LANES) {
    const size_t count = n - first < TIMESTEP_LANES ? n - first : TIMESTEP_LANES;
    const timestep_lanes *w = (const timestep_lanes *)packed;
    timestep_lanes s0 = *w++, s1 = {0}, s2 = {0}, s3 = {0};
    size_t k = 0;
    for (; k + 4 <= inputs; k += 4, w += 4)
      s0 += x[k] * w[0], s1 += x[k + 1] * w[1], s2 += x[k + 2] * w[2], s3 += x[k + 3] * w[3];
    for (; k < inputs; k++) s0 += x[k] * *w++;
    const timestep_lanes sum = (s0 + s1) + (s2 + s3);
    memcpy(y + first, &sum, count * sizeof *y);
    packed = (const float *)w;
  }
}

TIMESTEP_VERSIONS(dense_step, (size_t inputs, size_t n, const float *packed, const float *x, float *y),
                  (inputs, n, packed, x, y))

void timestep_step_dense(int version, size_t inputs, size_t n, const float *packed, const float *x, float *y) {
  dense_step_versions[version](inputs, n, packed, x, y);
}
