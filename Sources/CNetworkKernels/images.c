// Convolutions of images as products of matrices (im2col; Chellapilla, Puri & Simard 2006), and pooling.
//
// The kernel at place p covers image rows top ..< top + kernel_height, with
// top = (p / places_across) stride_height - padding_height, and columns likewise with p % places_across. For
// the image x, per channel and place, with sums over the part of the kernel inside the image:
//
//   max pooling: y = max x;  backward: dx[winner] += dy
//   mean pooling: y = sum x / kernel area;  backward: dx += dy / kernel area
//
// Buffers, row-major: images [all images, channels, height, width]; patches
// [count, channels * kernel_height * kernel_width]; rows [count, channels]; maxima, winners and means
// [all images, channels, places]; cells [count] of pooling: the numbers of the images to process.

#include "CNetworkImages.h"
#include "vector_math.h"

// The part of one side of a kernel that lies inside the image, for a window that begins at
// `place * stride - padding`.
typedef struct {
  size_t from, to;   // indices in the kernel
  ptrdiff_t offset;  // an index in the image minus that in the kernel
} span;

TIMESTEP_INLINE span inside(size_t place, size_t stride, size_t padding, size_t kernel, size_t size) {
  span result;
  result.offset = (ptrdiff_t)(place * stride) - (ptrdiff_t)padding;
  result.from = result.offset < 0 ? (size_t)-result.offset : 0;
  size_t end = (size_t)((ptrdiff_t)size - result.offset);
  result.to = end < kernel ? end : kernel;
  return result;
}

TIMESTEP_INLINE span inside_rows(const timestep_window *w, size_t place) {
  return inside(place / w->places_across, w->stride_height, w->padding_height, w->kernel_height, w->height);
}

TIMESTEP_INLINE span inside_columns(const timestep_window *w, size_t place) {
  return inside(place % w->places_across, w->stride_width, w->padding_width, w->kernel_width, w->width);
}

void timestep_gather_patches(const timestep_window *w, const size_t *cells, size_t first, size_t count,
                             const float *restrict images, float *restrict patches) {
  size_t places = w->places_down * w->places_across, area = w->kernel_height * w->kernel_width;
  for (size_t q = first; q < first + count; q++) {
    const float *image = images + cells[q / places] * w->channels * w->height * w->width;
    span rows = inside_rows(w, q % places), columns = inside_columns(w, q % places);
    memset(patches, 0, w->channels * area * sizeof *patches);
    for (size_t channel = 0; channel < w->channels; channel++, patches += area, image += w->height * w->width)
      for (size_t i = rows.from; i < rows.to; i++)
        memcpy(patches + i * w->kernel_width + columns.from,
               image + ((ptrdiff_t)i + rows.offset) * (ptrdiff_t)w->width + (ptrdiff_t)columns.from + columns.offset,
               (columns.to - columns.from) * sizeof *patches);
  }
}

void timestep_scatter_patches(const timestep_window *w, const size_t *cells, size_t first, size_t count,
                              const float *restrict patches, float *restrict images) {
  size_t places = w->places_down * w->places_across, area = w->kernel_height * w->kernel_width;
  for (size_t q = first; q < first + count; q++) {
    float *image = images + cells[q / places] * w->channels * w->height * w->width;
    span rows = inside_rows(w, q % places), columns = inside_columns(w, q % places);
    for (size_t channel = 0; channel < w->channels; channel++, patches += area, image += w->height * w->width)
      for (size_t i = rows.from; i < rows.to; i++) {
        float *to = image + ((ptrdiff_t)i + rows.offset) * (ptrdiff_t)w->width + columns.offset;
        for (size_t j = columns.from; j < columns.to; j++) to[j] += patches[i * w->kernel_width + j];
      }
  }
}

void timestep_scatter_places(size_t places, size_t channels, const size_t *cells, size_t first, size_t count,
                             const float *restrict rows, float *restrict images) {
  for (size_t q = first; q < first + count; q++, rows += channels) {
    float *image = images + cells[q / places] * channels * places + q % places;
    for (size_t channel = 0; channel < channels; channel++) image[channel * places] = rows[channel];
  }
}

void timestep_gather_places(size_t places, size_t channels, const size_t *cells, size_t first, size_t count,
                            const float *restrict images, float *restrict rows) {
  for (size_t q = first; q < first + count; q++, rows += channels) {
    const float *image = images + cells[q / places] * channels * places + q % places;
    for (size_t channel = 0; channel < channels; channel++) rows[channel] = image[channel * places];
  }
}

void timestep_forward_max_pooling(const timestep_window *w, const size_t *cells, size_t count,
                                  const float *restrict images, float *restrict maxima, uint32_t *restrict winners) {
  size_t places = w->places_down * w->places_across, size = w->height * w->width;
  for (size_t cell = 0; cell < count; cell++) {
    const float *image = images + cells[cell] * w->channels * size;
    size_t at = cells[cell] * w->channels * places;
    for (size_t channel = 0; channel < w->channels; channel++)
      for (size_t place = 0; place < places; place++, at++) {
        span rows = inside_rows(w, place), columns = inside_columns(w, place);
        size_t best = SIZE_MAX;
        for (size_t i = rows.from; i < rows.to; i++)
          for (size_t j = columns.from; j < columns.to; j++) {
            size_t here = channel * size + (size_t)((ptrdiff_t)i + rows.offset) * w->width +
                          (size_t)((ptrdiff_t)j + columns.offset);
            // NaN is taken; no number replaces it, because comparisons with NaN are false.
            if (best == SIZE_MAX || image[here] > image[best] || image[here] != image[here]) best = here;
          }
        maxima[at] = image[best], winners[at] = (uint32_t)best;
      }
  }
}

void timestep_backward_max_pooling(const timestep_window *w, const size_t *cells, size_t count,
                                   const uint32_t *restrict winners, const float *restrict maxima,
                                   float *restrict images) {
  size_t size = w->channels * w->places_down * w->places_across;
  for (size_t cell = 0; cell < count; cell++) {
    float *image = images + cells[cell] * w->channels * w->height * w->width;
    for (size_t at = cells[cell] * size; at < (cells[cell] + 1) * size; at++) image[winners[at]] += maxima[at];
  }
}

void timestep_forward_mean_pooling(const timestep_window *w, const size_t *cells, size_t count,
                                   const float *restrict images, float *restrict means) {
  size_t places = w->places_down * w->places_across, size = w->height * w->width;
  float share = 1.0f / (float)(w->kernel_height * w->kernel_width);
  for (size_t cell = 0; cell < count; cell++) {
    const float *image = images + cells[cell] * w->channels * size;
    size_t at = cells[cell] * w->channels * places;
    for (size_t channel = 0; channel < w->channels; channel++, image += size)
      for (size_t place = 0; place < places; place++, at++) {
        span rows = inside_rows(w, place), columns = inside_columns(w, place);
        float sum = 0;
        for (size_t i = rows.from; i < rows.to; i++) {
          const float *row = image + ((ptrdiff_t)i + rows.offset) * (ptrdiff_t)w->width + columns.offset;
          for (size_t j = columns.from; j < columns.to; j++) sum += row[j];
        }
        means[at] = sum * share;
      }
  }
}

void timestep_backward_mean_pooling(const timestep_window *w, const size_t *cells, size_t count,
                                    const float *restrict means, float *restrict images) {
  size_t places = w->places_down * w->places_across, size = w->height * w->width;
  float share = 1.0f / (float)(w->kernel_height * w->kernel_width);
  for (size_t cell = 0; cell < count; cell++) {
    float *image = images + cells[cell] * w->channels * size;
    size_t at = cells[cell] * w->channels * places;
    for (size_t channel = 0; channel < w->channels; channel++, image += size)
      for (size_t place = 0; place < places; place++, at++) {
        span rows = inside_rows(w, place), columns = inside_columns(w, place);
        for (size_t i = rows.from; i < rows.to; i++) {
          float *row = image + ((ptrdiff_t)i + rows.offset) * (ptrdiff_t)w->width + columns.offset;
          for (size_t j = columns.from; j < columns.to; j++) row[j] += means[at] * share;
        }
      }
  }
}
