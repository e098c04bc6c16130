#ifndef TIMESTEP_CNETWORK_STEP_FLAGS_H
#define TIMESTEP_CNETWORK_STEP_FLAGS_H

/// The flags of one step of one row of a batch, one bit each. Buffers of flags are uint8_t [steps, rows].
enum {
  /// The step has features or labels. Where it has neither, the row keeps its state and outputs 0.
  TIMESTEP_STEP_PRESENT = 1,
  /// A series starts: the state before this step is zero.
  TIMESTEP_STEP_START = 2,
  /// The step has labels.
  TIMESTEP_STEP_LABELLED = 4
};

#endif
