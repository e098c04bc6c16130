import CNetworkKernels

/// The C kernels with checked sizes.
///
/// Apart from `BLAS`, this is the only type in the module that passes pointers to C.
enum Kernels {
  /// Computes step `step` forward.
  ///
  /// `gates` is `[T, N, 4n]`, `h` and `c` are `[T + 1, N, n]`, `y` and `cellActivated` are `[T, N, n]`.
  static func lstmForward(
    step: Int, activation: Int32, gates: inout Series, peepholes: ArraySlice<Float>, codes: StepFlags,
    h: inout Series,
    c: inout Series, y: inout Series, cellActivated: inout Series
  ) {
    let (steps, rows, n) = (y.steps, y.rows, y.size)
    precondition(
      step < steps && gates.count == 4 * y.count && codes.codes.count == steps * rows
        && h.count == y.count + rows * n && c.count == h.count && cellActivated.count == y.count
        && (peepholes.isEmpty || peepholes.count == 3 * n), "buffers of other sizes")
    peepholes.withUnsafeBufferPointer { peepholes in
      timestep_forward_lstm(
        step, steps, rows, n, activation, &gates.storage, peepholes.isEmpty ? nil : peepholes.baseAddress,
        codes.codes, &h.storage, &c.storage, &y.storage, &cellActivated.storage)
    }
  }

  /// Computes step `step` backward.
  ///
  /// The buffers are those of the forward step; `dh` and `dc` are `[1, N, n]`.
  static func lstmBackward(
    step: Int, activation: Int32, gates: inout Series, peepholes: ArraySlice<Float>, codes: StepFlags,
    c: Series,
    cellActivated: Series, dy: Series, dh: inout Series, dc: inout Series,
    parameterGradient: inout [Float], peepholesAt start: Int
  ) {
    let (steps, rows, n) = (dy.steps, dy.rows, dy.size)
    precondition(
      step < steps && gates.count == 4 * dy.count && codes.codes.count == steps * rows
        && c.count == dy.count + rows * n && cellActivated.count == dy.count && dh.count == rows * n
        && dc.count == rows * n && parameterGradient.count == start + peepholes.count
        && (peepholes.isEmpty || peepholes.count == 3 * n), "buffers of other sizes")
    peepholes.withUnsafeBufferPointer { peepholes in
      parameterGradient.withUnsafeMutableBufferPointer { gradient in
        timestep_backward_lstm(
          step, steps, rows, n, activation, &gates.storage, peepholes.isEmpty ? nil : peepholes.baseAddress,
          codes.codes, c.storage, cellActivated.storage, dy.storage, &dh.storage, &dc.storage,
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
