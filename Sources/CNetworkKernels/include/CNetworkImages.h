#ifndef TIMESTEP_CNETWORK_IMAGES_H
#define TIMESTEP_CNETWORK_IMAGES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A window that moves over images [channels, height, width]; it has places_down * places_across places.
typedef struct {
  size_t channels, height, width;
  size_t kernel_height, kernel_width;
  size_t stride_height, stride_width;
  size_t padding_height, padding_width;
  size_t places_down, places_across;
} timestep_window;

// Buffers: `images` [all images, channels, height, width]; the results of pooling [all images, channels,
// places].
// `cells` lists the numbers of the images to process; the others are neither read nor written. A *patch* is
// the part of one image under the window at one place, [channels, kernel_height, kernel_width], 0 in the
// padding. Patch q is that of place q % places of image cells[q / places].

/// Copies `count` patches, from number `first`, to `patches` [count, channels * kernel_height *
/// kernel_width].
void timestep_gather_patches(const timestep_window *window, const size_t *cells, size_t first, size_t count,
                             const float *images, float *patches);

/// Adds `patches`, shaped as in `timestep_gather_patches`, to the parts of `images` that they were taken
/// from.
void timestep_scatter_patches(const timestep_window *window, const size_t *cells, size_t first, size_t count,
                              const float *patches, float *images);

/// images[cells[q / places]][channel][q % places] = rows[q - first][channel], for q from `first`.
///
/// `images` [all images, channels, places], `rows` [count, channels].
void timestep_scatter_places(size_t places, size_t channels, const size_t *cells, size_t first, size_t count,
                             const float *rows, float *images);

/// rows[q - first][channel] = images[cells[q / places]][channel][q % places]; shapes as in
/// `timestep_scatter_places`.
void timestep_gather_places(size_t places, size_t channels, const size_t *cells, size_t first, size_t count,
                            const float *images, float *rows);

/// Computes the largest value of each channel in each window, for `count` cells; NaN wins over numbers.
///
/// `winners` [all images, channels, places]: its index in its image [channels, height, width]; of equal
/// values, the first.
void timestep_forward_max_pooling(const timestep_window *window, const size_t *cells, size_t count,
                                  const float *images, float *maxima, uint32_t *winners);

/// Adds the gradients of the maxima to the gradients `images` of the pixels that they came from.
void timestep_backward_max_pooling(const timestep_window *window, const size_t *cells, size_t count,
                                   const uint32_t *winners, const float *maxima, float *images);

/// Computes the mean of each channel in each window, for `count` cells; the padding counts as zeros.
void timestep_forward_mean_pooling(const timestep_window *window, const size_t *cells, size_t count,
                                   const float *images, float *means);

/// Adds the gradients of the means to the gradients `images`.
void timestep_backward_mean_pooling(const timestep_window *window, const size_t *cells, size_t count,
                                    const float *means, float *images);

#ifdef __cplusplus
}
#endif

#endif
