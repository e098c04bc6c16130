/// What comes into a network.
public enum InputType: Sendable, Hashable, Codable {
  /// Series of `size` values a step, `[N, size, T]`.
  case recurrent(size: Int)

  /// The number of values a step.
  public var size: Int {
    switch self {
    case .recurrent(let size): return size
    }
  }
}

/// How far errors flow back in time.
public enum Backpropagation: Sendable, Hashable, Codable {
  /// Through whole series.
  case full
  /// Truncated back-propagation through time (Williams & Peng 1990): one update every `forward` steps, errors flow back over
  /// the last `backward` of them. The state is carried from piece to piece.
  case truncated(forward: Int, backward: Int)
}

/// Everything about a network but its parameters.
public struct NetworkConfiguration: Sendable {
  /// What comes in.
  public var inputs: InputType
  /// The layers, from the input on; the last one has the loss.
  public var layers: [any Layer]
  /// What the first parameter values are drawn from.
  public var seed: UInt64
  /// How parameters follow their gradients.
  public var updater: Updater
  /// How far errors flow back in time.
  public var backpropagation: Backpropagation
  /// What is done to gradients first.
  public var gradientLimit: GradientLimit
  /// The factor of the sum of absolute weights in the score.
  public var l1: Float
  /// Twice the factor of the sum of squared weights in the score.
  public var l2: Float

  /// Layer `index` in messages, as `layer 1 (rnnOutput)`.
  func name(of index: Int) -> String { "layer \(index) (\(type(of: layers[index]).kind))" }

  /// The number of values that come into layer `index`.
  func inputSize(of index: Int) -> Int { index == 0 ? inputs.size : layers[index - 1].size }

  /// Refuses what cannot work.
  func validate() throws(NetworkError) {
    guard inputs.size > 0 else {
      throw NetworkError("the input has \(inputs.size) columns; at least one is needed")
    }
    guard let last = layers.last else {
      throw NetworkError("a network without layers; add at least an output layer")
    }
    guard last is any OutputLayer else {
      throw NetworkError("\(name(of: layers.count - 1)) has no loss; end the network with an RNNOutput")
    }
    for index in layers.indices.dropLast() where layers[index] is any OutputLayer {
      throw NetworkError("\(name(of: index)) is an output layer in the middle; put it at the end")
    }
    for index in layers.indices {
      if let problem = layers[index].problem { throw NetworkError("\(name(of: index)): \(problem)") }
    }
    if case .truncated(let forward, let backward) = backpropagation {
      guard backward > 0, backward <= forward else {
        throw NetworkError(
          "truncated back-propagation of \(forward) steps forward and \(backward) backward; "
            + "backward must be at least 1 and at most forward")
      }
    }
  }
}

/// Lists layers one a line.
@resultBuilder
public enum LayerBuilder {
  /// Collects the layers.
  public static func buildBlock(_ groups: [any Layer]...) -> [any Layer] { groups.flatMap { $0 } }
  /// One layer.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// Layers made in a loop.
  public static func buildArray(_ groups: [[any Layer]]) -> [any Layer] { groups.flatMap { $0 } }
  /// Layers under a condition.
  public static func buildOptional(_ layers: [any Layer]?) -> [any Layer] { layers ?? [] }
  /// Layers of the first branch.
  public static func buildEither(first layers: [any Layer]) -> [any Layer] { layers }
  /// Layers of the second branch.
  public static func buildEither(second layers: [any Layer]) -> [any Layer] { layers }
}
