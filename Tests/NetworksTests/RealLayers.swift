import Networks
import Testing
import Workers

extension GraphLayer {
  /// The bundled trainer's layer of the same meaning, `nil` where there is none.
  ///
  /// Whoever adds a layer adds its line here, and every stack of `GraphCase` that it completes is tested.
  var real: (any Layer)? {
    switch self {
    case .lstm, .graves, .simpleRNN, .gru: return realCell
    case .bidirectional(let layer, let merge):
      guard let layer = layer.realCell, let merge = Bidirectional.Merge(rawValue: merge.rawValue) else {
        return nil
      }
      return Bidirectional(layer, merge)
    case .dense(let size, let activation): return activation.real.map { Dense(size, activation: $0) }
    case .convolution(let channels, let window, let activation):
      return activation.real.map {
        Convolution2D(
          channels, kernel: Extent(window.kernel), stride: Extent(window.stride),
          padding: Extent(window.padding), activation: $0)
      }
    case .subsampling(let pooling, let window):
      return Subsampling.Method(rawValue: pooling.rawValue).map {
        Subsampling(
          $0, kernel: Extent(window.kernel), stride: Extent(window.stride), padding: Extent(window.padding))
      }
    case .embedding(let classes, let size): return Embedding(size, classes: classes)
    // The graph's factors are all 1 where nothing else is said.
    case .dropout: return Dropout(rate: 0)
    case .lastTimeStep: return LastTimeStep()
    case .globalPooling(let pooling, let order):
      switch pooling {
      case .max: return GlobalPooling(.max)
      case .mean: return GlobalPooling(.mean)
      case .sum: return GlobalPooling(.sum)
      case .pNorm: return GlobalPooling(.pNorm(Float(order)))
      }
    case .rnnOutput(let size, let activation, let loss, nil), .output(let size, let activation, let loss, nil):
      let pairs: [(GraphActivation, GraphLoss)] = [
        (.softmax, .multiClassCrossEntropy), (.sigmoid, .binaryCrossEntropy), (.identity, .meanSquaredError),
      ]
      guard pairs.contains(where: { $0 == (activation, loss) }) else { return nil }
      guard let activation = activation.real, let loss = loss.real else { return nil }
      if case .output = self { return Output(size, activation: activation, loss: loss) }
      return RNNOutput(size, activation: activation, loss: loss)
    case .rnnOutput, .output: return nil
    }
  }

  /// The same of a layer that runs along the steps.
  private var realCell: (any RecurrentLayer)? {
    switch self {
    case .lstm(let size, let activation, let gate):
      guard let activation = activation.real, let gate = gate.real else { return nil }
      return LSTM(size, activation: activation, gateActivation: gate)
    case .graves(let size, let activation, let gate):
      guard let activation = activation.real, let gate = gate.real else { return nil }
      return GravesLSTM(size, activation: activation, gateActivation: gate)
    case .simpleRNN(let size, let activation): return activation.real.map { SimpleRNN(size, activation: $0) }
    case .gru(let size, let activation, let gate):
      guard let activation = activation.real, let gate = gate.real else { return nil }
      return GRU(size, activation: activation, gateActivation: gate)
    default: return nil
    }
  }
}

extension Extent {
  /// Rows first, columns second.
  fileprivate init(_ sides: [Int]) { self.init(sides[0], sides[1]) }
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
  /// What comes in, as the bundled trainer says it.
  var realInput: InputType {
    switch input {
    case .vector(let size): return .recurrent(size: size)
    case .image(let channels, let height, let width):
      return .convolutional(channels: channels, height: height, width: width)
    }
  }

  /// The layers as the bundled trainer's, with the preprocessors set by hand; `nil` where one of them is not there.
  var realLayers: [NetworkLayer]? {
    let result = layers.enumerated().compactMap { index, layer in
      layer.real.map { real in
        guard case .image(let channels, let height, let width) = reshapes[index] else {
          return NetworkLayer(real)
        }
        return real.preprocessed(
          by: .recurrentToConvolutional(channels: channels, height: height, width: width))
      }
    }
    return result.count == layers.count ? result : nil
  }

  /// Whether the bundled trainer has all that the graph is made of.
  var isReal: Bool { realLayers != nil }

  /// The bundled trainer's network of the same layers and parameters, learning by plain gradient descent at rate 1.
  ///
  /// - Throws: When a layer is not there; ask `isReal` first.
  func real(backpropagation: Backpropagation = .full, workers: WorkerPool = .shared) throws
    -> MultiLayerNetwork
  {
    let layers = try #require(realLayers)
    var network = try MultiLayerNetwork(
      inputs: realInput, seed: 1, updater: .sgd(learningRate: 1),
      backpropagation: backpropagation,
      l1: Float(l1), l2: Float(l2), workers: workers
    ) {
      for layer in layers { layer }
    }
    giveParameters(to: &network)
    return network
  }
}
