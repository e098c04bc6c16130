import Networks
import Platform
import Testing

extension GraphLayer {
  /// The equivalent layer of the bundled trainer; `nil` if there is none.
  ///
  /// To test a new layer, add its line here: every stack of `GraphCase` that it completes is then tested.
  var real: (any Layer)? {
    switch self {
    case .rnnOutput(let size, let activation, let loss, let weights):
      guard let (activation, loss) = Self.pair(activation, loss) else { return nil }
      return RNNOutput(
        size, activation: activation, loss: loss, classWeights: (weights ?? []).map { Float($0) })
    case .output(let size, let activation, let loss, let weights):
      guard let (activation, loss) = Self.pair(activation, loss) else { return nil }
      return SeriesOutput(
        size, activation: activation, loss: loss, classWeights: (weights ?? []).map { Float($0) })
    default: return realHidden
    }
  }

  /// An activation and a loss of the bundled trainer, `nil` if it lacks one of them, or rejects the pair.
  private static func pair(_ activation: GraphActivation, _ loss: GraphLoss) -> (Activation, Loss)? {
    if loss.rejects(activation) { return nil }
    guard let activation = activation.real, let loss = loss.real else { return nil }
    return (activation, loss)
  }
}

extension GraphLoss {
  /// True if the bundled trainer rejects the pair, because the loss then has no smallest value.
  func rejects(_ activation: GraphActivation) -> Bool {
    activation == .softplus && (self == .multiClassCrossEntropy || self == .kullbackLeibler)
  }
}

extension GraphActivation {
  /// The bundled trainer's activation; `nil` if there is none.
  var real: Activation? { Activation(rawValue: rawValue) }
}

extension GraphLoss {
  /// The bundled trainer's loss; `nil` if there is none.
  var real: Loss? { Loss(rawValue: rawValue) }
}

extension ReferenceGraph {
  /// The input, as the bundled trainer describes it.
  var realInput: InputType {
    switch input {
    case .vector(let size): return .recurrent(size: size)
    case .image(let channels, let height, let width):
      return .convolutional(channels: channels, height: height, width: width)
    }
  }

  /// The layers of the bundled trainer; `nil` if one is missing.
  var realLayers: [NetworkLayer]? {
    let layers = layers.enumerated().compactMap { index, layer in
      layer.real.map { real in
        var place = NetworkLayer(real)
        place.preprocessor = preprocessor(before: index)
        return place
      }
    }
    return layers.count == self.layers.count ? layers : nil
  }

  /// The preprocessor that reshapes a layer's input as the graph's `reshapes` specify.
  private func preprocessor(before index: Int) -> NetworkLayer.Preprocessor? {
    guard case .image(let channels, let height, let width)? = reshapes[index] else { return nil }
    let comesInSeries = index == 0 || layers[index - 1].stateSizes != nil
    return comesInSeries
      ? .recurrentToConvolutional(channels: channels, height: height, width: width)
      : .feedForwardToConvolutional(channels: channels, height: height, width: width)
  }

  /// True if the bundled trainer has everything that the graph consists of.
  var isReal: Bool { realLayers != nil }

  /// The bundled trainer's network of the same layers and parameters, learning by plain gradient descent at rate 1.
  ///
  /// - Throws: If a layer is missing; check `isReal` first.
  func real(backpropagation: NetworkConfiguration.Backpropagation = .full, workers: WorkerPool = .shared)
    throws
    -> MultiLayerNetwork
  {
    let layers = try #require(realLayers)
    var network = try MultiLayerNetwork(
      inputs: realInput, seed: 1, updater: .sgd(learningRate: 1), backpropagation: backpropagation,
      l1: Float(l1), l2: Float(l2), workers: workers
    ) {
      for layer in layers { layer }
    }
    giveParameters(to: &network)
    return network
  }
}
