import Glibc

/// How far outputs are from labels, at one step of one row.
public enum Loss: String, Sendable, Hashable, Codable, CaseIterable {
  /// -sum y ln p, alias negative log-likelihood; with softmax.
  case multiClassCrossEntropy
  /// -sum (y ln p + (1 - y) ln (1 - p)); with the logistic function.
  case binaryCrossEntropy
  /// sum (p - y)^2 / outputs.
  case meanSquaredError

  /// Negative log-likelihood: another name of multi-class cross-entropy.
  public static let negativeLogLikelihood = Loss.multiClassCrossEntropy

  /// The activation that the loss is made for; its gradient is then `(p - y)`, scaled.
  var activation: Activation {
    switch self {
    case .multiClassCrossEntropy: return .softmax
    case .binaryCrossEntropy: return .sigmoid
    case .meanSquaredError: return .identity
    }
  }

  /// The loss of `output` against `label`, both at `range`, and its gradient with respect to the pre-activations.
  func add(_ output: [Float], _ label: [Float], _ range: Range<Int>, gradient: inout [Float]) -> Double {
    // Below this a probability is noise; its logarithm must stay finite. The gradient is exact all the same.
    let smallest = 1e-30
    var sum = 0.0
    switch self {
    case .multiClassCrossEntropy:
      var total: Float = 0
      for index in range where label[index] != 0 {
        sum -= Double(label[index]) * log(max(Double(output[index]), smallest))
        total += label[index]
      }
      for index in range { gradient[index] = output[index] * total - label[index] }
    case .binaryCrossEntropy:
      for index in range {
        let (p, y) = (Double(output[index]), Double(label[index]))
        sum -= y * log(max(p, smallest)) + (1 - y) * log(max(1 - p, smallest))
        gradient[index] = output[index] - label[index]
      }
    case .meanSquaredError:
      for index in range {
        let error = output[index] - label[index]
        sum += Double(error) * Double(error)
        gradient[index] = 2 * error / Float(range.count)
      }
      sum /= Double(range.count)
    }
    return sum
  }
}
