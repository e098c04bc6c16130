import FoundationEssentials

/// A layer of a network, with the settings that apply to it alone.
///
/// Made by the modifiers of `Layer`:
/// ```swift
/// LSTM(64).frozen()
/// Dense(32, activation: .relu).learningRate(0.0001).weights(.relu)
/// Convolution2D(8, kernel: 3).preprocessed(by: .recurrentToConvolutional(channels: 1, height: 8, width: 8))
/// ```
public struct NetworkLayer: Sendable {
  /// The layer.
  public var layer: any Layer
  /// The layer's optimizer; `nil`: the network's.
  public var updater: Updater?
  /// The learning rate of the layer's updater; `nil`: the updater's own.
  public var learningRate: Schedule?
  /// The initialization of the layer's weights; `nil`: the network's.
  public var weights: WeightInitialization?
  /// The conversion of the layer's input; `nil`: found automatically.
  public var preprocessor: Preprocessor?
  /// The penalty on the layer's weights in the score; `nil`: the network's.
  public var regularization: Regularization?
  /// True if the layer's parameters do not learn.
  public var isFrozen = false

  /// Makes a layer of a network without special settings.
  public init(_ layer: any Layer) { self.layer = layer }

  /// Returns the layer with its own updater.
  public func updater(_ updater: Updater) -> NetworkLayer { with { $0.updater = updater } }

  /// Returns the layer with its own learning rate.
  public func learningRate(_ rate: Schedule) -> NetworkLayer { with { $0.learningRate = rate } }

  /// Returns the layer with its own weight initialization.
  public func weights(_ weights: WeightInitialization) -> NetworkLayer { with { $0.weights = weights } }

  /// Returns the layer with the penalty l1 sum |w| + l2/2 sum w^2 in the score, independent of other layers.
  public func regularization(l1: Float = 0, l2: Float = 0) -> NetworkLayer {
    with { $0.regularization = Regularization(l1: l1, l2: l2) }
  }

  /// Returns the layer with its input converted by a preprocessor.
  public func preprocessed(by preprocessor: Preprocessor) -> NetworkLayer {
    with { $0.preprocessor = preprocessor }
  }

  /// Returns the layer with parameters that do not learn.
  public func frozen() -> NetworkLayer { with { $0.isFrozen = true } }

  /// Returns the layer with parameters that learn.
  public func thawed() -> NetworkLayer { with { $0.isFrozen = false } }

  private func with(_ change: (inout NetworkLayer) -> Void) -> NetworkLayer {
    var copy = self
    change(&copy)
    return copy
  }
}

extension NetworkLayer: Hashable {
  /// Returns true if both have equal layers and settings.
  public static func == (one: NetworkLayer, other: NetworkLayer) -> Bool {
    AnyHashable(one.layer) == AnyHashable(other.layer) && one.updater == other.updater
      && one.learningRate == other.learningRate && one.weights == other.weights
      && one.regularization == other.regularization && one.preprocessor == other.preprocessor
      && one.isFrozen == other.isFrozen
  }

  /// Hashes the properties that `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(AnyHashable(layer))
    hasher.combine(updater)
    hasher.combine(learningRate)
    hasher.combine(weights)
    hasher.combine(regularization)
    hasher.combine(preprocessor)
    hasher.combine(isFrozen)
  }
}

extension Layer {
  /// Returns the layer with its own updater.
  public func updater(_ updater: Updater) -> NetworkLayer { NetworkLayer(self).updater(updater) }

  /// Returns the layer with its own learning rate.
  public func learningRate(_ rate: Schedule) -> NetworkLayer { NetworkLayer(self).learningRate(rate) }

  /// Returns the layer with its own weight initialization.
  public func weights(_ weights: WeightInitialization) -> NetworkLayer { NetworkLayer(self).weights(weights) }

  /// Returns the layer with the penalty l1 sum |w| + l2/2 sum w^2 in the score, independent of other layers.
  public func regularization(l1: Float = 0, l2: Float = 0) -> NetworkLayer {
    NetworkLayer(self).regularization(l1: l1, l2: l2)
  }

  /// Returns the layer with its input converted by a preprocessor.
  public func preprocessed(by preprocessor: NetworkLayer.Preprocessor) -> NetworkLayer {
    NetworkLayer(self).preprocessed(by: preprocessor)
  }

  /// Returns the layer with parameters that do not learn.
  public func frozen() -> NetworkLayer { NetworkLayer(self).frozen() }
}

extension NetworkLayer: Codable {
  private enum Key: String, CodingKey {
    case kind, updater, learningRate, weights, regularization, preprocessor, frozen
  }

  /// Reads a layer: its kind, its own fields next to it, and its settings if it has any.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let kind = try container.decode(String.self, forKey: .kind)
    let types = LayerKinds.all + (decoder.userInfo[.layerTypes] as? [any Layer.Type] ?? [])
    guard let type = types.first(where: { $0.kind == kind }) else {
      let known = types.map { $0.kind }.joined(separator: ", ")
      throw NetworkError("contains a layer of the kind \"\(kind)\"; this program knows \(known)")
    }
    layer = try type.init(from: decoder)
    updater = try container.decodeIfPresent(Updater.self, forKey: .updater)
    learningRate = try container.decodeIfPresent(Schedule.self, forKey: .learningRate)
    weights = try container.decodeIfPresent(WeightInitialization.self, forKey: .weights)
    regularization = try container.decodeIfPresent(Regularization.self, forKey: .regularization)
    preprocessor = try container.decodeIfPresent(Preprocessor.self, forKey: .preprocessor)
    isFrozen = try container.decodeIfPresent(Bool.self, forKey: .frozen) ?? false
  }

  /// Writes a layer.
  public func encode(to encoder: any Encoder) throws {
    try layer.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type(of: layer).kind, forKey: .kind)
    try container.encodeIfPresent(updater, forKey: .updater)
    try container.encodeIfPresent(learningRate, forKey: .learningRate)
    try container.encodeIfPresent(weights, forKey: .weights)
    try container.encodeIfPresent(regularization, forKey: .regularization)
    try container.encodeIfPresent(preprocessor, forKey: .preprocessor)
    if isFrozen { try container.encode(true, forKey: .frozen) }
  }
}

extension CodingUserInfoKey {
  /// The key for custom layers, `[any Layer.Type]`, that a model file may hold.
  static let layerTypes: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "timestep.layerTypes") else {
      preconditionFailure("any text is a key")
    }
    return key
  }()
}

/// The layers that model files can hold, by kind.
enum LayerKinds {
  /// All layer types; a new layer adds its type here.
  static let all: [any Layer.Type] = [
    LSTM.self, GravesLSTM.self, SimpleRNN.self, GRU.self, Bidirectional.self, Dense.self, Convolution2D.self,
    Subsampling.self, Embedding.self, Dropout.self, ActivationLayer.self, MaskZero.self, LastTimeStep.self,
    GlobalPooling.self, RNNOutput.self, SeriesOutput.self, RNNLoss.self,
  ]
}

extension NetworkLayer {
  /// Returns the layer that another layer wraps.
  ///
  /// - Parameter outer: What the other layer is, for the message: "a bidirectional layer of".
  /// - Throws: `NetworkError` if it is not recurrent, or has settings of its own.
  func recurrent(of outer: String) throws -> any RecurrentLayer {
    guard let layer = layer as? any RecurrentLayer, self == NetworkLayer(layer) else {
      throw NetworkError(
        "contains \(outer) \(type(of: self.layer).kind); expected a recurrent layer without settings of its own"
      )
    }
    return layer
  }
}
