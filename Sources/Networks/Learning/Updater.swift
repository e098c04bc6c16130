/// An optimizer: the rule by which gradients change parameters.
///
/// `g` is the gradient, `r` the rate of the update and `t` its number, from 1. Values that are remembered
/// begin at 0.
public enum Updater: Sendable, Hashable, Codable {
  /// Stochastic gradient descent: w -= r g.
  case sgd(learningRate: Schedule)
  /// Nesterov's accelerated gradient (Sutskever, Martens, Dahl & Hinton 2013, equations 3 and 4).
  ///
  /// m = momentum m + g; w -= r (g + momentum m). The parameters are those at which the gradient is taken. As
  /// in PyTorch, the rate is not part of the memory.
  case nesterovs(learningRate: Schedule, momentum: Float = 0.9)
  /// AdaGrad (Duchi, Hazan & Singer 2011, figure 1, diagonal).
  ///
  /// v += g^2; w -= r g / (sqrt(v) + epsilon).
  case adaGrad(learningRate: Schedule, epsilon: Float = 1e-6)
  /// RMSProp (Tieleman & Hinton 2012, lecture 6e).
  ///
  /// v = decay v + (1 - decay) g^2; w -= r g / (sqrt(v) + epsilon).
  case rmsProp(learningRate: Schedule, decay: Float = 0.95, epsilon: Float = 1e-8)
  /// AdaDelta (Zeiler 2012, algorithm 1), which needs no rate: 1 is the paper's.
  ///
  /// v = decay v + (1 - decay) g^2; d = sqrt(m + epsilon) / sqrt(v + epsilon) g; m = decay m + (1 - decay)
  /// d^2; w -= r d.
  case adaDelta(learningRate: Schedule = 1, decay: Float = 0.95, epsilon: Float = 1e-6)
  /// Adam (Kingma & Ba 2015, algorithm 1).
  ///
  /// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
  /// w -= r (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
  case adam(learningRate: Schedule, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
  /// Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2).
  ///
  /// Weights, not biases, shrink by the factor 1 - r weightDecay before Adam's update.
  case adamW(
    learningRate: Schedule, weightDecay: Float = 0.01, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-8)
  /// Adam with Nesterov's momentum (Dozat 2016, algorithm 2, with a constant beta1).
  ///
  /// As Adam, with beta1 m / (1 - beta1^(t + 1)) + (1 - beta1) g / (1 - beta1^t) in place of m / (1 -
  /// beta1^t).
  case nadam(learningRate: Schedule, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
  /// AMSGrad (Reddi, Kale & Kumar 2018, algorithm 2), with Adam's bias correction, as in PyTorch.
  ///
  /// As Adam, with the largest v so far in place of v.
  case amsGrad(learningRate: Schedule, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)

  /// The learning rate of each update.
  public var learningRate: Schedule {
    switch self {
    case .sgd(let rate), .nesterovs(let rate, _), .adaGrad(let rate, _), .rmsProp(let rate, _, _),
      .adaDelta(let rate, _, _), .adam(let rate, _, _, _), .adamW(let rate, _, _, _, _),
      .nadam(let rate, _, _, _), .amsGrad(let rate, _, _, _):
      return rate
    }
  }

  /// Returns the updater with another learning rate.
  package func replacingLearningRate(_ rate: Schedule) -> Updater {
    switch self {
    case .sgd: return .sgd(learningRate: rate)
    case .nesterovs(_, let momentum): return .nesterovs(learningRate: rate, momentum: momentum)
    case .adaGrad(_, let epsilon): return .adaGrad(learningRate: rate, epsilon: epsilon)
    case .rmsProp(_, let decay, let epsilon):
      return .rmsProp(learningRate: rate, decay: decay, epsilon: epsilon)
    case .adaDelta(_, let decay, let epsilon):
      return .adaDelta(learningRate: rate, decay: decay, epsilon: epsilon)
    case .adam(_, let beta1, let beta2, let epsilon):
      return .adam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    case .adamW(_, let weightDecay, let beta1, let beta2, let epsilon):
      return .adamW(
        learningRate: rate, weightDecay: weightDecay, beta1: beta1, beta2: beta2, epsilon: epsilon)
    case .nadam(_, let beta1, let beta2, let epsilon):
      return .nadam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    case .amsGrad(_, let beta1, let beta2, let epsilon):
      return .amsGrad(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
  }

  /// The names of the values kept for every parameter, as in the formula, in the order they lie in memory.
  package var slotNames: [String] {
    switch self {
    case .sgd: return []
    case .nesterovs: return ["m"]
    case .adaGrad, .rmsProp: return ["v"]
    case .adaDelta, .adam, .adamW, .nadam: return ["m", "v"]
    case .amsGrad: return ["m", "v", "vMax"]
    }
  }

  /// The reason why the updater is invalid, in words; `nil` if it is valid.
  var problem: String? {
    func share(_ name: String, _ value: Float) -> String? {
      value >= 0 && value < 1
        ? nil : "an updater with a \(name) of \(value); it must be at least 0 and below 1"
    }
    func positive(_ name: String, _ value: Float) -> String? {
      value > 0 && value.isFinite ? nil : "an updater with an \(name) of \(value); it must be above 0"
    }
    if let problem = learningRate.problem { return problem }
    switch self {
    case .sgd: return nil
    case .nesterovs(_, let momentum): return share("momentum", momentum)
    case .adaGrad(_, let epsilon): return positive("epsilon", epsilon)
    case .rmsProp(_, let decay, let epsilon), .adaDelta(_, let decay, let epsilon):
      return share("decay", decay) ?? positive("epsilon", epsilon)
    case .adamW(_, let weightDecay, _, _, _) where !(weightDecay >= 0 && weightDecay.isFinite):
      return "an updater with a weight decay of \(weightDecay); it must be finite and not negative"
    case .adam(_, let beta1, let beta2, let epsilon), .adamW(_, _, let beta1, let beta2, let epsilon),
      .nadam(_, let beta1, let beta2, let epsilon), .amsGrad(_, let beta1, let beta2, let epsilon):
      return share("beta1", beta1) ?? share("beta2", beta2) ?? positive("epsilon", epsilon)
    }
  }
}
