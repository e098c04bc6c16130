// Products of matrices for AVX-512: c = a b, or c += a b, with all rows, some rows, or some terms of the
// sums.
//
//   c[i, j] (+)= sum_k a[i, k] b[k, j]
//
// Buffers: a [m, k] and b [k, n] with any strides; c [m, n], row-major. b is packed into panels of 64
// columns, row after row: panel p is [k, 64], the last one [k, 16 .. 64], padded with zeros.

#include "CNetworkProducts.h"
#include "lanes.h"

#if defined(__x86_64__) && defined(__linux__)

// c is computed in tiles that fit in the 32 registers: R rows of V vectors, with at most 24 sums (Goto & van
// de Geijn 2008). The rows of b for a tile lie one after the other. DEPTH and HEIGHT limit the panel and the
// rows of a that are in use at the same time to 64 KB and 96 KB, so that both stay in the L2 cache.

enum {
  PANEL = 4,                         // vectors of a row of a panel
  COLUMNS = PANEL * TIMESTEP_LANES,  // columns of a panel
  DEPTH = 256,                       // rows of b at a time: 64 KB of a panel
  HEIGHT = 96                        // rows of a at a time: 96 KB
};

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/// Returns the number of vectors in each row of a panel, if b has `columns` columns left.
static size_t panel_width(size_t columns) {
  return smaller(PANEL, (columns + TIMESTEP_LANES - 1) / TIMESTEP_LANES);
}

size_t timestep_count_packed_matrix(size_t k, size_t n) {
  return k * ((n + TIMESTEP_LANES - 1) / TIMESTEP_LANES) * TIMESTEP_LANES;
}

/// Packs a panel [depth, ...] of b, from row `first` and column `column`; `columns` are left from there.
///
/// If `chosen` is not NULL, its elements are the rows of b: row i of the panel is row chosen[first + i] of b.
TIMESTEP_INLINE void pack_panel(struct timestep_matrix b, const uint32_t *chosen, size_t first, size_t depth,
                                size_t column, size_t columns, float *packed) {
  const size_t width = panel_width(columns) * TIMESTEP_LANES, used = smaller(width, columns);
  const float *from = b.values + column * b.column_stride;
  if (b.column_stride == 1) {
    for (size_t k = 0; k < depth; k++, packed += width) {
      const float *row = from + (chosen ? chosen[first + k] : first + k) * b.row_stride;
      if (used == COLUMNS) {
        const timestep_lanes *lanes = (const timestep_lanes *)row;
        timestep_lanes *to = (timestep_lanes *)packed;
        to[0] = lanes[0], to[1] = lanes[1], to[2] = lanes[2], to[3] = lanes[3];
      } else {
        memcpy(packed, row, used * sizeof *packed);
        memset(packed + used, 0, (width - used) * sizeof *packed);
      }
    }
    return;
  }
  // b is transposed: column by column, 16 rows at a time, which are adjacent in memory.
  for (size_t k = 0; k < depth; k += TIMESTEP_LANES) {
    const size_t rows = smaller(TIMESTEP_LANES, depth - k);
    for (size_t j = 0; j < used; j++)
      for (size_t i = 0; i < rows; i++) {
        const size_t row = chosen ? chosen[first + k + i] : first + k + i;
        packed[(k + i) * width + j] = from[row * b.row_stride + j * b.column_stride];
      }
    for (size_t i = 0; i < rows; i++) memset(packed + (k + i) * width + used, 0, (width - used) * sizeof *packed);
  }
}

/// The part of the product to compute: everything; the rows of a and c in a list; or the terms of the sums in
/// a list (columns of a, and rows of b, which are packed without the others).
enum selection { EVERYTHING, SOME_ROWS, SOME_TERMS };

/// The first factor of a panel, and the destination of the product.
struct task {
  size_t m, depth;
  const float *a;
  size_t row_stride, column_stride;
  /// The list of rows or terms; see `selection`.
  const uint32_t *chosen;
  bool adds;
  float *c;
  size_t c_stride;
};

/// Computes one tile: c [R, columns] (+)= a [R, depth] b [depth, V vectors]. Loops over R and V are unrolled.
TIMESTEP_INLINE void tile(const int R, const int V, const enum selection selection, const struct task *task, size_t first,
                          const float *b, size_t columns) {
  timestep_lanes sums[12][PANEL];
  const float *as[12];
  const size_t rest = columns - (size_t)(V - 1) * TIMESTEP_LANES;  // columns of the last vector
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++) {
    const size_t row = first + (size_t)r;
    as[r] = task->a + (selection == SOME_ROWS ? task->chosen[row] : row) * task->row_stride;
#pragma clang loop unroll(full)
    for (int v = 0; v < V; v++) sums[r][v] = (timestep_lanes){0};
  }
  const size_t step = task->column_stride;
  for (size_t k = 0; k < task->depth; k++, b += V * TIMESTEP_LANES) {
    const timestep_lanes *row = (const timestep_lanes *)b;
    const size_t at = (selection == SOME_TERMS ? task->chosen[k] : k) * step;
    timestep_lanes bs[PANEL];
#pragma clang loop unroll(full)
    for (int v = 0; v < V; v++) bs[v] = row[v];
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
      const float factor = as[r][at];
#pragma clang loop unroll(full)
      for (int v = 0; v < V; v++) sums[r][v] += factor * bs[v];
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++) {
    const size_t row = first + (size_t)r;
    timestep_lanes *to =
        (timestep_lanes *)(task->c + (selection == SOME_ROWS ? task->chosen[row] : row) * task->c_stride);
#pragma clang loop unroll(full)
    for (int v = 0; v < V - 1; v++) to[v] = task->adds ? to[v] + sums[r][v] : sums[r][v];
    if (rest == TIMESTEP_LANES) {
      to[V - 1] = task->adds ? to[V - 1] + sums[r][V - 1] : sums[r][V - 1];
    } else {
      timestep_lanes last = {0};
      if (task->adds) memcpy(&last, to + V - 1, rest * sizeof(float));
      last += sums[r][V - 1];
      memcpy(to + V - 1, &last, rest * sizeof(float));
    }
  }
}

#define TILE(R, V, selection)                                                                                          \
  case R:                                                                                                              \
    tile(R, V, selection, task, first, b, columns);                                                                    \
    break;

#define TILES4(V, s) TILE(1, V, s) TILE(2, V, s) TILE(3, V, s) TILE(4, V, s)
#define TILES6(V, s) TILES4(V, s) TILE(5, V, s) TILE(6, V, s)
#define TILES8(V, s) TILES6(V, s) TILE(7, V, s) TILE(8, V, s)
#define TILES12(V, s) TILES8(V, s) TILE(9, V, s) TILE(10, V, s) TILE(11, V, s) TILE(12, V, s)

/// Multiplies all rows of a by a panel of V vectors, in tiles of at most `limit` rows, of about equal height.
#define PANEL_FUNCTION(V, limit, selection)                                                                            \
  TIMESTEP_FOR_AVX512 static void panel##V##_##selection(const struct task *task, const float *b, size_t columns) {    \
    size_t first = 0;                                                                                                  \
    for (size_t tiles = (task->m + limit - 1) / limit; tiles > 0; tiles--) {                                           \
      const size_t rows = (task->m - first + tiles - 1) / tiles;                                                       \
      switch (rows) { TILES##limit(V, selection) }                                                                     \
      first += rows;                                                                                                   \
    }                                                                                                                  \
  }

#define PANEL_FUNCTIONS(selection)                                                                                     \
  PANEL_FUNCTION(1, 12, selection)                                                                                     \
  PANEL_FUNCTION(2, 12, selection)                                                                                     \
  PANEL_FUNCTION(3, 8, selection)                                                                                      \
  PANEL_FUNCTION(4, 6, selection)

PANEL_FUNCTIONS(EVERYTHING)
PANEL_FUNCTIONS(SOME_ROWS)
PANEL_FUNCTIONS(SOME_TERMS)

/// Multiplies by a panel, if b has `columns` columns left.
static void panel(enum selection selection, const struct task *task, const float *b, size_t columns) {
  static void (*const functions[][PANEL])(const struct task *, const float *, size_t) = {
      {panel1_EVERYTHING, panel2_EVERYTHING, panel3_EVERYTHING, panel4_EVERYTHING},
      {panel1_SOME_ROWS, panel2_SOME_ROWS, panel3_SOME_ROWS, panel4_SOME_ROWS},
      {panel1_SOME_TERMS, panel2_SOME_TERMS, panel3_SOME_TERMS, panel4_SOME_TERMS}};
  functions[selection][panel_width(columns) - 1](task, b, smaller(COLUMNS, columns));
}

TIMESTEP_FOR_AVX512 void timestep_pack_matrix(size_t k, size_t n, struct timestep_matrix b, float *packed) {
  for (size_t column = 0; column < n; column += COLUMNS) {
    pack_panel(b, NULL, 0, k, column, n - column, packed);
    packed += k * panel_width(n - column) * TIMESTEP_LANES;
  }
}

/// Returns the part of a product with up to HEIGHT rows from `row`, and up to DEPTH terms from `first`.
static struct task task_of(size_t m, size_t n, size_t k, struct timestep_matrix a, bool adds, float *c,
                           const uint32_t *rows, const uint32_t *terms, size_t row, size_t first) {
  struct task task = {smaller(HEIGHT, m - row), smaller(DEPTH, k - first), a.values, a.row_stride, a.column_stride,
                      NULL, adds || first > 0, c, n};
  if (rows) {
    task.chosen = rows + row;
  } else {
    task.a += row * a.row_stride;
    task.c += row * n;
  }
  if (terms)
    task.chosen = terms + first;
  else
    task.a += first * a.column_stride;
  return task;
}

void timestep_multiply_packed(size_t m, size_t n, size_t k, struct timestep_matrix a, const float *packed, bool adds,
                              float *c, const uint32_t *rows) {
  for (size_t first = 0; first < k; first += DEPTH) {
    for (size_t row = 0; row < m; row += HEIGHT) {
      struct task task = task_of(m, n, k, a, adds, c, rows, NULL, row, first);
      for (size_t column = 0; column < n; column += COLUMNS, task.c += COLUMNS)
        panel(rows ? SOME_ROWS : EVERYTHING, &task,
              packed + column * k + first * panel_width(n - column) * TIMESTEP_LANES, n - column);
    }
  }
}

TIMESTEP_FOR_AVX512 void timestep_multiply_matrices(size_t m, size_t n, size_t k, struct timestep_matrix a,
                                                    struct timestep_matrix b, bool adds, float *c,
                                                    const uint32_t *rows, const uint32_t *terms) {
  float packed[DEPTH * COLUMNS] __attribute__((aligned(64)));
  const enum selection selection = terms ? SOME_TERMS : rows ? SOME_ROWS : EVERYTHING;
  for (size_t first = 0; first < k; first += DEPTH) {
    for (size_t column = 0; column < n; column += COLUMNS) {
      pack_panel(b, terms, first, smaller(DEPTH, k - first), column, n - column, packed);
      for (size_t row = 0; row < m; row += HEIGHT) {
        struct task task = task_of(m, n, k, a, adds, c, rows, terms, row, first);
        task.c += column;
        panel(selection, &task, packed, n - column);
      }
    }
  }
}

#else

size_t timestep_count_packed_matrix(size_t k, size_t n) { return k * n; }
void timestep_pack_matrix(size_t k, size_t n, struct timestep_matrix b, float *packed) { __builtin_trap(); }
void timestep_multiply_packed(size_t m, size_t n, size_t k, struct timestep_matrix a, const float *packed, bool adds,
                              float *c, const uint32_t *rows) {
  __builtin_trap();
}
void timestep_multiply_matrices(size_t m, size_t n, size_t k, struct timestep_matrix a, struct timestep_matrix b,
                                bool adds, float *c, const uint32_t *rows, const uint32_t *terms) {
  __builtin_trap();
}

#endif
