import CNetworkKernels

/// One update in the form of the kernels: the formula, and the numbers that are the same for all parameters.
enum UpdateStep {
  case sgd(rate: Float)
  case nesterovs(rate: Float, momentum: Float)
  case adaGrad(rate: Float, epsilon: Float)
  case rmsProp(rate: Float, decay: Float, epsilon: Float)
  case adaDelta(rate: Float, decay: Float, epsilon: Float)
  case adam(Adam)
  case nadam(Adam, nextCorrection1: Float)
  case amsGrad(Adam)

  /// The numbers of Adam and its variants.
  struct Adam {
    let rate, beta1, beta2, epsilon, correction1, correction2: Float
  }

  /// The number of values that the updater keeps for each parameter.
  private var slotCount: Int {
    switch self {
    case .sgd: return 0
    case .nesterovs, .adaGrad, .rmsProp: return 1
    case .adaDelta, .adam, .nadam: return 2
    case .amsGrad: return 3
    }
  }

  /// Updates all parameters; `memory` holds the updater's slots one after the other.
  func update(
    _ parameters: inout [Float], _ gradient: [Float], _ memory: inout [Float]
  ) {
    let count = parameters.count
    precondition(gradient.count == count && memory.count == slotCount * count, "buffers of other sizes")
    memory.withUnsafeMutableBufferPointer { memory in
      // Without slots or parameters there is no memory, and none is read.
      func slot(_ index: Int) -> UnsafeMutablePointer<Float>? {
        memory.baseAddress.map { $0 + index * count }
      }
      switch self {
      case .sgd(let rate): timestep_update_sgd(count, &parameters, gradient, rate)
      case .nesterovs(let rate, let momentum):
        timestep_update_nesterovs(count, &parameters, gradient, slot(0), rate, momentum)
      case .adaGrad(let rate, let epsilon):
        timestep_update_adagrad(count, &parameters, gradient, slot(0), rate, epsilon)
      case .rmsProp(let rate, let decay, let epsilon):
        timestep_update_rmsprop(count, &parameters, gradient, slot(0), rate, decay, epsilon)
      case .adaDelta(let rate, let decay, let epsilon):
        timestep_update_adadelta(count, &parameters, gradient, slot(0), slot(1), rate, decay, epsilon)
      case .adam(let adam):
        timestep_update_adam(
          count, &parameters, gradient, slot(0), slot(1), adam.rate, adam.beta1, adam.beta2, adam.epsilon,
          adam.correction1, adam.correction2)
      case .nadam(let adam, let next):
        timestep_update_nadam(
          count, &parameters, gradient, slot(0), slot(1), adam.rate, adam.beta1, adam.beta2, adam.epsilon,
          adam.correction1, adam.correction2, next)
      case .amsGrad(let adam):
        timestep_update_amsgrad(
          count, &parameters, gradient, slot(0), slot(1), slot(2), adam.rate, adam.beta1, adam.beta2,
          adam.epsilon, adam.correction1, adam.correction2)
      }
    }
  }
}
