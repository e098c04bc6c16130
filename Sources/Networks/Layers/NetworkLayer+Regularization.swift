extension NetworkLayer {
  /// A penalty on weights in the score: l1 * sum |w| + l2/2 * sum w^2 over weights, not biases.
  public struct Regularization: Sendable, Hashable, Codable {
    /// The L1 factor: the penalty contains l1 * sum |w|.
    public var l1: Float
    /// The L2 factor: the penalty contains l2/2 * sum w^2.
    public var l2: Float

    /// Makes a regularization.
    public init(l1: Float = 0, l2: Float = 0) { (self.l1, self.l2) = (l1, l2) }

    /// True if there is no penalty.
    var isNone: Bool { l1 == 0 && l2 == 0 }

    /// The reason why the factors are invalid, in words; `nil` if they are valid.
    var problem: String? {
      for (name, value) in [("l1", l1), ("l2", l2)] where !(value >= 0 && value.isFinite) {
        return "an \(name) of \(value); it must be finite and not negative"
      }
      return nil
    }

    /// Returns the penalty on one weight.
    func penalty(_ weight: Float) -> Double {
      Double(l1 * abs(weight)) + Double(l2) / 2 * Double(weight * weight)
    }

    /// Returns the derivative of `penalty`; 0 at 0.
    func slope(_ weight: Float) -> Float {
      let sign: Float = weight > 0 ? 1 : weight < 0 ? -1 : 0
      return l1 * sign + l2 * weight
    }
  }
}
