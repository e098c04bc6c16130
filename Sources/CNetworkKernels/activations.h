#ifndef TIMESTEP_ACTIVATIONS_H
#define TIMESTEP_ACTIVATIONS_H

// The activations and their derivatives for one value; activations.c lists the formulas. Inlined with a
// constant `activation`, they do not branch on it.

#include "CNetworkActivations.h"
#include "vector_math.h"
#include <math.h>

// Klambauer, Unterthiner, Mayr & Hochreiter 2017, equation 14.
#define TIMESTEP_SELU_SCALE 1.0507009873554804934f
#define TIMESTEP_SELU_ALPHA 1.6732632423543772848f

// The comparisons are written so that NaN stays NaN.
TIMESTEP_INLINE float timestep_activate1(int activation, float x) {
  switch (activation) {
  case TIMESTEP_SIGMOID: return timestep_sigmoid1(x);
  case TIMESTEP_IDENTITY: return x;
  case TIMESTEP_RELU: return x < 0 ? 0 : x;
  case TIMESTEP_HARD_SIGMOID: {
    float y = 0.2f * x + 0.5f;
    y = y < 0 ? 0 : y;
    return y > 1 ? 1 : y;
  }
  case TIMESTEP_HARD_TANH: return timestep_clamp(x, 1);
  case TIMESTEP_LEAKY_RELU: return x < 0 ? 0.01f * x : x;
  case TIMESTEP_ELU: return x > 0 ? x : timestep_expm1_1(x);
  case TIMESTEP_SELU: return TIMESTEP_SELU_SCALE * (x > 0 ? x : TIMESTEP_SELU_ALPHA * timestep_expm1_1(x));
  case TIMESTEP_SOFTPLUS: return (x < 0 ? 0 : x) + log1pf(timestep_exp1(-fabsf(x)));
  case TIMESTEP_SOFTSIGN: return x / (1 + fabsf(x));
  // 1 + erf(x / sqrt 2) would cancel for x far below 0; erfc does not.
  case TIMESTEP_GELU: return 0.5f * x * erfcf(-0.707106781f * x);
  case TIMESTEP_SWISH: return x * timestep_sigmoid1(x);
  default: return timestep_tanh1(x);
  }
}

// True if the derivative needs z: the activation is not monotonic, so y does not determine it.
TIMESTEP_INLINE int timestep_slope_needs_input(int activation) {
  return activation == TIMESTEP_GELU || activation == TIMESTEP_SWISH;
}

// The derivative at z, given y = act(z). z is used only if `timestep_slope_needs_input`.
TIMESTEP_INLINE float timestep_slope1(int activation, float z, float y) {
  switch (activation) {
  case TIMESTEP_SIGMOID: return y * (1 - y);
  case TIMESTEP_IDENTITY: return 1;
  case TIMESTEP_RELU: return y > 0 ? 1 : 0;
  case TIMESTEP_HARD_SIGMOID: return y > 0 && y < 1 ? 0.2f : 0;
  case TIMESTEP_HARD_TANH: return y > -1 && y < 1 ? 1 : 0;
  case TIMESTEP_LEAKY_RELU: return y > 0 ? 1 : 0.01f;
  case TIMESTEP_ELU: return y > 0 ? 1 : y + 1;
  case TIMESTEP_SELU: return y > 0 ? TIMESTEP_SELU_SCALE : y + TIMESTEP_SELU_SCALE * TIMESTEP_SELU_ALPHA;
  // The derivative is the logistic function of z, which is 1 - e^-y because y = ln(1 + e^z).
  case TIMESTEP_SOFTPLUS: return -expm1f(-y);
  case TIMESTEP_SOFTSIGN: return (1 - fabsf(y)) * (1 - fabsf(y));
  // Phi(z) + z phi(z), with the normal distribution and its density.
  case TIMESTEP_GELU: return 0.5f * erfcf(-0.707106781f * z) + z * 0.398942280f * timestep_exp1(-0.5f * z * z);
  case TIMESTEP_SWISH: {
    float s = timestep_sigmoid1(z);
    return s + y * (1 - s);
  }
  default: return 1 - y * y;
  }
}

#endif
