extension PyTorchStateDict {
  /// The source of a layer's weights in a PyTorch state dict.
  ///
  /// ```swift
  /// try network.load(state, [0: .recurrent("lstm"), 1: .recurrent("lstm", layer: 1), 2: .linear("fc")])
  /// ```
  /// Names are those of the state dict, without the last part: `encoder.lstm` for `encoder.lstm.weight_ih_l0`;
  /// empty if the state dict is that of the module itself.
  public enum Source: Sendable, Hashable {
    /// Layer `layer` of an `nn.LSTM`, `nn.GRU` or `nn.RNN`, or of a cell; for a `Bidirectional` layer, both
    /// directions.
    case recurrent(String, layer: Int = 0)
    /// An `nn.Linear`, for `Dense`, `RNNOutput` and `SeriesOutput`.
    case linear(String)
    /// An `nn.Embedding`.
    case embedding(String)
    /// An `nn.Conv2d`.
    case convolution(String)

    /// The module's name.
    public var module: String {
      switch self {
      case .recurrent(let name, _), .linear(let name), .embedding(let name), .convolution(let name):
        return name
      }
    }

    /// Returns true if this form of source names modules of the given kind.
    func canName(_ kind: PyTorchModule.Kind) -> Bool {
      switch self {
      case .recurrent: return [.lstm, .gru, .rnn].contains(kind)
      case .linear: return kind == .linear
      case .embedding: return kind == .matrix
      case .convolution: return kind == .convolution
      }
    }
  }
}

extension PyTorchModule.Kind {
  /// The source to specify for a layer that needs a module of this kind, in words.
  var source: String {
    switch self {
    case .lstm, .gru, .rnn:
      return "the weights of \(self == .lstm ? "an" : "a") \(rawValue), .recurrent(NAME, layer: NUMBER)"
    case .linear: return "the weights of a Linear, .linear(NAME)"
    case .matrix: return "the weights of an Embedding, .embedding(NAME)"
    case .convolution: return "the weights of a Conv2d, .convolution(NAME)"
    case .other: return "no module"
    }
  }
}

extension PyTorchStateDict.Source: CustomStringConvertible {
  /// The source as written in Swift.
  public var description: String {
    switch self {
    case .recurrent(let name, let layer): return ".recurrent(\(shown(name)), layer: \(layer))"
    case .linear(let name): return ".linear(\(shown(name)))"
    case .embedding(let name): return ".embedding(\(shown(name)))"
    case .convolution(let name): return ".convolution(\(shown(name)))"
    }
  }
}
