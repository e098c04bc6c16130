import Networks

extension GraphLayer {
  /// The equivalent layer of the bundled trainer, unless it is an output layer.
  var realHidden: (any Layer)? {
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
    // The graph's factors are all 1 unless specified.
    case .dropout: return Dropout(rate: 0)
    case .lastTimeStep: return LastTimeStep(backward: .last)
    case .ownLastStep: return LastTimeStep()
    case .globalPooling(let pooling, let order):
      switch pooling {
      case .max: return GlobalPooling(.max)
      case .mean: return GlobalPooling(.mean)
      case .sum: return GlobalPooling(.sum)
      case .pNorm: return GlobalPooling(.pNorm(Float(order)))
      }
    case .rnnOutput, .output: return nil
    }
  }

  /// The same for a layer that runs along the steps.
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
