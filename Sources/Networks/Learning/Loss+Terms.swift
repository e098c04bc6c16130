import Glibc

extension Loss {
  /// Returns true if `add` gives the gradient with respect to the pre-activations.
  ///
  /// The derivatives of the activation and of the loss then cancel, so that neither can overflow or vanish
  /// alone.
  func isFused(with activation: Activation) -> Bool {
    switch (self, activation) {
    case (.multiClassCrossEntropy, .softmax), (.kullbackLeibler, .softmax), (.binaryCrossEntropy, .sigmoid):
      return true
    default: return false
    }
  }

  /// Returns the loss of `output` against `label`, both at `range`, and sets its gradient.
  ///
  /// - Parameters:
  ///   - logits: The pre-activations. If a probability has rounded to 0 or 1, its logarithm is lost, but can
  ///     still be computed from these.
  ///   - weights: A factor for each output's term.
  ///   - gradient: Becomes the gradient with respect to the pre-activations if the loss is fused with the
  ///     activation, and otherwise the gradient with respect to the outputs.
  func add(
    _ output: [Float], logits: [Float], _ label: [Float], _ range: Range<Int>, weights: [Float],
    activation: Activation, gradient: inout [Float]
  ) -> Double {
    guard isFused(with: activation) else {
      return addTerms(output, label, range, weights: weights, gradient: &gradient)
    }
    if self == .binaryCrossEntropy {
      return addLogistic(output, logits, label, range, weights: weights, gradient: &gradient)
    }
    return addSoftmax(output, logits, label, range, weights: weights, gradient: &gradient)
  }

  /// Adds cross-entropy or divergence of a softmax: dL/dz = p sum(w y) - w y.
  private func addSoftmax(
    _ output: [Float], _ logits: [Float], _ label: [Float], _ range: Range<Int>, weights: [Float],
    gradient: inout [Float]
  ) -> Double {
    var sum = 0.0
    var total: Float = 0
    for index in range where label[index] != 0 {
      let weighted = weights[index - range.lowerBound] * label[index]
      sum -= Double(weighted) * logSoftmax(output, logits, range, index)
      if self == .kullbackLeibler { sum += Double(weighted) * log(Double(label[index])) }
      total += weighted
    }
    for index in range {
      gradient[index] = output[index] * total - weights[index - range.lowerBound] * label[index]
    }
    return sum
  }

  /// Adds binary cross-entropy of the logistic function: dL/dz = w (p - y).
  private func addLogistic(
    _ output: [Float], _ logits: [Float], _ label: [Float], _ range: Range<Int>, weights: [Float],
    gradient: inout [Float]
  ) -> Double {
    var sum = 0.0
    for index in range {
      let weight = weights[index - range.lowerBound]
      // -y ln p - (1 - y) ln (1 - p) = max(z, 0) - z y + ln(1 + e^-|z|)
      let (z, y) = (Double(logits[index]), Double(label[index]))
      sum += Double(weight) * (max(z, 0) - z * y + log1p(exp(-abs(z))))
      gradient[index] = weight * (output[index] - label[index])
    }
    return sum
  }

  /// Adds any loss by its definition: dL/dp.
  private func addTerms(
    _ output: [Float], _ label: [Float], _ range: Range<Int>, weights: [Float], gradient: inout [Float]
  ) -> Double {
    let isMean = self == .meanSquaredError || self == .meanAbsoluteError
    let divisor: Float = isMean ? Float(range.count) : 1
    var sum = 0.0
    for index in range {
      let weight = weights[index - range.lowerBound]
      let (value, slope) = term(output[index], label[index])
      sum += Double(weight) * value
      gradient[index] = weight * slope / divisor
    }
    return sum / Double(divisor)
  }

  /// Returns one output's unweighted term and its derivative.
  private func term(_ output: Float, _ label: Float) -> (value: Double, slope: Float) {
    let error = output - label
    let y = Double(label)
    // Comparisons that are false for NaN keep it, so that it is noticed.
    let p = Double(output) < 1e-30 ? 1e-30 : Double(output)
    switch self {
    case .meanSquaredError, .sumOfSquares: return (Double(error) * Double(error), 2 * error)
    case .meanAbsoluteError, .sumOfAbsolutes:
      return (Double(abs(error)), error > 0 ? 1 : error < 0 ? -1 : 0 * error)
    case .multiClassCrossEntropy: return (y == 0 ? 0 * p : -y * log(p), Float(-y / p))
    case .kullbackLeibler: return (y == 0 ? 0 * p : y * (log(y) - log(p)), Float(-y / p))
    case .poisson: return (Double(output) - y * log(p), Float(1 - y / p))
    case .binaryCrossEntropy:
      let rest = 1 - Double(output)
      let q = rest < 0x1p-25 ? 0x1p-25 : rest
      return (-y * log(p) - (1 - y) * log(q), Float((1 - y) / q - y / p))
    }
  }

  /// Returns ln of the softmax of `logits` over `range`, at `index`.
  private func logSoftmax(_ output: [Float], _ logits: [Float], _ range: Range<Int>, _ index: Int) -> Double {
    // Above this, the probability itself is as precise as a Float can be.
    if output[index] > 1e-3 { return log(Double(output[index])) }
    let largest = range.reduce(-Double.infinity) { max($0, Double(logits[$1])) }
    let sum = range.reduce(0.0) { $0 + exp(Double(logits[$1]) - largest) }
    return Double(logits[index]) - largest - log(sum)
  }
}
