import Glibc

/// How parameters follow their gradients.
public enum Updater: Sendable, Hashable, Codable {
  /// Stochastic gradient descent: w -= rate * g.
  case sgd(learningRate: Float)
  /// Adam (Kingma & Ba 2015, algorithm 1).
  case adam(learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)

  /// The factor of each step.
  public var learningRate: Float {
    switch self {
    case .sgd(let rate), .adam(let rate, _, _, _): return rate
    }
  }
}

/// What an updater remembers about one layer between updates.
struct UpdaterState: Sendable, Hashable {
  /// Running means of the gradient, and of its square; empty before the first update, and for SGD.
  var m: [Float] = []
  var v: [Float] = []

  /// Moves `parameters` by update number `iteration`, from 1.
  mutating func update(_ parameters: inout [Float], _ gradient: [Float], _ updater: Updater, iteration: Int) {
    switch updater {
    case .sgd(let rate):
      for index in parameters.indices { parameters[index] -= rate * gradient[index] }
    case .adam(let rate, let beta1, let beta2, let epsilon):
      if m.isEmpty {
        m = [Float](repeating: 0, count: parameters.count)
        v = m
      }
      Kernels.adam(
        &parameters, gradient, m: &m, v: &v, rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        correction1: Float(1 - pow(Double(beta1), Double(iteration))),
        correction2: Float(1 - pow(Double(beta2), Double(iteration))))
    }
  }
}

extension GradientLimit {
  /// Limits the gradients of all layers.
  func apply(to gradients: inout [[Float]]) {
    switch self {
    case .none: return
    case .elements(let limit):
      for layer in gradients.indices {
        for index in gradients[layer].indices {
          gradients[layer][index] = max(-limit, min(limit, gradients[layer][index]))
        }
      }
    case .layerNorm(let limit):
      for layer in gradients.indices {
        scale(&gradients[layer], squares: sumOfSquares(gradients[layer]), limit)
      }
    case .globalNorm(let limit):
      let squares = gradients.reduce(0) { $0 + sumOfSquares($1) }
      for layer in gradients.indices { scale(&gradients[layer], squares: squares, limit) }
    }
  }

  private func sumOfSquares(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) } }

  private func scale(_ values: inout [Float], squares: Double, _ limit: Float) {
    let norm = squares.squareRoot()
    guard norm > Double(limit) else { return }
    let factor = Float(Double(limit) / norm)
    for index in values.indices { values[index] *= factor }
  }
}
