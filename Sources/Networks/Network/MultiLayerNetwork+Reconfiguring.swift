extension MultiLayerNetwork {
  /// Returns the network with another configuration.
  ///
  /// ```swift
  /// var tuned = try ModelFile("model.safetensors").network.reconfigured { configuration in
  ///   configuration.layers[0].isFrozen = true
  ///   let output = RNNOutput(5, activation: .softmax, loss: .multiClassCrossEntropy)
  ///   configuration.layers[1] = NetworkLayer(output)
  ///   configuration.updater = .adam(learningRate: 0.0001)
  /// }
  /// ```
  /// Layers that stay the same keep their parameters, others get fresh ones. A layer stays the same if it is
  /// equal apart from its `NetworkLayer` settings, has the same index and takes the same input. Its updater's
  /// memory stays if its updater does. Iteration and epoch continue; states are cleared.
  /// - Throws: `NetworkError` if the configuration is not that of a valid network; the message names the
  ///   layer.
  public func reconfigured(_ change: (inout NetworkConfiguration) throws -> Void) throws -> MultiLayerNetwork
  {
    try reconfigured(freshLayers: [], change)
  }

  /// Returns the network with another configuration.
  ///
  /// - Parameter freshLayers: The layers that get fresh parameters, even if they are equal.
  func reconfigured(
    freshLayers: Set<Int>, _ change: (inout NetworkConfiguration) throws -> Void
  ) throws -> MultiLayerNetwork {
    var changed = configuration
    try change(&changed)
    var network = try MultiLayerNetwork(changed, workers: workers)
    for index in network.parameters.indices
    where !freshLayers.contains(index) && keeps(layer: index, in: network) {
      network.parameters[index] = parameters[index]
      let (own, other) = (configuration.layers[index], changed.layers[index])
      if own.updater ?? configuration.updater == other.updater ?? changed.updater {
        network.updaterStates[index] = updaterStates[index]
      }
    }
    (network.iteration, network.epoch) = (iteration, epoch)
    return network
  }

  private func keeps(layer index: Int, in other: MultiLayerNetwork) -> Bool {
    guard index < parameters.count && plan.inputs[index] == other.plan.inputs[index] else { return false }
    let (layer, changed) = (configuration.layers[index].layer, other.configuration.layers[index].layer)
    return AnyHashable(layer) == AnyHashable(changed)
  }

  /// Returns the network with the parameters of some layers frozen, and those of all others learning.
  ///
  /// ```swift
  /// let tuned = try network.freezing(layers: 0...1)
  /// ```
  public func freezing(layers range: some RangeExpression<Int>) throws -> MultiLayerNetwork {
    let frozen = range.relative(to: configuration.layers.indices)
    precondition(
      frozen.lowerBound >= 0 && frozen.upperBound <= configuration.layers.count,
      "layers \(frozen) of \(configuration.layers.count)")
    return try reconfigured { configuration in
      for index in configuration.layers.indices {
        configuration.layers[index].isFrozen = frozen.contains(index)
      }
    }
  }

  /// The network with the factor 1 for every class in its loss; `nil` if it has no class weights.
  package func withoutClassWeights() throws -> MultiLayerNetwork? {
    let last = configuration.layers.count - 1
    guard let output = configuration.layers[last].layer as? any DenseOutputLayer, !output.classWeights.isEmpty
    else { return nil }
    func plain<Output: DenseOutputLayer>(_ output: Output) -> any Layer {
      Output(output.size, activation: output.activation, loss: output.loss)
    }
    var network = try reconfigured { $0.layers[last] = NetworkLayer(plain(output)) }
    network.parameters[last] = parameters[last]
    return network
  }

  /// Returns the network with another output layer, whose parameters are fresh, even if it is equal to the
  /// present one; all other layers keep theirs.
  ///
  /// `ModelFile.network(for:classWeights:)` keeps the parameters of labels that mean the same.
  public func replacingOutput(with layer: some OutputLayer) throws -> MultiLayerNetwork {
    try reconfigured(freshLayers: [configuration.layers.count - 1]) { configuration in
      configuration.layers[configuration.layers.count - 1] = NetworkLayer(layer)
    }
  }
}
