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
  mutating func step(_ input: Tensor, _ state: inout NetworkState) -> Tensor? {
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

  private func isStep(_ shape: [Int]) -> Bool {
    shape[0] == 1 && shape.count > 1 && shape[1] == inputSize && (shape.count == 2 || shape.count == 3)
  }
}
