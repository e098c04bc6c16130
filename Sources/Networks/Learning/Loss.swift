import Glibc

/// A measure of the distance between outputs and labels, at one labelled step of one row.
///
/// With outputs `p`, labels `y` and a weight `w` for each output (1 if a layer has no class weights), and
/// with sums over the outputs of the step:
///
/// | loss | per step | requires outputs | requires labels |
/// | --- | --- | --- | --- |
/// | `multiClassCrossEntropy` | -sum w y ln p | in 0...1 | any; usually one-hot |
/// | `binaryCrossEntropy` | -sum w (y ln p + (1 - y) ln (1 - p)) | in 0...1 | in 0...1 |
/// | `meanSquaredError` | sum w (p - y)^2 / outputs | any | any |
/// | `sumOfSquares` | sum w (p - y)^2 | any | any |
/// | `meanAbsoluteError` | sum w abs(p - y) / outputs | any | any |
/// | `sumOfAbsolutes` | sum w abs(p - y) | any | any |
/// | `kullbackLeibler` | sum w y ln (y / p), where 0 ln 0 = 0 | in 0...1 | not negative |
/// | `poisson` | sum w (p - y ln p) | not negative | not negative |
/// | `quantiles` | sum w max(q (y - p), (q - 1) (y - p)) / outputs | any | any |
///
/// If loss and activation match (softmax with multi-class cross-entropy or the Kullback-Leibler divergence,
/// sigmoid with binary cross-entropy), logarithms of the outputs are computed from the pre-activations, so
/// that no probability is too small. Otherwise `p` counts as at least 1e-30 in logarithms and quotients, and
/// `1 - p` as at least 2^-25, half of the smallest distance of a Float from 1, so that nothing becomes
/// infinite or NaN at 0 or 1.
///
/// In files and on the command line, a loss is called by its name, `quantiles([0.1, 0.9])` by `quantile:0.1,0.9`.
public enum Loss: Sendable, Hashable, Codable {
  /// -sum y ln p, also called negative log-likelihood; best with softmax.
  case multiClassCrossEntropy
  /// -sum (y ln p + (1 - y) ln (1 - p)); best with the logistic function.
  case binaryCrossEntropy
  /// sum (p - y)^2 / outputs.
  case meanSquaredError
  /// sum (p - y)^2, also called L2.
  case sumOfSquares
  /// sum |p - y| / outputs.
  case meanAbsoluteError
  /// sum |p - y|, also called L1.
  case sumOfAbsolutes
  /// sum y ln (y / p): the divergence of labels that are probabilities (Kullback & Leibler 1951); best with
  /// softmax.
  case kullbackLeibler
  /// sum (p - y ln p): the negative log-likelihood of counts `y` with means `p`, except for a constant.
  case poisson
  /// sum max(q (y - p), (q - 1) (y - p)) / outputs, the pinball loss (Koenker & Bassett 1978): its minimum is the quantile
  /// `q` of the labels.
  ///
  /// There is at least one level, and each is above 0, below 1 and above the one before. Of several, the outputs take turns:
  /// with the levels 0.1 and 0.9, every other output is a quantile 0.9. The labels have a column for each output
  /// (`SequenceBatches.repeatingLabels(for:)`).
  case quantiles([Float])

  /// Negative log-likelihood: another name for multi-class cross-entropy.
  public static let negativeLogLikelihood = Loss.multiClassCrossEntropy
}

extension Loss: RawRepresentable, CustomStringConvertible {
  /// The losses without a parameter: all but `quantiles`.
  public static let named: [Loss] = [
    .multiClassCrossEntropy, .binaryCrossEntropy, .meanSquaredError, .sumOfSquares, .meanAbsoluteError,
    .sumOfAbsolutes, .kullbackLeibler, .poisson,
  ]

  /// Finds a loss by its name; `nil` if there is none, or if the levels of quantiles are not between 0 and 1 and ascending.
  public init?(rawValue: String) {
    if let found = Self.named.first(where: { $0.rawValue == rawValue }) {
      self = found
      return
    }
    let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "quantile" else { return nil }
    let texts = parts[1].split(separator: ",", omittingEmptySubsequences: false)
    let levels = texts.compactMap { Float($0) }
    guard levels.count == texts.count, levels.allSatisfy({ $0 > 0 && $0 < 1 }),
      zip(levels, levels.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    self = .quantiles(levels)
  }

  /// The name.
  public var rawValue: String {
    // By a switch: losses are compared by their names.
    switch self {
    case .multiClassCrossEntropy: "multiClassCrossEntropy"
    case .binaryCrossEntropy: "binaryCrossEntropy"
    case .meanSquaredError: "meanSquaredError"
    case .sumOfSquares: "sumOfSquares"
    case .meanAbsoluteError: "meanAbsoluteError"
    case .sumOfAbsolutes: "sumOfAbsolutes"
    case .kullbackLeibler: "kullbackLeibler"
    case .poisson: "poisson"
    case .quantiles(let levels): "quantile:" + levels.map { "\($0)" }.joined(separator: ",")
    }
  }

  /// The name.
  public var description: String { rawValue }
}

extension Loss {
  /// The levels of the quantiles that the outputs are; empty for any other loss.
  public var quantiles: [Float] { if case .quantiles(let levels) = self { levels } else { [] } }

  /// The activation whose outputs are those that the loss requires.
  var activation: Activation {
    switch self {
    case .multiClassCrossEntropy, .kullbackLeibler: .softmax
    case .binaryCrossEntropy: .sigmoid
    case .poisson: .softplus
    case .meanSquaredError, .sumOfSquares, .meanAbsoluteError, .sumOfAbsolutes, .quantiles: .identity
    }
  }

  /// Returns the reason why this loss cannot use outputs of `activation`, in words; `nil` if it can.
  func problem(with activation: Activation) -> String? {
    let outputs = activation.outputs
    switch self {
    case .multiClassCrossEntropy, .kullbackLeibler:
      if outputs == .probabilities { return nil }
      return "the loss \(self) requires outputs between 0 and 1, but \(activation) gives others; use softmax"
    case .binaryCrossEntropy:
      if outputs == .probabilities { return nil }
      return "the loss \(self) requires outputs between 0 and 1, but \(activation) gives others; use sigmoid"
    case .poisson:
      if outputs != .anyNumbers { return nil }
      return
        "the loss \(self) requires outputs that are not negative, but \(activation) gives others; use softplus"
    case .meanSquaredError, .sumOfSquares, .meanAbsoluteError, .sumOfAbsolutes, .quantiles: return nil
    }
  }

  /// True if a label may be below 0, as standardized ones are.
  package var takesNegativeLabels: Bool { labelCheck?(-1) == nil }

  /// Returns the reason why a label is invalid, in words, or `nil` if it is valid.
  ///
  /// The property itself is `nil` if any number is a valid label. With labels beyond these bounds a loss has
  /// no minimum: training would diverge instead of learning.
  var labelCheck: ((_ label: Float) -> String?)? {
    switch self {
    case .binaryCrossEntropy, .multiClassCrossEntropy:
      return { $0 < 0 || $0 > 1 ? "the loss \(self) requires labels from 0 to 1" : nil }
    case .kullbackLeibler, .poisson:
      return { $0 < 0 ? "the loss \(self) requires labels that are not negative" : nil }
    case .meanSquaredError, .sumOfSquares, .meanAbsoluteError, .sumOfAbsolutes, .quantiles: return nil
    }
  }
}

extension Activation {
  /// The possible ranges of outputs.
  enum Outputs { case probabilities, notNegative, anyNumbers }

  /// The range of the activation's outputs.
  var outputs: Outputs {
    switch self {
    case .sigmoid, .hardSigmoid, .softmax: return .probabilities
    case .relu, .softplus: return .notNegative
    case .identity, .tanh, .hardTanh, .leakyReLU, .elu, .selu, .softsign, .gelu, .swish: return .anyNumbers
    }
  }
}

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
    if case .binaryCrossEntropy = self {
      return addLogistic(output, logits, label, range, weights: weights, gradient: &gradient)
    }
    return addSoftmax(output, logits, label, range, weights: weights, gradient: &gradient)
  }

  /// Returns the loss of the outputs of a step against its labels, as the table of losses defines it.
  ///
  /// - Parameter weights: A factor for each output's term; empty: 1.
  package func value(of outputs: [Float], labels: [Float], weights: [Float] = []) -> Double {
    var gradient = outputs
    return addTerms(
      outputs, labels, outputs.indices,
      weights: weights.isEmpty ? [Float](repeating: 1, count: outputs.count) : weights, gradient: &gradient)
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
      if case .kullbackLeibler = self { sum += Double(weighted) * log(Double(label[index])) }
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
    let isMean =
      switch self {
      case .meanSquaredError, .meanAbsoluteError, .quantiles: true
      default: false
      }
    let divisor: Float = isMean ? Float(range.count) : 1
    var sum = 0.0
    for index in range {
      let weight = weights[index - range.lowerBound]
      let (value, slope) = term(output[index], label[index], at: index - range.lowerBound)
      sum += Double(weight) * value
      gradient[index] = weight * slope / divisor
    }
    return sum / Double(divisor)
  }

  /// Returns one output's unweighted term and its derivative.
  ///
  /// - Parameter place: The index of the output in its step.
  private func term(_ output: Float, _ label: Float, at place: Int) -> (value: Double, slope: Float) {
    let error = output - label
    let y = Double(label)
    // Comparisons that are false for NaN keep it, so that it is noticed.
    let p = Double(output) < 1e-30 ? 1e-30 : Double(output)
    switch self {
    case .meanSquaredError, .sumOfSquares: return (Double(error) * Double(error), 2 * error)
    case .meanAbsoluteError, .sumOfAbsolutes:
      return (Double(abs(error)), error > 0 ? 1 : error < 0 ? -1 : 0 * error)
    case .quantiles(let levels):
      let level = levels[place % levels.count]
      // Of equal numbers, the slope is that of a small error to either side, on average.
      let slope = error > 0 ? 1 - level : error < 0 ? -level : 0 * error
      return (Double(slope) * Double(error), slope)
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
