import Tensors

/// The computation of single steps for one row, with packed weights and reused buffers.
struct NetworkStepper: Sendable {
  private let inputSize: Int
  private let layers: [any StepComputation]
  /// The last output of each layer.
  private var outputs: [[Float]]
  /// The direction in which the next step reads the weights.
  private var lastBlockFirst = false
  /// Zeros in the shape of the result `[1, outputs]`; copied, because that is cheaper than making a tensor.
  private let flat: Tensor
  private let deep: Tensor

  /// Prepares the layers; `nil` if one of them has no specialized computation for single steps.
  init?(_ network: MultiLayerNetwork) {
    var layers: [any StepComputation] = []
    for (index, entry) in network.configuration.layers.enumerated() {
      guard let layer = entry.layer as? any SteppingLayer, network.plan.inputs[index].scope == .step,
        let step = layer.makeStep(
          input: network.plan.inputs[index].type, parameters: network.parameters[index])
      else { return nil }
      layers.append(step)
    }
    self.layers = layers
    inputSize = network.configuration.inputs.size
    outputs = layers.map { [Float](repeating: 0, count: $0.size) }
    flat = Tensor(shape: [1, network.outputSize])
    deep = Tensor(shape: [1, network.outputSize, 1], order: .timeMajor)
  }

  /// Returns the outputs for the next step of one row, `[1, outputs]` or `[1, outputs, 1]`, as the input.
  ///
  /// - Returns: `nil`, with the state unchanged, if the input is not a single step of one row, or holds
  ///   values that are not finite: the general computation then reports the error.
  mutating func step(_ input: Tensor, _ state: inout MultiLayerNetwork.State) -> Tensor? {
    let elements = input.elements
    guard state.rows == 1, elements.count == inputSize, isStep(input.shape),
      Kernels.areFinite(elements, elements.count)
    else {
      return nil
    }
    layers[0].step(
      elements, lastBlockFirst: lastBlockFirst, state: &state.layers[0], into: &outputs[0])
    for index in 1..<layers.count {
      layers[index].step(
        outputs[index - 1], lastBlockFirst: lastBlockFirst, state: &state.layers[index],
        into: &outputs[index])
    }
    lastBlockFirst.toggle()
    var result = input.rank == 2 ? flat : deep
    let last = outputs[layers.count - 1]
    result.withMutableSpan { span in
      for index in last.indices { span[index] = last[index] }
    }
    return result
  }

  /// The first layer whose last output was not finite; `nil` if all were.
  var firstLayerNotFinite: Int? {
    outputs.indices.first { !Kernels.areFinite(outputs[$0], outputs[$0].count) }
  }

  private func isStep(_ shape: [Int]) -> Bool {
    shape[0] == 1 && shape.count > 1 && shape[1] == inputSize && (shape.count == 2 || shape.count == 3)
  }
}

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
  ///   if a layer needs whole series, or if OpenBLAS is required and cannot be loaded; the state is then
  ///   unchanged.
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
    try reserveBuffers(rows: 1)
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
      suits(all), "layer \(index) is not a recurrent layer, or has a size other than \(state.size)")
    rnnState = all
  }
}
