import CNetworkKernels

extension Kernels {
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
