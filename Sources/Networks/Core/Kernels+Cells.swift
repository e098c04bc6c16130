import CNetworkKernels

/// The steps of recurrent cells.
///
/// Every buffer contains all steps; `h` and `c` contain one more.
extension Kernels {
  /// Computes step `step` of a plain recurrent layer forward.
  static func rnnForward(
    step: Int, _ activations: CellActivations, gates: inout StepValues, preActivations: inout StepValues,
    flags: StepFlags,
    h: inout StepValues, y: inout StepValues
  ) {
    check(step, y, flags, activations, gates, preActivations, blocks: 1, h)
    timestep_forward_rnn(
      step, y.steps, y.rows, y.size, activations.cell, &gates.storage, &preActivations.storage, flags.flags,
      &h.storage, &y.storage)
  }

  /// Computes step `step` of a plain recurrent layer backward.
  static func rnnBackward(
    step: Int, _ activations: CellActivations, gates: inout StepValues, preActivations: StepValues,
    flags: StepFlags,
    h: StepValues,
    dy: StepValues, dh: inout StepValues
  ) {
    check(step, dy, flags, activations, gates, preActivations, blocks: 1, h)
    precondition(dh.count == dy.rows * dy.size, "buffers of other sizes")
    timestep_backward_rnn(
      step, dy.steps, dy.rows, dy.size, activations.cell, &gates.storage, preActivations.storage, flags.flags,
      dy.storage, &dh.storage)
  }

  /// Computes step `step` of a GRU forward.
  static func gruForward(
    step: Int, _ activations: CellActivations, gates: inout StepValues, recurrent: inout StepValues,
    recurrentBias: ArraySlice<Float>, preActivations: inout StepValues, flags: StepFlags, h: inout StepValues,
    y: inout StepValues
  ) {
    check(step, y, flags, activations, gates, preActivations, blocks: 3, h)
    precondition(
      recurrent.count == gates.count && recurrentBias.count == y.size, "buffers of other sizes")
    recurrentBias.withUnsafeBufferPointer { bias in
      timestep_forward_gru(
        step, y.steps, y.rows, y.size, activations.cell, activations.gate, &gates.storage, &recurrent.storage,
        bias.baseAddress,
        &preActivations.storage, flags.flags, &h.storage, &y.storage)
    }
  }

  /// Computes step `step` of a GRU backward.
  static func gruBackward(
    step: Int, _ activations: CellActivations, gates: inout StepValues, recurrent: inout StepValues,
    preActivations: StepValues, flags: StepFlags, h: StepValues, dy: StepValues, dh: inout StepValues
  ) {
    check(step, dy, flags, activations, gates, preActivations, blocks: 3, h)
    precondition(
      recurrent.count == gates.count && dh.count == dy.rows * dy.size, "buffers of other sizes")
    timestep_backward_gru(
      step, dy.steps, dy.rows, dy.size, activations.cell, activations.gate, &gates.storage,
      &recurrent.storage,
      preActivations.storage, flags.flags, h.storage, dy.storage, &dh.storage)
  }

  /// Does the same as `lstmForward`, for any activations.
  static func genericLSTMForward(
    step: Int, _ activations: CellActivations, gates: inout StepValues, preActivations: inout StepValues,
    peepholes: ArraySlice<Float>, flags: StepFlags, h: inout StepValues, c: inout StepValues,
    y: inout StepValues,
    cellActivated: inout StepValues
  ) {
    check(step, y, flags, activations, gates, preActivations, blocks: 4, h)
    precondition(
      c.count == h.count && cellActivated.count == y.count
        && (peepholes.isEmpty || peepholes.count == 3 * y.size), "buffers of other sizes")
    peepholes.withUnsafeBufferPointer { peepholes in
      timestep_forward_lstm_generic(
        step, y.steps, y.rows, y.size, activations.cell, activations.gate, &gates.storage,
        &preActivations.storage,
        peepholes.isEmpty ? nil : peepholes.baseAddress, flags.flags, &h.storage, &c.storage, &y.storage,
        &cellActivated.storage)
    }
  }

  /// Does the same as `lstmBackward`, for any activations.
  static func genericLSTMBackward(
    step: Int, _ activations: CellActivations, gates: inout StepValues, preActivations: StepValues,
    peepholes: ArraySlice<Float>, flags: StepFlags, c: StepValues, cellActivated: StepValues, dy: StepValues,
    dh: inout StepValues, dc: inout StepValues, parameterGradient: inout [Float], peepholesAt start: Int
  ) {
    check(step, dy, flags, activations, gates, preActivations, blocks: 4, c)
    precondition(
      cellActivated.count == dy.count && dh.count == dy.rows * dy.size && dc.count == dh.count
        && parameterGradient.count == start + peepholes.count
        && (peepholes.isEmpty || peepholes.count == 3 * dy.size), "buffers of other sizes")
    peepholes.withUnsafeBufferPointer { peepholes in
      parameterGradient.withUnsafeMutableBufferPointer { gradient in
        timestep_backward_lstm_generic(
          step, dy.steps, dy.rows, dy.size, activations.cell, activations.gate, &gates.storage,
          preActivations.storage,
          peepholes.isEmpty ? nil : peepholes.baseAddress, flags.flags, c.storage, cellActivated.storage,
          dy.storage, &dh.storage, &dc.storage, gradient.baseAddress.map { $0 + start })
      }
    }
  }

  /// Rejects buffers that do not hold all steps of `y`, `[T, N, n]`.
  private static func check(
    _ step: Int, _ y: StepValues, _ flags: StepFlags, _ activations: CellActivations, _ gates: StepValues,
    _ preActivations: StepValues, blocks: Int, _ states: StepValues
  ) {
    precondition(
      step < y.steps && flags.flags.count == y.steps * y.rows && gates.count == blocks * y.count
        && states.count == y.count + y.rows * y.size
        && (!activations.needInput || preActivations.count == gates.count), "buffers of other sizes")
  }
}
