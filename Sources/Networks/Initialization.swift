import DataSets
import Glibc

/// How the first values of a parameter are made.
public enum Initialization: Sendable, Hashable, Codable {
  /// All the same.
  case constant(Float)
  /// Normal with standard deviation sqrt(2 / (fanIn + fanOut)) (Glorot & Bengio 2010).
  case xavier(fanIn: Int, fanOut: Int)
  /// One constant after the other, each for that many elements: the biases of the gates.
  case segments([Segment])

  /// A run of equal values.
  public struct Segment: Sendable, Hashable, Codable {
    /// The number of elements.
    public var count: Int
    /// Their value.
    public var value: Float
  }

  /// The first values of `count` elements.
  func values(count: Int, using generator: inout SplitMix64) -> [Float] {
    switch self {
    case .constant(let value): return [Float](repeating: value, count: count)
    case .segments(let segments): return segments.flatMap { [Float](repeating: $0.value, count: $0.count) }
    case .xavier(let fanIn, let fanOut):
      let deviation = (2.0 / Double(fanIn + fanOut)).squareRoot()
      return (0..<count).map { _ in Float(normal(using: &generator) * deviation) }
    }
  }
}

/// A number from the standard normal distribution, by the transform of Box & Muller (1958).
private func normal(using generator: inout SplitMix64) -> Double {
  // 1 - u lies in (0, 1]: its logarithm is finite.
  let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
  return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
}
