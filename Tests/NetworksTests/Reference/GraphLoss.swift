import DataSets
import Glibc

/// A loss of one labelled step in double precision, written like its definition.
///
/// The raw values are the names in the golden files.
enum GraphLoss: String, CaseIterable, Codable, Sendable {
  case multiClassCrossEntropy, binaryCrossEntropy, meanSquaredError, sumOfSquares, meanAbsoluteError,
    sumOfAbsolutes, kullbackLeibler, poisson

  /// The loss of outputs against labels.
  ///
  /// - Parameter weights: A factor of each output column's term; 1 by default.
  func callAsFunction(_ outputs: [Double], labels: [Double], weights: [Double]? = nil) -> Double {
    var sum = 0.0
    for (k, (p, y)) in zip(outputs, labels).enumerated() {
      sum += (weights?[k] ?? 1) * term(p, y)
    }
    switch self {
    case .meanSquaredError, .meanAbsoluteError: return sum / Double(outputs.count)
    default: return sum
    }
  }

  /// Returns the share of one output column.
  private func term(_ p: Double, _ y: Double) -> Double {
    switch self {
    case .multiClassCrossEntropy: return -times(y, log(p))
    case .binaryCrossEntropy: return -times(y, log(p)) - times(1 - y, log(1 - p))
    case .meanSquaredError, .sumOfSquares: return (p - y) * (p - y)
    case .meanAbsoluteError, .sumOfAbsolutes: return (p - y).magnitude
    case .kullbackLeibler: return times(y, log(y / p))
    case .poisson: return p - times(y, log(p))
    }
  }

  /// The product in which 0 times anything is 0.
  private func times(_ y: Double, _ logarithm: Double) -> Double { y == 0 ? 0 : y * logarithm }

  /// Activations for all of whose outputs the loss is defined.
  var activations: [GraphActivation] {
    switch self {
    case .binaryCrossEntropy: return [.sigmoid, .softmax]
    case .multiClassCrossEntropy, .kullbackLeibler, .poisson: return [.softmax, .sigmoid, .softplus]
    case .meanSquaredError, .sumOfSquares, .meanAbsoluteError, .sumOfAbsolutes:
      return GraphActivation.allCases
    }
  }

  /// Labels of one step that suit the loss: a class, probabilities, counts, yes or no, or any numbers.
  func labels(count: Int, using random: inout SplitMix64) -> [Double] {
    switch self {
    case .multiClassCrossEntropy:
      let hot = random.below(count)
      return (0..<count).map { $0 == hot ? 1 : 0 }
    case .kullbackLeibler:
      // Eighths, which a Float represents exactly; one column is 0.
      var eighths = [Int](repeating: 0, count: count)
      for _ in 0..<8 { eighths[random.below(count)] += 1 }
      return eighths.map { Double($0) / 8 }
    case .binaryCrossEntropy: return (0..<count).map { _ in random.flip() ? 1 : 0 }
    case .poisson: return (0..<count).map { _ in Double(random.below(4)) }
    case .meanSquaredError, .sumOfSquares, .meanAbsoluteError, .sumOfAbsolutes:
      return (0..<count).map { _ in random.symmetric(1) }
    }
  }
}
