import CNetworkKernels

/// The C kernels with checked sizes.
///
/// Only this type, `BLAS` and `UpdateStep` pass pointers to C.
enum Kernels {
  /// Computes step `step` forward.
  ///
  /// `gates` is `[T, N, 4n]`, `h` and `c` are `[T + 1, N, n]`, `y` and `cellActivated` are `[T, N, n]`.
  static func lstmForward(
    step: Int, activation: Int32, gates: inout StepValues, peepholes: ArraySlice<Float>, flags: StepFlags,
    h: inout StepValues,
    c: inout StepValues, y: inout StepValues, cellActivated: inout StepValues
  ) {
    let (steps, rows, n) = (y.steps, y.rows, y.size)
    precondition(
      step < steps && gates.count == 4 * y.count && flags.flags.count == steps * rows
        && h.count == y.count + rows * n && c.count == h.count && cellActivated.count == y.count
        && (peepholes.isEmpty || peepholes.count == 3 * n), "buffers of other sizes")
    peepholes.withUnsafeBufferPointer { peepholes in
      timestep_forward_lstm(
        step, steps, rows, n, activation, &gates.storage, peepholes.isEmpty ? nil : peepholes.baseAddress,
        flags.flags, &h.storage, &c.storage, &y.storage, &cellActivated.storage)
    }
  }

  /// Computes step `step` backward.
  ///
  /// The buffers are those of the forward step; `dh` and `dc` are `[1, N, n]`.
  static func lstmBackward(
    step: Int, activation: Int32, gates: inout StepValues, peepholes: ArraySlice<Float>, flags: StepFlags,
    c: StepValues,
    cellActivated: StepValues, dy: StepValues, dh: inout StepValues, dc: inout StepValues,
    parameterGradient: inout [Float], peepholesAt start: Int
  ) {
    let (steps, rows, n) = (dy.steps, dy.rows, dy.size)
    precondition(
      step < steps && gates.count == 4 * dy.count && flags.flags.count == steps * rows
        && c.count == dy.count + rows * n && cellActivated.count == dy.count && dh.count == rows * n
        && dc.count == rows * n && parameterGradient.count == start + peepholes.count
        && (peepholes.isEmpty || peepholes.count == 3 * n), "buffers of other sizes")
    peepholes.withUnsafeBufferPointer { peepholes in
      parameterGradient.withUnsafeMutableBufferPointer { gradient in
        timestep_backward_lstm(
          step, steps, rows, n, activation, &gates.storage, peepholes.isEmpty ? nil : peepholes.baseAddress,
          flags.flags, c.storage, cellActivated.storage, dy.storage, &dh.storage, &dc.storage,
          gradient.baseAddress.map { $0 + start })
      }
    }
  }

  /// Sets every row of `values`, `[rows, n]`, to `bias`.
  static func fillRows(_ rows: Int, _ n: Int, _ bias: ArraySlice<Float>, _ values: inout [Float]) {
    precondition(bias.count == n && values.count >= rows * n, "buffers of other sizes")
    bias.withUnsafeBufferPointer { bias in
      values.withUnsafeMutableBufferPointer { timestep_fill_rows(rows, n, bias.baseAddress, $0.baseAddress) }
    }
  }

  /// Writes the sum over the rows of `values`, `[rows, n]`, to `result` from `start` on.
  static func sumRows(
    _ rows: Int, _ n: Int, _ values: ArraySlice<Float>, into result: inout [Float], at start: Int
  ) {
    precondition(result.count >= start + n && values.count >= rows * n, "buffers of other sizes")
    for index in start..<start + n { result[index] = 0 }
    values.withUnsafeBufferPointer { values in
      result.withUnsafeMutableBufferPointer { result in
        guard let sums = result.baseAddress else { return }
        timestep_add_rows(rows, n, values.baseAddress, sums + start)
      }
    }
  }

  /// Returns true if the first `count` values are finite.
  static func areFinite(_ values: [Float], _ count: Int) -> Bool {
    precondition(values.count >= count, "buffers of other sizes")
    return timestep_is_finite(count, values)
  }

  /// Returns `(one + other) scale`, value by value.
  static func sum(_ one: [Float], _ other: [Float], scale: Float) -> [Float] {
    precondition(one.count == other.count, "gradients of other parameters")
    return [Float](unsafeUninitializedCapacity: one.count) { buffer, count in
      if let sums = buffer.baseAddress { timestep_add_scaled(one.count, one, other, scale, sums) }
      count = one.count
    }
  }
}

extension Kernels {
  /// Applies `activation` to rows of `n` values in place.
  static func activate(_ activation: Activation, rows: Int, n: Int, _ values: inout [Float]) {
    precondition(values.count >= rows * n, "buffers of other sizes")
    guard let code = activation.cellCode else { return timestep_forward_softmax(rows, n, &values) }
    timestep_forward_activation(code, rows * n, &values)
  }

  /// Turns the gradient with respect to activated values into the gradient with respect to pre-activations,
  /// in place.
  ///
  /// - Parameters:
  ///   - preActivations: Read only if `activation.slopeNeedsInput`; otherwise it may be empty.
  ///   - activated: The results of `activate`, rows of `n` values.
  static func activationGradient(
    _ activation: Activation, rows: Int, n: Int, preActivations: [Float], activated: [Float],
    _ gradient: inout [Float]
  ) {
    let count = rows * n
    precondition(
      activated.count >= count && gradient.count >= count
        && (!activation.slopeNeedsInput || preActivations.count >= count), "buffers of other sizes")
    guard let code = activation.cellCode else {
      return timestep_backward_softmax(rows, n, activated, &gradient)
    }
    timestep_backward_activation(code, count, preActivations, activated, &gradient)
  }

  /// Copies the present cells of `source` from step `firstStep` on; all others become 0, whatever `source`
  /// holds.
  static func select(
    _ source: StepValues, _ flags: StepFlags, firstStep: Int = 0, into result: inout StepValues
  ) {
    precondition(
      flags.steps == source.steps && flags.rows == source.rows && (0...flags.steps).contains(firstStep),
      "flags of other steps")
    result.reshape(steps: source.steps, rows: source.rows, size: source.size)
    result.clear(steps: 0..<firstStep)
    let first = firstStep * flags.rows
    let (cells, n) = (flags.flags.count - first, source.size)
    flags.flags.withUnsafeBufferPointer { flags in
      source.storage.withUnsafeBufferPointer { source in
        result.storage.withUnsafeMutableBufferPointer { result in
          guard let flags = flags.baseAddress, let from = source.baseAddress, let to = result.baseAddress
          else { return }
          timestep_select_rows(cells, n, flags + first, from + first * n, to + first * n)
        }
      }
    }
  }

  /// The best version that this CPU can run, of the kernels that have several.
  static let bestVersion = timestep_find_best_version()

  /// Packs the parameters of an LSTM.
  static func packLSTM(inputs: Int, n: Int, hasPeepholes: Bool, _ parameters: [Float]) -> AlignedFloats {
    precondition(
      parameters.count == 4 * n * (inputs + n + 1) + (hasPeepholes ? 3 * n : 0), "parameters of another layer"
    )
    let packed = AlignedFloats(count: timestep_count_packed_lstm(inputs, n, hasPeepholes))
    timestep_pack_lstm(inputs, n, hasPeepholes, parameters, packed.values)
    return packed
  }

  /// Computes one step of an LSTM for one row.
  ///
  /// `h` and `c` are updated to the state after the step, and `y` becomes the same as `h`.
  /// - Parameters:
  ///   - packed: The result of `packLSTM` for an LSTM of `x.count` inputs and `h.count` units.
  ///   - lastBlockFirst: The direction in which weights are read; it does not change the result.
  static func lstmStep(
    _ packed: AlignedFloats, hasPeepholes: Bool, activation: Int32, lastBlockFirst: Bool, _ x: [Float],
    _ h: inout [Float], _ c: inout [Float], _ y: inout [Float], version: Int32 = bestVersion
  ) {
    precondition(c.count == h.count && y.count == h.count, "buffers of other sizes")
    timestep_step_lstm(
      version, x.count, h.count, hasPeepholes, activation, lastBlockFirst, packed.values, x, &h, &c, &y)
  }

  /// Packs the parameters of a dense layer.
  static func packDense(inputs: Int, n: Int, _ parameters: [Float]) -> AlignedFloats {
    precondition(parameters.count == n * (inputs + 1), "parameters of another layer")
    let packed = AlignedFloats(count: timestep_count_packed_dense(inputs, n))
    timestep_pack_dense(inputs, n, parameters, packed.values)
    return packed
  }

  /// Computes the pre-activations of a dense layer for one row.
  ///
  /// - Parameter packed: The result of `packDense` for a layer of `x.count` inputs and `y.count` units.
  static func denseStep(
    _ packed: AlignedFloats, _ x: [Float], _ y: inout [Float], version: Int32 = bestVersion
  ) {
    timestep_step_dense(version, x.count, y.count, packed.values, x, &y)
  }
}
