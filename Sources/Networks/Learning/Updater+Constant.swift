/// Constant rates that are variables instead of literals.
///
/// Disfavoured, because a literal is already a schedule.
extension Updater {
  /// Stochastic gradient descent at a constant rate.
  @_disfavoredOverload
  public static func sgd(learningRate: Float) -> Updater { .sgd(learningRate: .constant(learningRate)) }

  /// Nesterov's accelerated gradient at a constant rate.
  @_disfavoredOverload
  public static func nesterovs(learningRate: Float, momentum: Float = 0.9) -> Updater {
    .nesterovs(learningRate: .constant(learningRate), momentum: momentum)
  }

  /// AdaGrad at a constant rate.
  @_disfavoredOverload
  public static func adaGrad(learningRate: Float, epsilon: Float = 1e-6) -> Updater {
    .adaGrad(learningRate: .constant(learningRate), epsilon: epsilon)
  }

  /// RMSProp at a constant rate.
  @_disfavoredOverload
  public static func rmsProp(learningRate: Float, decay: Float = 0.95, epsilon: Float = 1e-8) -> Updater {
    .rmsProp(learningRate: .constant(learningRate), decay: decay, epsilon: epsilon)
  }

  /// AdaDelta at a constant rate.
  @_disfavoredOverload
  public static func adaDelta(learningRate: Float, decay: Float = 0.95, epsilon: Float = 1e-6) -> Updater {
    .adaDelta(learningRate: .constant(learningRate), decay: decay, epsilon: epsilon)
  }

  /// Adam at a constant rate.
  @_disfavoredOverload
  public static func adam(
    learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8
  ) -> Updater {
    .adam(learningRate: .constant(learningRate), beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  /// Adam with decoupled weight decay at a constant rate.
  @_disfavoredOverload
  public static func adamW(
    learningRate: Float, weightDecay: Float = 0.01, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-8
  ) -> Updater {
    .adamW(
      learningRate: .constant(learningRate), weightDecay: weightDecay, beta1: beta1, beta2: beta2,
      epsilon: epsilon)
  }

  /// Adam with Nesterov's momentum at a constant rate.
  @_disfavoredOverload
  public static func nadam(
    learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8
  ) -> Updater {
    .nadam(learningRate: .constant(learningRate), beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  /// AMSGrad at a constant rate.
  @_disfavoredOverload
  public static func amsGrad(
    learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8
  ) -> Updater {
    .amsGrad(learningRate: .constant(learningRate), beta1: beta1, beta2: beta2, epsilon: epsilon)
  }
}
