#include "CKernelsProducts.h"
#include "lanes.h"

#if defined(__x86_64__) && defined(__linux__)

// A product in tiles of c that fit the 32 registers: R rows of V vectors, R times V sums of at most 24. The rows of b that meet
// there lie one behind the other, and come from the nearest cache: so much of k at once that a panel fits.

enum {
  PANEL = 4,                         // vectors of a panel
  COLUMNS = PANEL * TIMESTEP_LANES,  // columns of a panel
  DEPTH = 256,                       // rows of b at once: 64 KB of a panel
  HEIGHT = 96                        // rows of a at once: 96 KB of them
};

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/// How many vectors a panel has in which `columns` are left.
static size_t panel_width(size_t columns) {
  return smaller(PANEL, (columns + TIMESTEP_LANES - 1) / TIMESTEP_LANES);
}

size_t timestep_packed_count(size_t k, size_t n) {
  return k * ((n + TIMESTEP_LANES - 1) / TIMESTEP_LANES) * TIMESTEP_LANES;
}

/// Packs `depth` rows of a panel in which `columns` are left, from row `first` and column `column` of b on.
TIMESTEP_INLINE void pack_panel(struct timestep_matrix b, size_t first, size_t depth, size_t column, size_t columns,
                                float *packed) {
  const size_t width = panel_width(columns) * TIMESTEP_LANES, used = smaller(width, columns);
  const float *from = b.values + first * b.row_stride + column * b.column_stride;
  if (b.column_stride == 1) {
    if (used == COLUMNS) {
      for (size_t k = 0; k < depth; k++, from += b.row_stride, packed += COLUMNS) {
        const timestep_lanes *row = (const timestep_lanes *)from;
        timestep_lanes *to = (timestep_lanes *)packed;
        to[0] = row[0], to[1] = row[1], to[2] = row[2], to[3] = row[3];
      }
      return;
    }
    for (size_t k = 0; k < depth; k++, from += b.row_stride, packed += width) {
      memcpy(packed, from, used * sizeof *packed);
      memset(packed + used, 0, (width - used) * sizeof *packed);
    }
    return;
  }
  // Transposed: 16 rows of b at once, which lie side by side, for one column after the other.
  for (size_t k = 0; k < depth; k += TIMESTEP_LANES) {
    const size_t rows = smaller(TIMESTEP_LANES, depth - k);
    for (size_t j = 0; j < used; j++)
      for (size_t i = 0; i < rows; i++)
        packed[(k + i) * width + j] = from[(k + i) * b.row_stride + j * b.column_stride];
    for (size_t i = 0; i < rows; i++) memset(packed + (k + i) * width + used, 0, (width - used) * sizeof *packed);
  }
}

/// One tile: c [R, columns] += a [R, depth] times `depth` rows of V vectors. Everything with R and V is unrolled.
TIMESTEP_INLINE void tile(const int R, const int V, size_t depth, const float *a, size_t row_stride, size_t column_stride,
                          const float *b, bool adds, float *c, size_t c_stride, size_t columns) {
  timestep_lanes sums[12][PANEL];
  const size_t rest = columns - (size_t)(V - 1) * TIMESTEP_LANES;  // columns of the last vector
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < V; v++) sums[r][v] = (timestep_lanes){0};
  for (size_t k = 0; k < depth; k++, a += column_stride, b += V * TIMESTEP_LANES) {
    const timestep_lanes *row = (const timestep_lanes *)b;
    timestep_lanes bs[PANEL];
#pragma clang loop unroll(full)
    for (int v = 0; v < V; v++) bs[v] = row[v];
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
      const float factor = a[(size_t)r * row_stride];
#pragma clang loop unroll(full)
      for (int v = 0; v < V; v++) sums[r][v] += factor * bs[v];
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++, c += c_stride) {
    timestep_lanes *to = (timestep_lanes *)c;
#pragma clang loop unroll(full)
    for (int v = 0; v < V - 1; v++) to[v] = adds ? to[v] + sums[r][v] : sums[r][v];
    if (rest == TIMESTEP_LANES) {
      to[V - 1] = adds ? to[V - 1] + sums[r][V - 1] : sums[r][V - 1];
    } else {
      timestep_lanes last = {0};
      if (adds) memcpy(&last, to + V - 1, rest * sizeof *c);
      last += sums[r][V - 1];
      memcpy(to + V - 1, &last, rest * sizeof *c);
    }
  }
}

#define TILE(R, V)                                                                                                     \
  case R:                                                                                                              \
    tile(R, V, depth, a, row_stride, column_stride, b, adds, c, c_stride, columns);                                     \
    break

/// All rows of a panel of V vectors, in tiles of at most `limit` rows, as equal as can be.
#define PANEL_FUNCTION(V, limit, ...)                                                                                  \
  TIMESTEP_FOR_AVX512 static void panel##V(size_t m, size_t depth, const float *a, size_t row_stride,                  \
                                           size_t column_stride, const float *b, bool adds, float *c,                  \
                                           size_t c_stride, size_t columns) {                                          \
    for (size_t tiles = (m + limit - 1) / limit; tiles > 0; tiles--) {                                                 \
      const size_t rows = (m + tiles - 1) / tiles;                                                                     \
      switch (rows) { __VA_ARGS__ }                                                                                    \
      a += rows * row_stride, c += rows * c_stride, m -= rows;                                                         \
    }                                                                                                                  \
  }

PANEL_FUNCTION(1, 12, TILE(1, 1); TILE(2, 1); TILE(3, 1); TILE(4, 1); TILE(5, 1); TILE(6, 1); TILE(7, 1); TILE(8, 1);
               TILE(9, 1); TILE(10, 1); TILE(11, 1); TILE(12, 1);)
PANEL_FUNCTION(2, 12, TILE(1, 2); TILE(2, 2); TILE(3, 2); TILE(4, 2); TILE(5, 2); TILE(6, 2); TILE(7, 2); TILE(8, 2);
               TILE(9, 2); TILE(10, 2); TILE(11, 2); TILE(12, 2);)
PANEL_FUNCTION(3, 8, TILE(1, 3); TILE(2, 3); TILE(3, 3); TILE(4, 3); TILE(5, 3); TILE(6, 3); TILE(7, 3); TILE(8, 3);)
PANEL_FUNCTION(4, 6, TILE(1, 4); TILE(2, 4); TILE(3, 4); TILE(4, 4); TILE(5, 4); TILE(6, 4);)

static void panel(size_t m, size_t depth, const float *a, size_t row_stride, size_t column_stride, const float *b,
                  bool adds, float *c, size_t c_stride, size_t columns) {
  static void (*const widths[])(size_t, size_t, const float *, size_t, size_t, const float *, bool, float *, size_t,
                                size_t) = {panel1, panel2, panel3, panel4};
  widths[panel_width(columns) - 1](m, depth, a, row_stride, column_stride, b, adds, c, c_stride,
                                   smaller(COLUMNS, columns));
}

TIMESTEP_FOR_AVX512 void timestep_pack(size_t k, size_t n, struct timestep_matrix b, float *packed) {
  for (size_t column = 0; column < n; column += COLUMNS) {
    pack_panel(b, 0, k, column, n - column, packed);
    packed += k * panel_width(n - column) * TIMESTEP_LANES;
  }
}

void timestep_packed_product(size_t m, size_t n, size_t k, struct timestep_matrix a, const float *packed, bool adds,
                             float *c) {
  for (size_t first = 0; first < k; first += DEPTH) {
    const size_t depth = smaller(DEPTH, k - first);
    for (size_t row = 0; row < m; row += HEIGHT) {
      const float *from = a.values + row * a.row_stride + first * a.column_stride;
      for (size_t column = 0; column < n; column += COLUMNS)
        panel(smaller(HEIGHT, m - row), depth, from, a.row_stride, a.column_stride,
              packed + column * k + first * panel_width(n - column) * TIMESTEP_LANES, adds || first > 0,
              c + row * n + column, n, n - column);
    }
  }
}

TIMESTEP_FOR_AVX512 void timestep_product(size_t m, size_t n, size_t k, struct timestep_matrix a,
                                          struct timestep_matrix b, bool adds, float *c) {
  float packed[DEPTH * COLUMNS] __attribute__((aligned(64)));
  for (size_t first = 0; first < k; first += DEPTH) {
    const size_t depth = smaller(DEPTH, k - first);
    for (size_t column = 0; column < n; column += COLUMNS) {
      pack_panel(b, first, depth, column, n - column, packed);
      for (size_t row = 0; row < m; row += HEIGHT)
        panel(smaller(HEIGHT, m - row), depth, a.values + row * a.row_stride + first * a.column_stride, a.row_stride,
              a.column_stride, packed, adds || first > 0, c + row * n + column, n, n - column);
    }
  }
}

#else

size_t timestep_packed_count(size_t k, size_t n) { return k * n; }
void timestep_pack(size_t k, size_t n, struct timestep_matrix b, float *packed) { __builtin_trap(); }
void timestep_packed_product(size_t m, size_t n, size_t k, struct timestep_matrix a, const float *packed, bool adds,
                             float *c) {
  __builtin_trap();
}
void timestep_product(size_t m, size_t n, size_t k, struct timestep_matrix a, struct timestep_matrix b, bool adds,
                      float *c) {
  __builtin_trap();
}

#endif
