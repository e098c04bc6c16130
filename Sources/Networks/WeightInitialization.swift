import DataSets
import Glibc

/// What the first weights of a network are drawn from; fanIn and fanOut are the numbers of values that a weight matrix
/// takes and gives.
public enum WeightInitialization: Sendable, Hashable, Codable {
  /// Normal with standard deviation sqrt(2 / (fanIn + fanOut)) (Glorot & Bengio 2010).
  case xavier

  /// Draws `count` weights.
  func values(count: Int, fanIn: Int, fanOut: Int, using generator: inout SplitMix64) -> [Float] {
    switch self {
    case .xavier:
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
