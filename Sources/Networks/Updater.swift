import Glibc

/// How parameters follow their gradients.
public enum Updater: Sendable, Hashable, Codable {
  /// Stochastic gradient descent: w -= rate * g.
  case sgd(learningRate: Schedule)
  /// Adam (Kingma & Ba 2015, algorithm 1).
  case adam(learningRate: Schedule, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)

  /// The factor of each step.
  public var learningRate: Schedule {
    switch self {
    case .sgd(let rate), .adam(let rate, _, _, _): return rate
    }
  }
}

extension Updater {
  /// The names of what is remembered about each parameter.
  var slotNames: [String] {
    switch self {
    case .sgd: return []
    case .adam: return ["m", "v"]
    }
  }

  /// Stochastic gradient descent at a rate that is always the same.
  @_disfavoredOverload  // a literal is a schedule already
  public static func sgd(learningRate: Float) -> Updater { .sgd(learningRate: .constant(learningRate)) }

  /// Adam at a rate that is always the same.
  @_disfavoredOverload
  public static func adam(
    learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8
  ) -> Updater {
    .adam(learningRate: .constant(learningRate), beta1: beta1, beta2: beta2, epsilon: epsilon)
  }
}

/// What an updater remembers about one layer between updates.
package struct UpdaterState: Sendable, Hashable {
  /// Running means of the gradient, and of its square; empty before the first update, and for SGD.
  package private(set) var m: [Float] = []
  package private(set) var v: [Float] = []
  /// The number of updates that `m` and `v` are means of: not those before a model was saved and read without them.
  package private(set) var updateCount = 0

  /// A memory of nothing.
  package init() {}

  /// A memory that was written down.
  package init(slots: [(name: String, values: [Float])], updateCount: Int) {
    self.updateCount = updateCount
    for slot in slots {
      if slot.name == "m" { m = slot.values } else { v = slot.values }
    }
  }

  /// What is remembered, by name; empty before the first update.
  package var slots: [(name: String, values: [Float])] { m.isEmpty ? [] : [("m", m), ("v", v)] }

  /// Moves `parameters` by one update.
  package mutating func update(
    _ parameters: inout [Float], _ gradient: [Float], _ updater: Updater, rate: Float
  ) {
    switch updater {
    case .sgd:
      for index in parameters.indices { parameters[index] -= rate * gradient[index] }
    case .adam(_, let beta1, let beta2, let epsilon):
      if m.isEmpty {
        m = [Float](repeating: 0, count: parameters.count)
        v = m
      }
      updateCount += 1
      Kernels.adam(
        &parameters, gradient, m: &m, v: &v, rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        correction1: Float(1 - pow(Double(beta1), Double(updateCount))),
        correction2: Float(1 - pow(Double(beta2), Double(updateCount))))
    }
  }
}
