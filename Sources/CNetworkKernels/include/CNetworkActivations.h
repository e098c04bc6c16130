#ifndef TIMESTEP_CNETWORK_ACTIVATIONS_H
#define TIMESTEP_CNETWORK_ACTIVATIONS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The elementwise activations. activations.c lists their formulas.
enum {
  TIMESTEP_TANH = 0,
  TIMESTEP_SIGMOID = 1,
  TIMESTEP_IDENTITY = 2,
  TIMESTEP_RELU = 3,
  TIMESTEP_HARD_SIGMOID = 4,
  TIMESTEP_HARD_TANH = 5,
  TIMESTEP_LEAKY_RELU = 6,
  TIMESTEP_ELU = 7,
  TIMESTEP_SELU = 8,
  TIMESTEP_SOFTPLUS = 9,
  TIMESTEP_SOFTSIGN = 10,
  TIMESTEP_GELU = 11,
  TIMESTEP_SWISH = 12
};

/// Applies an activation to `count` values in place. NaN stays NaN.
void timestep_forward_activation(int activation, size_t count, float *values);

/// gradient[j] *= act'(z[j]), where y[j] = act(z[j]).
///
/// `z` is read only for GELU and swish, and may be NULL otherwise: those two are not monotonic, so that y
/// does not determine the derivative.
void timestep_backward_activation(int activation, size_t count, const float *z, const float *y, float *gradient);

/// Applies the logistic function to `count` values in place.
void timestep_forward_sigmoid(size_t count, float *values);

/// Applies the hyperbolic tangent to `count` values in place.
void timestep_forward_tanh(size_t count, float *values);

/// Applies the softmax to each row of `values` [rows, n] in place.
void timestep_forward_softmax(size_t rows, size_t n, float *values);

/// gradient[row] = J gradient[row], where J = diag(y) - y y^T is the (symmetric) Jacobian of the softmax
/// y[row].
///
/// `y`, `gradient` [rows, n].
void timestep_backward_softmax(size_t rows, size_t n, const float *y, float *gradient);

#ifdef __cplusplus
}
#endif

#endif
