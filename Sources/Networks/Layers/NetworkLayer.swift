/// A layer in its place in a network: the layer, and what is special about it there.
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
  /// How its parameters follow their gradients; `nil`: as the network's.
  public var updater: Updater?
  /// The learning rate of its updater; `nil`: the updater's own.
  public var learningRate: Schedule?
  /// What its first weights are drawn from; `nil`: as the network's.
  public var weights: WeightInitialization?
  /// How what comes in is to be read; `nil`: found automatically.
  public var preprocessor: Preprocessor?
  /// What its weights cost in the score; `nil`: as the network's.
  public var regularization: Regularization?
  /// Whether its parameters stay as they are.
  public var isFrozen = false

  /// Puts a layer into a network as it is.
  public init(_ layer: any Layer) { self.layer = layer }

  /// The same with an updater of its own.
  public func updater(_ updater: Updater) -> NetworkLayer { with { $0.updater = updater } }

  /// The same with a learning rate of its own.
  public func learningRate(_ rate: Schedule) -> NetworkLayer { with { $0.learningRate = rate } }

  /// The same with first weights drawn otherwise.
  public func weights(_ weights: WeightInitialization) -> NetworkLayer { with { $0.weights = weights } }

  /// The same with weights that cost l1 sum |w| + l2/2 sum w^2 in the score, whatever those of other layers do.
  public func regularization(l1: Float = 0, l2: Float = 0) -> NetworkLayer {
    with { $0.regularization = Regularization(l1: l1, l2: l2) }
  }

  /// The same with what comes in read by a preprocessor.
  public func preprocessed(by preprocessor: Preprocessor) -> NetworkLayer {
    with { $0.preprocessor = preprocessor }
  }

  /// The same with parameters that stay as they are.
  public func frozen() -> NetworkLayer { with { $0.isFrozen = true } }

  /// The same with parameters that learn.
  public func thawed() -> NetworkLayer { with { $0.isFrozen = false } }

  private func with(_ change: (inout NetworkLayer) -> Void) -> NetworkLayer {
    var copy = self
    change(&copy)
    return copy
  }
}

extension NetworkLayer: Hashable {
  /// Whether both are the same layer in the same place.
  public static func == (one: NetworkLayer, other: NetworkLayer) -> Bool {
    AnyHashable(one.layer) == AnyHashable(other.layer) && one.updater == other.updater
      && one.learningRate == other.learningRate && one.weights == other.weights
      && one.regularization == other.regularization && one.preprocessor == other.preprocessor
      && one.isFrozen == other.isFrozen
  }

  /// Hashes what equality looks at.
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
  /// The layer with an updater of its own.
  public func updater(_ updater: Updater) -> NetworkLayer { NetworkLayer(self).updater(updater) }

  /// The layer with a learning rate of its own.
  public func learningRate(_ rate: Schedule) -> NetworkLayer { NetworkLayer(self).learningRate(rate) }

  /// The layer with first weights drawn otherwise.
  public func weights(_ weights: WeightInitialization) -> NetworkLayer { NetworkLayer(self).weights(weights) }

  /// The layer with weights that cost l1 sum |w| + l2/2 sum w^2 in the score, whatever those of other layers do.
  public func regularization(l1: Float = 0, l2: Float = 0) -> NetworkLayer {
    NetworkLayer(self).regularization(l1: l1, l2: l2)
  }

  /// The layer with what comes in read by a preprocessor.
  public func preprocessed(by preprocessor: Preprocessor) -> NetworkLayer {
    NetworkLayer(self).preprocessed(by: preprocessor)
  }

  /// The layer with parameters that stay as they are.
  public func frozen() -> NetworkLayer { NetworkLayer(self).frozen() }
}

/// Lists layers one a line.
@resultBuilder
public enum LayerBuilder {
  /// Collects the layers.
  public static func buildBlock(_ groups: [NetworkLayer]...) -> [NetworkLayer] { groups.flatMap { $0 } }
  /// One layer.
  public static func buildExpression(_ layer: any Layer) -> [NetworkLayer] { [NetworkLayer(layer)] }
  /// One layer with what is special about it.
  public static func buildExpression(_ layer: NetworkLayer) -> [NetworkLayer] { [layer] }
  /// Layers made in a loop.
  public static func buildArray(_ groups: [[NetworkLayer]]) -> [NetworkLayer] { groups.flatMap { $0 } }
  /// Layers under a condition.
  public static func buildOptional(_ layers: [NetworkLayer]?) -> [NetworkLayer] { layers ?? [] }
  /// Layers of the first branch.
  public static func buildEither(first layers: [NetworkLayer]) -> [NetworkLayer] { layers }
  /// Layers of the second branch.
  public static func buildEither(second layers: [NetworkLayer]) -> [NetworkLayer] { layers }
}
