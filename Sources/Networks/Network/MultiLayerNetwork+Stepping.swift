import Tensors

/// Stateful prediction with the names that users of DL4J know; `NetworkSession` does the same for many
/// streams.
extension MultiLayerNetwork {
  /// Returns the outputs for the next step of every row, or for the next T steps, continuing from the
  /// previous call.
  ///
  /// ```swift
  /// try network.rnnTimeStep(Tensor(shape: [1, 3], elements: [0.1, 0.2, 0.3]))   // [1, outputs]
  /// ```
  /// `fit`, `output` and `score` neither read nor change this state.
  /// - Parameter input: `[N, inputs]`, or `[N, inputs, T]`.
  /// - Returns: `[N, outputs]`, or `[N, outputs, T]`.
  /// - Throws: `NetworkError` if the input does not suit the network, if N differs from the previous calls,
  ///   or if a layer needs whole series; the state is then unchanged.
  public mutating func rnnTimeStep(_ input: Tensor) throws(NetworkError) -> Tensor {
    try checkPieces()
    var state = rnnState ?? zeroState(rows: input.shape.first ?? 0)
    if state.rows == 1 {
      // The first step packs the weights for all steps until the parameters change.
      if rnnStepper == nil { rnnStepper = .some(NetworkStepper(self)) }
      if let output = rnnStepper??.step(input, &state) {
        rnnState = state
        return output
      }
    }
    let series = try series(input, rows: state.rows)
    var share = shares.take()
    defer { shares.put(share) }
    share.take(series)
    share.forward(
      share.passes(StepFlags(continuing: state.rows, steps: series.steps), parameters), states: &state.layers)
    rnnState = state
    return outputTensor(share.activations[parameters.count], rank: input.rank)
  }

  /// Clears the state of `rnnTimeStep`: the next call begins new series, of any number of rows.
  public mutating func rnnClearPreviousState() { rnnState = nil }

  /// Clears the state of one row: it begins a new series, the others continue.
  public mutating func rnnClearPreviousState(row: Int) { rnnState?.clear(row: row) }

  /// Returns the state of layer `index`; `nil` if it is not a recurrent layer, and before the first step.
  public func rnnGetPreviousState(layer index: Int) -> RecurrentState? { rnnState?.layers[index] }

  /// Sets the state of layer `index` to `state`; layers without a state begin with zeros.
  public mutating func rnnSetPreviousState(_ state: RecurrentState, layer index: Int) {
    var all = rnnState ?? zeroState(rows: state.rows)
    precondition(
      all.rows == state.rows,
      "a state of \(state.rows) rows where the other layers remember \(all.rows); clear the state first")
    all.layers[index] = state
    precondition(
      suits(all), "layer \(index) is no recurrent layer, or has another size than \(state.size)")
    rnnState = all
  }
}
