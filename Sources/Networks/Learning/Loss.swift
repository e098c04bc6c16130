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
///
/// If loss and activation match (softmax with multi-class cross-entropy or the Kullback-Leibler divergence,
/// sigmoid with binary cross-entropy), logarithms of the outputs are computed from the pre-activations, so
/// that no probability is too small. Otherwise `p` counts as at least 1e-30 in logarithms and quotients, and
/// `1 - p` as at least 2^-25, half of the smallest distance of a Float from 1, so that nothing becomes
/// infinite or NaN at 0 or 1.
public enum Loss: String, Sendable, Hashable, Codable, CaseIterable {
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

  /// Negative log-likelihood: another name for multi-class cross-entropy.
  public static let negativeLogLikelihood = Loss.multiClassCrossEntropy
}

extension Loss {
  /// Returns the reason why this loss cannot use outputs of `activation`, in words; `nil` if it can.
  func problem(with activation: Activation) -> String? {
    let outputs = activation.outputs
    switch self {
    case .multiClassCrossEntropy, .kullbackLeibler:
      if outputs == .probabilities { return nil }
      return "the loss \(self) wants outputs between 0 and 1, but \(activation) gives others; use softmax"
    case .binaryCrossEntropy:
      if outputs == .probabilities { return nil }
      return "the loss \(self) wants outputs between 0 and 1, but \(activation) gives others; use sigmoid"
    case .poisson:
      if outputs != .anyNumbers { return nil }
      return
        "the loss \(self) wants outputs that are not negative, but \(activation) gives others; use softplus"
    case .meanSquaredError, .sumOfSquares, .meanAbsoluteError, .sumOfAbsolutes: return nil
    }
  }

  /// Returns the reason why a label is invalid, in words, or `nil` if it is valid.
  ///
  /// The property itself is `nil` if any number is a valid label. With labels beyond these bounds a loss has
  /// no minimum: training would diverge instead of learning.
  var labelCheck: ((_ label: Float) -> String?)? {
    switch self {
    case .binaryCrossEntropy:
      return { $0 < 0 || $0 > 1 ? "the loss \(self) wants labels from 0 to 1" : nil }
    case .kullbackLeibler, .poisson:
      return { $0 < 0 ? "the loss \(self) wants labels that are not negative" : nil }
    case .multiClassCrossEntropy, .meanSquaredError, .sumOfSquares, .meanAbsoluteError, .sumOfAbsolutes:
      return nil
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
