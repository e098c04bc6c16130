#include "CNetworkKernels.h"
#include "activations.h"

// A case for each whose derivative follows from its value, so that each loop knows its function and becomes vector code
// (where libm is not called).
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
void timestep_activate(int activation, size_t count, float *restrict values) {
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
void timestep_activation_gradient(int activation, size_t count, const float *restrict z, const float *restrict y,
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
void timestep_softmax(size_t rows, size_t n, float *restrict values) {
  for (size_t row = 0; row < rows; row++, values += n) {
    float top = values[0], sum = 0;
    for (size_t j = 1; j < n; j++) top = values[j] > top ? values[j] : top;
    for (size_t j = 0; j < n; j++) values[j] = timestep_exp1(values[j] - top);
    for (size_t j = 0; j < n; j++) sum += values[j];
    for (size_t j = 0; j < n; j++) values[j] /= sum;
  }
}

TIMESTEP_CLONES
void timestep_softmax_gradient(size_t rows, size_t n, const float *restrict y, float *restrict gradient) {
  for (size_t row = 0; row < rows; row++, y += n, gradient += n) {
    float mean = 0;
    for (size_t j = 0; j < n; j++) mean += y[j] * gradient[j];
    for (size_t j = 0; j < n; j++) gradient[j] = y[j] * (gradient[j] - mean);
  }
}
