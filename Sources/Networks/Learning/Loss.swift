/// How far outputs are from labels, at one labelled step of one row.
///
/// With outputs `p`, labels `y` and a weight `w` for each output (1, where a layer has no class weights), sums going over
/// the outputs of the step:
///
/// | loss | of a step | wants outputs | wants labels |
/// | --- | --- | --- | --- |
/// | `multiClassCrossEntropy` | -sum w y ln p | in 0...1 | any; one-hot as a rule |
/// | `binaryCrossEntropy` | -sum w (y ln p + (1 - y) ln (1 - p)) | in 0...1 | in 0...1 |
/// | `meanSquaredError` | sum w (p - y)^2 / outputs | any | any |
/// | `sumOfSquares` | sum w (p - y)^2 | any | any |
/// | `meanAbsoluteError` | sum w abs(p - y) / outputs | any | any |
/// | `sumOfAbsolutes` | sum w abs(p - y) | any | any |
/// | `kullbackLeibler` | sum w y ln (y / p), where 0 ln 0 = 0 | in 0...1 | not negative |
/// | `poisson` | sum w (p - y ln p) | not negative | not negative |
///
/// Logarithms of what a softmax or a sigmoid gives are computed from the pre-activations where loss and activation are
/// made for each other (softmax with multi-class cross-entropy or the Kullback-Leibler divergence, sigmoid with binary
/// cross-entropy): no probability is too small for them. Elsewhere `p` counts as at least 1e-30 in logarithms and
/// quotients, and `1 - p` as at least 2^-25, half of the smallest distance of a Float from 1; so nothing becomes infinite
/// or NaN at 0 or 1.
public enum Loss: String, Sendable, Hashable, Codable, CaseIterable {
  /// -sum y ln p, alias negative log-likelihood; best with softmax.
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
  /// sum y ln (y / p): the divergence of labels that are probabilities (Kullback & Leibler 1951); best with softmax.
  case kullbackLeibler
  /// sum (p - y ln p): the negative log-likelihood of counts `y` whose means are `p`, but for a constant.
  case poisson

  /// Negative log-likelihood: another name of multi-class cross-entropy.
  public static let negativeLogLikelihood = Loss.multiClassCrossEntropy
}

extension Loss {
  /// Why the outputs of `activation` are none for this loss, in words; `nil` when they are.
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

  /// Says what is wrong with a label, in words, or `nil` when nothing is; itself `nil` where any number is a label.
  ///
  /// A loss of labels beyond these bounds has no smallest value: training would run away instead of learning.
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
  /// What outputs can be.
  enum Outputs { case probabilities, notNegative, anyNumbers }

  /// What the activation's outputs can be.
  var outputs: Outputs {
    switch self {
    case .sigmoid, .hardSigmoid, .softmax: return .probabilities
    case .relu, .softplus: return .notNegative
    case .identity, .tanh, .hardTanh, .leakyReLU, .elu, .selu, .softsign, .gelu, .swish: return .anyNumbers
    }
  }
}
