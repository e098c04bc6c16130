import Glibc

/// The activation and the loss of an output layer.
///
/// The raw values are the names in the golden files.
enum ReferenceLoss: String, CaseIterable, Codable {
  /// Softmax, and -sum y ln p.
  case multiClassCrossEntropy
  /// Identity, and sum err^2 / outputs.
  case meanSquaredError
  /// Sigmoid, and -sum (y ln p + (1 - y) ln (1 - p)).
  case binaryCrossEntropy

  /// The output of one step.
  func output(_ z: [Double]) -> [Double] {
    switch self {
    case .multiClassCrossEntropy:
      let logarithm = logarithmOfSum(z)
      return z.map { exp($0 - logarithm) }
    case .meanSquaredError: return z
    case .binaryCrossEntropy: return z.map(sigmoid)
    }
  }

  /// The loss of one step, computed from the pre-activations, so that no logarithm sees a rounded 0.
  func loss(_ z: [Double], labels: [Double]) -> Double {
    switch self {
    case .multiClassCrossEntropy:
      let logarithm = logarithmOfSum(z)
      return zip(z, labels).reduce(0) { $0 + $1.1 * (logarithm - $1.0) }
    case .meanSquaredError:
      return zip(z, labels).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(z.count)
    case .binaryCrossEntropy:
      // -ln sigmoid(z) = ln(1 + e^-z), and -ln(1 - sigmoid(z)) is z more.
      return zip(z, labels).reduce(0) { $0 + max($1.0, 0) - $1.0 * $1.1 + log1p(exp(-$1.0.magnitude)) }
    }
  }

  /// The derivative of `loss` by z.
  func errors(_ z: [Double], labels: [Double]) -> [Double] {
    let outputs = output(z)
    switch self {
    case .multiClassCrossEntropy:
      let total = labels.reduce(0, +)
      return zip(outputs, labels).map { $0 * total - $1 }
    case .meanSquaredError: return zip(outputs, labels).map { 2 * ($0 - $1) / Double(z.count) }
    case .binaryCrossEntropy: return zip(outputs, labels).map { $0 - $1 }
    }
  }

  /// ln sum e^z.
  private func logarithmOfSum(_ z: [Double]) -> Double {
    let largest = z.reduce(-Double.infinity, max)
    return largest + log(z.reduce(0) { $0 + exp($1 - largest) })
  }
}
