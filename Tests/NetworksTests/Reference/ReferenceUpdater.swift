import Glibc

/// The updaters in double precision, written like the formulas in the papers.
enum ReferenceUpdater {
  case sgd(rate: Double)
  /// Sutskever et al. 2013 as in torch.optim.SGD: the gradient plus momentum times the new velocity.
  case nesterovs(rate: Double, momentum: Double)
  /// Duchi, Hazan & Singer 2011.
  case adaGrad(rate: Double, epsilon: Double)
  /// Tieleman & Hinton 2012.
  case rmsProp(rate: Double, decay: Double, epsilon: Double)
  /// Zeiler 2012, algorithm 1, times the rate.
  case adaDelta(rate: Double, decay: Double, epsilon: Double)
  /// Kingma & Ba 2015, algorithm 1.
  case adam(rate: Double, beta1: Double, beta2: Double, epsilon: Double)
  /// Loshchilov & Hutter 2019, algorithm 2: weights first shrink by the share rate * decay, biases do not.
  case adamW(rate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double)
  /// Dozat 2016 with a constant momentum.
  case nadam(rate: Double, beta1: Double, beta2: Double, epsilon: Double)
  /// Reddi, Kale & Kumar 2018 as in torch.optim.Adam: the largest v so far, corrected for its bias.
  case amsGrad(rate: Double, beta1: Double, beta2: Double, epsilon: Double)
}

/// One scalar parameter under an updater.
struct ReferenceTrajectory {
  let updater: ReferenceUpdater
  /// True if decoupled decay shrinks it: W and R.
  let isWeight: Bool
  var value: Double
  /// Running means or sums, zero before the first update; their meaning depends on the updater.
  private var (m, v, largest) = (0.0, 0.0, 0.0)
  private var count = 0

  /// Begins at a value.
  init(_ value: Double, _ updater: ReferenceUpdater, isWeight: Bool) {
    (self.value, self.updater, self.isWeight) = (value, updater, isWeight)
  }

  /// Makes one update.
  ///
  /// - Parameter factor: The factor of the rate from a schedule.
  mutating func update(_ g: Double, rateTimes factor: Double = 1) {
    count += 1
    let t = Double(count)
    switch updater {
    case .sgd(let rate): value -= factor * rate * g
    case .nesterovs(let rate, let momentum):
      m = momentum * m + g
      value -= factor * rate * (g + momentum * m)
    case .adaGrad(let rate, let epsilon):
      v += g * g
      value -= factor * rate * g / (v.squareRoot() + epsilon)
    case .rmsProp(let rate, let decay, let epsilon):
      v = decay * v + (1 - decay) * g * g
      value -= factor * rate * g / (v.squareRoot() + epsilon)
    case .adaDelta(let rate, let decay, let epsilon):
      v = decay * v + (1 - decay) * g * g
      let step = ((m + epsilon) / (v + epsilon)).squareRoot() * g
      m = decay * m + (1 - decay) * step * step
      value -= factor * rate * step
    case .adam(let rate, let beta1, let beta2, let epsilon):
      average(g, beta1, beta2)
      value -= factor * rate * (m / (1 - pow(beta1, t))) / ((v / (1 - pow(beta2, t))).squareRoot() + epsilon)
    case .adamW(let rate, let beta1, let beta2, let epsilon, let weightDecay):
      if isWeight { value -= factor * rate * weightDecay * value }
      average(g, beta1, beta2)
      value -= factor * rate * (m / (1 - pow(beta1, t))) / ((v / (1 - pow(beta2, t))).squareRoot() + epsilon)
    case .nadam(let rate, let beta1, let beta2, let epsilon):
      average(g, beta1, beta2)
      let ahead = beta1 * m / (1 - pow(beta1, t + 1)) + (1 - beta1) * g / (1 - pow(beta1, t))
      value -= factor * rate * ahead / ((v / (1 - pow(beta2, t))).squareRoot() + epsilon)
    case .amsGrad(let rate, let beta1, let beta2, let epsilon):
      average(g, beta1, beta2)
      largest = max(largest, v)
      value -=
        factor * rate * (m / (1 - pow(beta1, t))) / ((largest / (1 - pow(beta2, t))).squareRoot() + epsilon)
    }
  }

  private mutating func average(_ g: Double, _ beta1: Double, _ beta2: Double) {
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
  }
}

/// Returns the factor of the learning rate before update k, counted from 0.
enum ReferenceSchedule {
  /// By `factor` again every `every` updates.
  case step(factor: Double, every: Int)
  /// gamma^k.
  case exponential(gamma: Double)
  /// 1 / (1 + gamma k)^power.
  case inverse(gamma: Double, power: Double)
  /// (1 - k/K)^power; 0 from update K on.
  case polynomial(updates: Int, power: Double)
  /// (k + 1) / warmup for the first `warmup` updates, then half a cosine from 1 at `warmup` down to 0 at `updates`.
  case cosine(warmup: Int, updates: Int)

  func callAsFunction(_ k: Int) -> Double {
    switch self {
    case .step(let factor, let every): return pow(factor, Double(k / every))
    case .exponential(let gamma): return pow(gamma, Double(k))
    case .inverse(let gamma, let power): return 1 / pow(1 + gamma * Double(k), power)
    case .polynomial(let updates, let power): return pow(max(0, 1 - Double(k) / Double(updates)), power)
    case .cosine(let warmup, let updates):
      if k < warmup { return Double(k + 1) / Double(warmup) }
      let part = min(1, Double(k - warmup) / Double(updates - warmup))
      return (1 + cos(.pi * part)) / 2
    }
  }
}
