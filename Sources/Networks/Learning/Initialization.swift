import DataSets

/// The initial values of a parameter.
public enum Initialization: Sendable, Hashable {
  /// One value for all elements.
  case constant(Float)
  /// Several constants in turn, each for a number of elements: the biases of the gates.
  case segments([Segment])
  /// Drawn as the network, or its layer, specifies.
  case weights(fanIn: Int, fanOut: Int)

  /// A run of equal values.
  public struct Segment: Sendable, Hashable {
    /// The number of elements.
    public var count: Int
    /// Their value.
    public var value: Float
  }

  /// Returns the initial values of a parameter of the given shape.
  func values(shape: [Int], weights: WeightInitialization, using generator: inout SplitMix64) -> [Float] {
    switch self {
    case .constant(let value): return [Float](repeating: value, count: shape.reduce(1, *))
    case .segments(let segments): return segments.flatMap { [Float](repeating: $0.value, count: $0.count) }
    case .weights(let fanIn, let fanOut):
      return weights.values(WeightMatrix(shape: shape, fanIn: fanIn, fanOut: fanOut), using: &generator)
    }
  }
}
