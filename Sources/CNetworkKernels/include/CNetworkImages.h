#ifndef TIMESTEP_CNETWORK_IMAGES_H
#define TIMESTEP_CNETWORK_IMAGES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A window that is moved over images `[channels, height, width]`, and how many places it has.
typedef struct {
  size_t channels, height, width;
  size_t kernel_height, kernel_width;
  size_t stride_height, stride_width;
  size_t padding_height, padding_width;
  size_t places_down, places_across;
} timestep_window;

// `cells` are the numbers of the images that count. A *patch* is what the window sees at one place of one of them,
// [channels, kernel_height, kernel_width], 0 in the padding; patch q is at place q % places of image cells[q / places].

/// Copies patches `first` to `first + count` of `images` into `patches`, one a row.
void timestep_gather_patches(const timestep_window *window, const size_t *cells, size_t first, size_t count,
                             const float *images, float *patches);

/// Adds `patches` to `images` where they were taken from.
void timestep_scatter_patches(const timestep_window *window, const size_t *cells, size_t first, size_t count,
                              const float *patches, float *images);

/// images[cells[q / places]][channel][q % places] = rows[q - first][channel], for `channels` channels.
void timestep_scatter_places(size_t places, size_t channels, const size_t *cells, size_t first, size_t count,
                             const float *rows, float *images);

/// rows[q - first][channel] = images[cells[q / places]][channel][q % places].
void timestep_gather_places(size_t places, size_t channels, const size_t *cells, size_t first, size_t count,
                            const float *images, float *rows);

/// The largest value of each channel in each window; `winners` says where in its image it was (the first of equals).
void timestep_maximum(const timestep_window *window, const size_t *cells, size_t count, const float *images,
                      float *maxima, uint32_t *winners);

/// Adds the gradients of the maxima to those of the images, where the maxima came from.
void timestep_maximum_gradient(const timestep_window *window, const size_t *cells, size_t count,
                               const uint32_t *winners, const float *maxima, float *images);

/// The sum of each channel in each window over the window's size, padding included.
void timestep_mean(const timestep_window *window, const size_t *cells, size_t count, const float *images,
                   float *means);

/// Adds the gradients of the means to those of the images.
void timestep_mean_gradient(const timestep_window *window, const size_t *cells, size_t count, const float *means,
                            float *images);

#ifdef __cplusplus
}
#endif

#endif
