import Glibc

/// The memory of an updater between updates, for one layer.
package struct UpdaterState: Sendable, Hashable {
  /// The number of updates in the memory; 0 for SGD.
  ///
  /// Updates made before a model was saved and read without its memory do not count.
  package private(set) var updateCount = 0
  private var names: [String] = []
  /// The slots, one after the other.
  private var memory: [Float] = []

  /// Makes an empty memory.
  package init() {}

  /// Makes a memory from `slots` and `updateCount`; the slots are those of `Updater.slotNames`, in their
  /// order.
  ///
  /// The caller has checked this, that each slot has one value per parameter, and that the count is not
  /// negative.
  package init(slots: [(name: String, values: [Float])], updateCount: Int) {
    precondition(updateCount >= 0, "an updater that has made \(updateCount) updates")
    precondition(
      slots.allSatisfy { $0.values.count == slots[0].values.count }, "slots of different sizes in one layer")
    names = slots.map(\.name)
    memory = slots.flatMap(\.values)
    self.updateCount = updateCount
  }

  /// True before the first update, and for SGD.
  package var isEmpty: Bool { memory.isEmpty }

  /// The slots; empty before the first update, and for SGD.
  package var slots: [(name: String, values: [Float])] {
    let count = names.isEmpty ? 0 : memory.count / names.count
    return names.enumerated().map { index, name in
      (name, Array(memory[index * count..<(index + 1) * count]))
    }
  }

  /// The values of one slot; empty before the first update.
  package subscript(name: String) -> [Float] { slots.first { $0.name == name }?.values ?? [] }

  /// Changes `parameters` by one update.
  ///
  /// - Parameters:
  ///   - rate: The learning rate of this update.
  ///   - weights: The parameters that are weights: decoupled weight decay applies to these alone.
  package mutating func update(
    _ parameters: inout [Float], _ gradient: [Float], _ updater: Updater, rate: Float,
    weights: [Range<Int>] = []
  ) {
    let slotNames = updater.slotNames
    if names != slotNames || memory.count != slotNames.count * parameters.count {
      // The first update, or the first of another updater, which cannot use the old memory.
      names = slotNames
      memory = [Float](repeating: 0, count: slotNames.count * parameters.count)
      updateCount = 0
    }
    if !names.isEmpty { updateCount += 1 }
    if case .adamW(_, let decay, _, _, _) = updater {
      for index in weights.joined() { parameters[index] *= 1 - rate * decay }
    }
    step(updater, rate).update(&parameters, gradient, &memory)
  }

  /// Returns the update with its numbers.
  private func step(_ updater: Updater, _ rate: Float) -> UpdateStep {
    func adam(_ beta1: Float, _ beta2: Float, _ epsilon: Float) -> UpdateStep.Adam {
      UpdateStep.Adam(
        rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        correction1: correction(beta1, updateCount), correction2: correction(beta2, updateCount))
    }
    switch updater {
    case .sgd: return .sgd(rate: rate)
    case .nesterovs(_, let momentum): return .nesterovs(rate: rate, momentum: momentum)
    case .adaGrad(_, let epsilon): return .adaGrad(rate: rate, epsilon: epsilon)
    case .rmsProp(_, let decay, let epsilon): return .rmsProp(rate: rate, decay: decay, epsilon: epsilon)
    case .adaDelta(_, let decay, let epsilon): return .adaDelta(rate: rate, decay: decay, epsilon: epsilon)
    case .adam(_, let beta1, let beta2, let epsilon), .adamW(_, _, let beta1, let beta2, let epsilon):
      return .adam(adam(beta1, beta2, epsilon))
    case .nadam(_, let beta1, let beta2, let epsilon):
      return .nadam(adam(beta1, beta2, epsilon), nextCorrection1: correction(beta1, updateCount + 1))
    case .amsGrad(_, let beta1, let beta2, let epsilon): return .amsGrad(adam(beta1, beta2, epsilon))
    }
  }

  /// Returns 1 - beta^t, the factor by which a mean that began at 0 is too small after t updates.
  private func correction(_ beta: Float, _ t: Int) -> Float { Float(1 - pow(Double(beta), Double(t))) }
}
