#ifndef TIMESTEP_CNETWORK_UPDATERS_H
#define TIMESTEP_CNETWORK_UPDATERS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// One update of `count` parameters by their gradient; what is remembered lies in `m`, `v`, ..., one value a parameter.
// The formulas and their sources stand at `Updater`. Adam itself is in CKernelsLSTM.h. `correction1` = 1 - beta1^t,
// `correction2` = 1 - beta2^t.

void timestep_sgd(size_t count, float *parameters, const float *gradient, float rate);

void timestep_nesterovs(size_t count, float *parameters, const float *gradient, float *m, float rate,
                        float momentum);

void timestep_adagrad(size_t count, float *parameters, const float *gradient, float *v, float rate, float epsilon);

void timestep_rmsprop(size_t count, float *parameters, const float *gradient, float *v, float rate, float decay,
                      float epsilon);

/// `m` is the running mean of squared steps, `v` that of squared gradients.
void timestep_adadelta(size_t count, float *parameters, const float *gradient, float *m, float *v, float rate,
                       float decay, float epsilon);

/// `next1` = 1 - beta1^(t + 1).
void timestep_nadam(size_t count, float *parameters, const float *gradient, float *m, float *v, float rate,
                    float beta1, float beta2, float epsilon, float correction1, float correction2, float next1);

/// `largest` is the largest `v` so far.
void timestep_amsgrad(size_t count, float *parameters, const float *gradient, float *m, float *v, float *largest,
                      float rate, float beta1, float beta2, float epsilon, float correction1, float correction2);

#ifdef __cplusplus
}
#endif

#endif
