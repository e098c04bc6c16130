import DataSets

/// How the first values of a parameter are made.
public enum Initialization: Sendable, Hashable {
  /// All the same.
  case constant(Float)
  /// One constant after the other, each for that many elements: the biases of the gates.
  case segments([Segment])
  /// Drawn as the network, or the layer in it, says.
  case weights(fanIn: Int, fanOut: Int)

  /// A run of equal values.
  public struct Segment: Sendable, Hashable {
    /// The number of elements.
    public var count: Int
    /// Their value.
    public var value: Float
  }

  /// The first values of a parameter of a shape.
  func values(shape: [Int], weights: WeightInitialization, using generator: inout SplitMix64) -> [Float] {
    switch self {
    case .constant(let value): return [Float](repeating: value, count: shape.reduce(1, *))
    case .segments(let segments): return segments.flatMap { [Float](repeating: $0.value, count: $0.count) }
    case .weights(let fanIn, let fanOut):
      return weights.values(WeightMatrix(shape: shape, fanIn: fanIn, fanOut: fanOut), using: &generator)
    }
  }
}
