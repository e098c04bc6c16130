/// What weights cost in the score: l1 sum |w| + l2/2 sum w^2 over weights, not biases.
public struct Regularization: Sendable, Hashable, Codable {
  /// The factor of the sum of absolute weights.
  public var l1: Float
  /// Twice the factor of the sum of squared weights.
  public var l2: Float

  /// Makes a regularization.
  public init(l1: Float = 0, l2: Float = 0) { (self.l1, self.l2) = (l1, l2) }

  /// Whether weights cost nothing.
  var isNone: Bool { l1 == 0 && l2 == 0 }

  /// What is impossible about it, in words; `nil` when nothing is.
  var problem: String? {
    for (name, value) in [("l1", l1), ("l2", l2)] where !(value >= 0 && value.isFinite) {
      return "an \(name) of \(value); it must be finite and not negative"
    }
    return nil
  }

  /// What a weight costs.
  func penalty(_ weight: Float) -> Double {
    Double(l1 * abs(weight)) + Double(l2) / 2 * Double(weight * weight)
  }

  /// The derivative of `penalty`; 0 at 0.
  func slope(_ weight: Float) -> Float {
    let sign: Float = weight > 0 ? 1 : weight < 0 ? -1 : 0
    return l1 * sign + l2 * weight
  }
}
