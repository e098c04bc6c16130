import Networks
import Testing

extension GraphLayer {
  /// The bundled trainer's layer of the same meaning, `nil` where there is none.
  ///
  /// Whoever adds a layer adds its line here, and every stack of `GraphCase` that it completes is tested.
  var real: (any Layer)? {
    switch self {
    case .lstm(let size, let activation, .sigmoid):
      return activation.real.map { LSTM(size, activation: $0) }
    case .graves(let size, let activation, .sigmoid):
      return activation.real.map { GravesLSTM(size, activation: $0) }
    case .rnnOutput(let size, let activation, let loss, nil):
      let pairs: [(GraphActivation, GraphLoss)] = [
        (.softmax, .multiClassCrossEntropy), (.sigmoid, .binaryCrossEntropy), (.identity, .meanSquaredError),
      ]
      guard pairs.contains(where: { $0 == (activation, loss) }) else { return nil }
      guard let activation = activation.real, let loss = loss.real else { return nil }
      return RNNOutput(size, activation: activation, loss: loss)
    default: return nil
    }
  }
}

extension GraphActivation {
  /// The bundled trainer's activation, `nil` where there is none.
  var real: Activation? { Activation(rawValue: rawValue) }
}

extension GraphLoss {
  /// The bundled trainer's loss, `nil` where there is none.
  var real: Loss? { Loss(rawValue: rawValue) }
}

extension SlowGraph {
  /// What comes in, as the bundled trainer says it; `nil` where it cannot.
  var realInput: InputType? {
    switch input {
    case .vector(let size): return .recurrent(size: size)
    case .image: return nil
    }
  }

  /// The layers as the bundled trainer's; `nil` where one of them, or a preprocessor set by hand, is not there.
  var realLayers: [any Layer]? {
    let layers = layers.compactMap(\.real)
    return layers.count == self.layers.count && reshapes.isEmpty ? layers : nil
  }

  /// Whether the bundled trainer has all that the graph is made of.
  var isReal: Bool { realInput != nil && realLayers != nil }

  /// The bundled trainer's network of the same layers and parameters, learning by plain gradient descent at rate 1.
  ///
  /// - Throws: When a layer is not there; ask `isReal` first.
  func real(backpropagation: Backpropagation = .full) throws -> MultiLayerNetwork {
    let layers = try #require(realLayers)
    var network = try MultiLayerNetwork(
      inputs: try #require(realInput), seed: 1, updater: .sgd(learningRate: 1),
      backpropagation: backpropagation,
      l1: Float(l1), l2: Float(l2)
    ) {
      for layer in layers { layer }
    }
    giveParameters(to: &network)
    return network
  }
}
