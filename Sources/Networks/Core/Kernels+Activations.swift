import CNetworkKernels

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
  static func select(_ source: Series, _ codes: StepFlags, firstStep: Int = 0, into result: inout Series) {
    precondition(
      codes.steps == source.steps && codes.rows == source.rows && (0...codes.steps).contains(firstStep),
      "codes of other steps")
    result.reshape(steps: source.steps, rows: source.rows, size: source.size)
    result.clear(steps: 0..<firstStep)
    let first = firstStep * codes.rows
    let (cells, n) = (codes.codes.count - first, source.size)
    codes.codes.withUnsafeBufferPointer { codes in
      source.storage.withUnsafeBufferPointer { source in
        result.storage.withUnsafeMutableBufferPointer { result in
          guard let codes = codes.baseAddress, let from = source.baseAddress, let to = result.baseAddress
          else { return }
          timestep_select_rows(cells, n, codes + first, from + first * n, to + first * n)
        }
      }
    }
  }
}
