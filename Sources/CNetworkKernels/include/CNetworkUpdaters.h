#ifndef TIMESTEP_CNETWORK_UPDATERS_H
#define TIMESTEP_CNETWORK_UPDATERS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// One update of `count` parameters by their gradient. `m`, `v` and `largest` hold the updater's memory, one
// value for each parameter, initially 0. Of update t (from 1): `correction1` = 1 - beta1^t, `correction2` = 1
// - beta2^t. updaters.c lists the formulas and their papers.

/// Stochastic gradient descent.
void timestep_update_sgd(size_t count, float *parameters, const float *gradient, float rate);

/// Nesterov's accelerated gradient.
void timestep_update_nesterovs(size_t count, float *parameters, const float *gradient, float *m, float rate,
                               float momentum);

/// AdaGrad; `v` is the sum of the squared gradients.
void timestep_update_adagrad(size_t count, float *parameters, const float *gradient, float *v, float rate,
                             float epsilon);

/// RMSProp; `v` is the running mean of the squared gradients.
void timestep_update_rmsprop(size_t count, float *parameters, const float *gradient, float *v, float rate,
                             float decay, float epsilon);

/// AdaDelta; `m` is the running mean of the squared steps, `v` that of the squared gradients.
void timestep_update_adadelta(size_t count, float *parameters, const float *gradient, float *m, float *v, float rate,
                              float decay, float epsilon);

/// Adam; `m` and `v` are the running means of the gradients and of their squares.
void timestep_update_adam(size_t count, float *parameters, const float *gradient, float *m, float *v, float rate,
                          float beta1, float beta2, float epsilon, float correction1, float correction2);

/// Adam with Nesterov's momentum; `next1` = 1 - beta1^(t + 1).
void timestep_update_nadam(size_t count, float *parameters, const float *gradient, float *m, float *v, float rate,
                           float beta1, float beta2, float epsilon, float correction1, float correction2,
                           float next1);

/// AMSGrad; `largest` is the largest `v` so far.
void timestep_update_amsgrad(size_t count, float *parameters, const float *gradient, float *m, float *v,
                             float *largest, float rate, float beta1, float beta2, float epsilon, float correction1,
                             float correction2);

#ifdef __cplusplus
}
#endif

#endif
