// Elementwise activations y = act(z), and softmax. Formulas of activations.h, with the logistic function s:
//
//   tanh, sigmoid, identity, relu = max(0, z)               hard sigmoid = min(1, max(0, z / 5 + 1 / 2))
//   hard tanh = min(1, max(-1, z))                          leaky relu = z if z >= 0, else z / 100
//   elu = z if z > 0, else e^z - 1                          selu = 1.0507 (z if z > 0, else 1.6733 (e^z - 1))
//   softplus = ln(1 + e^z)                                  softsign = z / (1 + |z|)
//   gelu = z Phi(z), Phi: the normal distribution           swish = z s(z)
//
//   softmax: y[j] = e^z[j] / sum_k e^z[k];   gradient[j] = y[j] (gradient[j] - sum_k y[k] gradient[k])
//
// Buffers: values, z, y and gradient [count]; for the softmax values, y and gradient [rows, n], row-major.

#include "CNetworkActivations.h"
#include "activations.h"

// One case for each activation with a derivative that is a function of y: a loop over a constant activation
// is vectorized (unless it calls libm).
#define TIMESTEP_EVERY_MONOTONE_ACTIVATION(CASE)                                                                     \
  CASE(TIMESTEP_TANH)                                                                                                \
  CASE(TIMESTEP_SIGMOID)                                                                                             \
  CASE(TIMESTEP_RELU)                                                                                                \
  CASE(TIMESTEP_HARD_SIGMOID)                                                                                        \
  CASE(TIMESTEP_HARD_TANH)                                                                                           \
  CASE(TIMESTEP_LEAKY_RELU)                                                                                          \
  CASE(TIMESTEP_ELU)                                                                                                 \
  CASE(TIMESTEP_SELU)                                                                                                \
  CASE(TIMESTEP_SOFTPLUS)                                                                                            \
  CASE(TIMESTEP_SOFTSIGN)

TIMESTEP_CLONES
void timestep_forward_activation(int activation, size_t count, float *restrict values) {
  switch (activation) {
#define CASE(ACTIVATION)                                                                                             \
  case ACTIVATION:                                                                                                   \
    for (size_t j = 0; j < count; j++) values[j] = timestep_activate1(ACTIVATION, values[j]);                        \
    break;
    TIMESTEP_EVERY_MONOTONE_ACTIVATION(CASE)
    CASE(TIMESTEP_GELU)
    CASE(TIMESTEP_SWISH)
#undef CASE
  default: break;  // the identity
  }
}

TIMESTEP_CLONES
void timestep_backward_activation(int activation, size_t count, const float *restrict z, const float *restrict y,
                                  float *restrict gradient) {
  switch (activation) {
  case TIMESTEP_GELU:
    for (size_t j = 0; j < count; j++) gradient[j] *= timestep_slope1(TIMESTEP_GELU, z[j], y[j]);
    break;
  case TIMESTEP_SWISH:
    for (size_t j = 0; j < count; j++) gradient[j] *= timestep_slope1(TIMESTEP_SWISH, z[j], y[j]);
    break;
#define CASE(ACTIVATION)                                                                                             \
  case ACTIVATION:                                                                                                   \
    for (size_t j = 0; j < count; j++) gradient[j] *= timestep_slope1(ACTIVATION, 0, y[j]);                          \
    break;
    TIMESTEP_EVERY_MONOTONE_ACTIVATION(CASE)
#undef CASE
  default: break;  // the identity
  }
}

TIMESTEP_CLONES
void timestep_forward_sigmoid(size_t count, float *restrict values) {
  for (size_t j = 0; j < count; j++) values[j] = timestep_sigmoid1(values[j]);
}

TIMESTEP_CLONES
void timestep_forward_tanh(size_t count, float *restrict values) {
  for (size_t j = 0; j < count; j++) values[j] = timestep_tanh1(values[j]);
}

TIMESTEP_CLONES
void timestep_forward_softmax(size_t rows, size_t n, float *restrict values) {
  for (size_t row = 0; row < rows; row++, values += n) {
    // The maximum is subtracted, so that exp does not overflow.
    float top = values[0], sum = 0;
    for (size_t j = 1; j < n; j++) top = values[j] > top ? values[j] : top;
    for (size_t j = 0; j < n; j++) values[j] = timestep_exp1(values[j] - top);
    for (size_t j = 0; j < n; j++) sum += values[j];
    for (size_t j = 0; j < n; j++) values[j] /= sum;
  }
}

TIMESTEP_CLONES
void timestep_backward_softmax(size_t rows, size_t n, const float *restrict y, float *restrict gradient) {
  for (size_t row = 0; row < rows; row++, y += n, gradient += n) {
    float mean = 0;
    for (size_t j = 0; j < n; j++) mean += y[j] * gradient[j];
    for (size_t j = 0; j < n; j++) gradient[j] = y[j] * (gradient[j] - mean);
  }
}
