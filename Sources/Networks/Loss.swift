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
  ///
  /// - Parameter logits: The pre-activations: the logarithm of a probability that has rounded to 0 or 1 is lost, that of
  ///   what it was made from is not.
  func add(
    _ output: [Float], logits: [Float], _ label: [Float], _ range: Range<Int>, gradient: inout [Float]
  ) -> Double {
    var sum = 0.0
    switch self {
    case .multiClassCrossEntropy:
      var total: Float = 0
      for index in range where label[index] != 0 {
        sum -= Double(label[index]) * logSoftmax(output, logits, range, index)
        total += label[index]
      }
      for index in range { gradient[index] = output[index] * total - label[index] }
    case .binaryCrossEntropy:
      for index in range {
        // -y ln p - (1 - y) ln (1 - p) = max(z, 0) - z y + ln(1 + e^-|z|)
        let (z, y) = (Double(logits[index]), Double(label[index]))
        sum += max(z, 0) - z * y + log1p(exp(-abs(z)))
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

  /// ln of the softmax of `logits` over `range`, at `index`.
  private func logSoftmax(_ output: [Float], _ logits: [Float], _ range: Range<Int>, _ index: Int) -> Double {
    // Above this the probability itself has all digits that a Float can give.
    if output[index] > 1e-3 { return log(Double(output[index])) }
    let largest = range.reduce(-Double.infinity) { max($0, Double(logits[$1])) }
    let sum = range.reduce(0.0) { $0 + exp(Double(logits[$1]) - largest) }
    return Double(logits[index]) - largest - log(sum)
  }
}
