#ifndef TIMESTEP_CNETWORK_ACTIVATIONS_H
#define TIMESTEP_CNETWORK_ACTIVATIONS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The functions that take each value for itself. `Activation` says what they are.
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

/// In place activation of `count` values. NaN stays NaN.
void timestep_activate(int activation, size_t count, float *values);

/// gradient[j] *= the derivative of the activation at z[j], where it is y[j].
///
/// `z` is looked at for GELU and swish alone, which do not rise all the way, so that y says too little; else it may be NULL.
void timestep_activation_gradient(int activation, size_t count, const float *z, const float *y, float *gradient);

/// In place softmax of every row of `values` [rows, n] (maximum subtracted first).
void timestep_softmax(size_t rows, size_t n, float *values);

/// gradient[row] = J gradient[row], with J the (symmetric) Jacobian diag(y) - y y^T of the softmax that gave y[row].
void timestep_softmax_gradient(size_t rows, size_t n, const float *y, float *gradient);

#ifdef __cplusplus
}
#endif

#endif
