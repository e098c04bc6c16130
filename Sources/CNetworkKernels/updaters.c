// Updaters: one step for `count` parameters w with the gradient g and the rate r, element by element. m, v
// and u (`largest`) are the updater's memory [count], initially 0; t is the number of the step, from 1.
//
//   sgd        w -= r g
//   nesterovs  m = momentum m + g;  w -= r (g + momentum m)
//   adagrad    v += g^2;  w -= r g / (sqrt(v) + epsilon)
//   rmsprop    v = decay v + (1 - decay) g^2;  w -= r g / (sqrt(v) + epsilon)
//   adadelta   v as in rmsprop;  d = sqrt(m + epsilon) / sqrt(v + epsilon) g;
//              m = decay m + (1 - decay) d^2;  w -= r d
//   adam       m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
//              w -= r (m / c1(t)) / (sqrt(v / c2(t)) + epsilon)
//   nadam      as adam, with beta1 m / c1(t + 1) + (1 - beta1) g / c1(t) in place of m / c1(t)
//   amsgrad    as adam, with u = max(u, v) in place of v
//
// Papers: Sutskever, Martens, Dahl & Hinton 2013 (nesterovs, in PyTorch's form); Duchi, Hazan & Singer 2011,
// figure 1 (adagrad); Tieleman & Hinton 2012, lecture 6e; Zeiler 2012, algorithm 1 (adadelta); Kingma & Ba
// 2015, algorithm 1; Dozat 2016, algorithm 2; Reddi, Kale & Kumar 2018, algorithm 2.
//
// Bias corrections: c1(t) = 1 - beta1^t (`correction1`; `next1` is that of t + 1), c2(t) = 1 - beta2^t
// (`correction2`).

#include "CNetworkUpdaters.h"
#include "vector_math.h"
#include <math.h>

TIMESTEP_CLONES
void timestep_update_sgd(size_t count, float *restrict parameters, const float *restrict gradient, float rate) {
#pragma clang fp contract(off)  // rounds the product, as earlier releases do: same bits
  for (size_t j = 0; j < count; j++) parameters[j] -= rate * gradient[j];
}

TIMESTEP_CLONES
void timestep_update_nesterovs(size_t count, float *restrict parameters, const float *restrict gradient,
                               float *restrict m, float rate, float momentum) {
  for (size_t j = 0; j < count; j++) {
    m[j] = momentum * m[j] + gradient[j];
    parameters[j] -= rate * (gradient[j] + momentum * m[j]);
  }
}

TIMESTEP_CLONES
void timestep_update_adagrad(size_t count, float *restrict parameters, const float *restrict gradient,
                             float *restrict v, float rate, float epsilon) {
  for (size_t j = 0; j < count; j++) {
    v[j] += gradient[j] * gradient[j];
    parameters[j] -= rate * gradient[j] / (sqrtf(v[j]) + epsilon);
  }
}

TIMESTEP_CLONES
void timestep_update_rmsprop(size_t count, float *restrict parameters, const float *restrict gradient,
                             float *restrict v, float rate, float decay, float epsilon) {
  for (size_t j = 0; j < count; j++) {
    v[j] = decay * v[j] + (1 - decay) * gradient[j] * gradient[j];
    parameters[j] -= rate * gradient[j] / (sqrtf(v[j]) + epsilon);
  }
}

TIMESTEP_CLONES
void timestep_update_adadelta(size_t count, float *restrict parameters, const float *restrict gradient,
                              float *restrict m, float *restrict v, float rate, float decay, float epsilon) {
  for (size_t j = 0; j < count; j++) {
    v[j] = decay * v[j] + (1 - decay) * gradient[j] * gradient[j];
    float step = sqrtf(m[j] + epsilon) / sqrtf(v[j] + epsilon) * gradient[j];
    m[j] = decay * m[j] + (1 - decay) * step * step;
    parameters[j] -= rate * step;
  }
}

TIMESTEP_CLONES
void timestep_update_adam(size_t count, float *restrict parameters, const float *restrict gradient, float *restrict m,
                          float *restrict v, float rate, float beta1, float beta2, float epsilon, float correction1,
                          float correction2) {
  // Divisions take as long as everything else together: the two by constants are replaced by products.
  const float scale1 = rate / correction1, scale2 = 1 / correction2;
  for (size_t j = 0; j < count; j++) {
    float g = gradient[j];
    m[j] = beta1 * m[j] + (1 - beta1) * g;
    v[j] = beta2 * v[j] + (1 - beta2) * g * g;
    parameters[j] -= scale1 * m[j] / (sqrtf(v[j] * scale2) + epsilon);
  }
}

TIMESTEP_CLONES
void timestep_update_nadam(size_t count, float *restrict parameters, const float *restrict gradient,
                           float *restrict m, float *restrict v, float rate, float beta1, float beta2, float epsilon,
                           float correction1, float correction2, float next1) {
  for (size_t j = 0; j < count; j++) {
    float g = gradient[j];
    m[j] = beta1 * m[j] + (1 - beta1) * g;
    v[j] = beta2 * v[j] + (1 - beta2) * g * g;
    float ahead = beta1 * m[j] / next1 + (1 - beta1) * g / correction1;
    parameters[j] -= rate * ahead / (sqrtf(v[j] / correction2) + epsilon);
  }
}

TIMESTEP_CLONES
void timestep_update_amsgrad(size_t count, float *restrict parameters, const float *restrict gradient,
                             float *restrict m, float *restrict v, float *restrict largest, float rate, float beta1,
                             float beta2, float epsilon, float correction1, float correction2) {
  for (size_t j = 0; j < count; j++) {
    float g = gradient[j];
    m[j] = beta1 * m[j] + (1 - beta1) * g;
    v[j] = beta2 * v[j] + (1 - beta2) * g * g;
    // NaN in `largest` stays: a comparison with it is false.
    largest[j] = v[j] > largest[j] ? v[j] : largest[j];
    parameters[j] -= rate * (m[j] / correction1) / (sqrtf(largest[j] / correction2) + epsilon);
  }
}
