#include "CNetworkKernels.h"
#include "vector_math.h"
#include <math.h>

TIMESTEP_CLONES
void timestep_sgd(size_t count, float *restrict parameters, const float *restrict gradient, float rate) {
#pragma clang fp contract(off)  // rounds the product, as SGD always has here: models learn to the same bits
  for (size_t j = 0; j < count; j++) parameters[j] -= rate * gradient[j];
}

TIMESTEP_CLONES
void timestep_nesterovs(size_t count, float *restrict parameters, const float *restrict gradient,
                        float *restrict m, float rate, float momentum) {
  for (size_t j = 0; j < count; j++) {
    m[j] = momentum * m[j] + gradient[j];
    parameters[j] -= rate * (gradient[j] + momentum * m[j]);
  }
}

TIMESTEP_CLONES
void timestep_adagrad(size_t count, float *restrict parameters, const float *restrict gradient, float *restrict v,
                      float rate, float epsilon) {
  for (size_t j = 0; j < count; j++) {
    v[j] += gradient[j] * gradient[j];
    parameters[j] -= rate * gradient[j] / (sqrtf(v[j]) + epsilon);
  }
}

TIMESTEP_CLONES
void timestep_rmsprop(size_t count, float *restrict parameters, const float *restrict gradient, float *restrict v,
                      float rate, float decay, float epsilon) {
  for (size_t j = 0; j < count; j++) {
    v[j] = decay * v[j] + (1 - decay) * gradient[j] * gradient[j];
    parameters[j] -= rate * gradient[j] / (sqrtf(v[j]) + epsilon);
  }
}

TIMESTEP_CLONES
void timestep_adadelta(size_t count, float *restrict parameters, const float *restrict gradient, float *restrict m,
                       float *restrict v, float rate, float decay, float epsilon) {
  for (size_t j = 0; j < count; j++) {
    v[j] = decay * v[j] + (1 - decay) * gradient[j] * gradient[j];
    float step = sqrtf(m[j] + epsilon) / sqrtf(v[j] + epsilon) * gradient[j];
    m[j] = decay * m[j] + (1 - decay) * step * step;
    parameters[j] -= rate * step;
  }
}

TIMESTEP_CLONES
void timestep_nadam(size_t count, float *restrict parameters, const float *restrict gradient, float *restrict m,
                    float *restrict v, float rate, float beta1, float beta2, float epsilon, float correction1,
                    float correction2, float next1) {
  for (size_t j = 0; j < count; j++) {
    float g = gradient[j];
    m[j] = beta1 * m[j] + (1 - beta1) * g;
    v[j] = beta2 * v[j] + (1 - beta2) * g * g;
    float ahead = beta1 * m[j] / next1 + (1 - beta1) * g / correction1;
    parameters[j] -= rate * ahead / (sqrtf(v[j] / correction2) + epsilon);
  }
}

TIMESTEP_CLONES
void timestep_amsgrad(size_t count, float *restrict parameters, const float *restrict gradient, float *restrict m,
                      float *restrict v, float *restrict largest, float rate, float beta1, float beta2,
                      float epsilon, float correction1, float correction2) {
  for (size_t j = 0; j < count; j++) {
    float g = gradient[j];
    m[j] = beta1 * m[j] + (1 - beta1) * g;
    v[j] = beta2 * v[j] + (1 - beta2) * g * g;
    // A comparison that is false for NaN in `largest` keeps it.
    largest[j] = v[j] > largest[j] ? v[j] : largest[j];
    parameters[j] -= rate * (m[j] / correction1) / (sqrtf(largest[j] / correction2) + epsilon);
  }
}
