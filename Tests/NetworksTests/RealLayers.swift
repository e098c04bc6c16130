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
    case .rnnOutput(let size, let activation, let loss, let weights):
      guard let (activation, loss) = realPair(activation, loss) else { return nil }
      return RNNOutput(
        size, activation: activation, loss: loss, classWeights: (weights ?? []).map { Float($0) })
    case .output(let size, let activation, let loss, let weights):
      guard let (activation, loss) = realPair(activation, loss) else { return nil }
      return Output(size, activation: activation, loss: loss, classWeights: (weights ?? []).map { Float($0) })
    case .lastTimeStep: return LastTimeStep()
    default: return nil
    }
  }
}

/// An activation and a loss of the bundled trainer, `nil` where it has not both, or refuses the pair.
private func realPair(_ activation: GraphActivation, _ loss: GraphLoss) -> (Activation, Loss)? {
  // Such a loss has no smallest value.
  if activation == .softplus && (loss == .multiClassCrossEntropy || loss == .kullbackLeibler) { return nil }
  guard let activation = activation.real, let loss = loss.real else { return nil }
  return (activation, loss)
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
  /// The bundled trainer's network of the same layers and parameters, `nil` where a layer is not there.
  func real(backpropagation: Backpropagation = .full) throws -> MultiLayerNetwork? {
    let layers = layers.compactMap(\.real)
    guard layers.count == self.layers.count, reshapes.isEmpty, case .vector(let columns) = input else {
      return nil
    }
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: columns), seed: 1, updater: .sgd(learningRate: 1),
      backpropagation: backpropagation, l1: Float(l1), l2: Float(l2)
    ) {
      for layer in layers { layer }
    }
    giveParameters(to: &network)
    return network
  }
}
