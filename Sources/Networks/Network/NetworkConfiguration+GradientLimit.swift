extension NetworkConfiguration {
  /// A limit that is applied to gradients before they are used.
  ///
  /// Every limit keeps NaN: a gradient that is not a number must be noticed, not clipped to one.
  public enum GradientLimit: Sendable, Hashable, Codable {
    /// No limit.
    case none
    /// Every element is clipped to [-limit, limit].
    case elements(Float)
    /// The gradient of each layer is scaled down to the L2 norm `limit` if its norm is larger.
    case layerNorm(Float)
    /// The gradient of each parameter (`layer0.W`) is scaled down to the L2 norm `limit` if its norm is larger.
    case parameterNorm(Float)
    /// The gradient of all layers together is scaled down to the L2 norm `limit` if its norm is larger.
    case globalNorm(Float)
    /// The gradient of each layer is scaled to the L2 norm 1; zero gradients stay.
    case renormalizedLayer
    /// The gradient of each parameter (`layer0.W`) is scaled to the L2 norm 1; zero gradients stay.
    case renormalizedParameter
  }
}

extension NetworkConfiguration.GradientLimit {
  /// Limits the gradients of all layers.
  ///
  /// - Parameters:
  ///   - gradients: The gradients of each layer's parameters, one after the other.
  ///   - counts: The number of elements of each parameter, layer by layer.
  package func apply(to gradients: inout [[Float]], parameterCounts counts: [[Int]]) {
    for layer in gradients.indices {
      let whole = gradients[layer].indices
      switch self {
      case .none, .globalNorm: break
      case .elements(let limit):
        for index in whole {
          let value = gradients[layer][index]
          gradients[layer][index] = value > limit ? limit : value < -limit ? -limit : value
        }
      case .layerNorm(let limit): shorten(&gradients[layer], whole, to: limit)
      case .parameterNorm(let limit):
        for range in ranges(counts[layer]) { shorten(&gradients[layer], range, to: limit) }
      case .renormalizedLayer: renormalize(&gradients[layer], whole)
      case .renormalizedParameter:
        for range in ranges(counts[layer]) { renormalize(&gradients[layer], range) }
      }
    }
    if case .globalNorm(let limit) = self {
      let norm = gradients.reduce(0) { $0 + sumOfSquares($1, $1.indices) }.squareRoot()
      guard norm > Double(limit) else { return }
      for layer in gradients.indices {
        scale(&gradients[layer], gradients[layer].indices, by: Double(limit) / norm)
      }
    }
  }

  private func ranges(_ counts: [Int]) -> [Range<Int>] {
    var start = 0
    return counts.map { count in
      defer { start += count }
      return start..<start + count
    }
  }

  private func sumOfSquares(_ values: [Float], _ range: Range<Int>) -> Double {
    values[range].reduce(0) { $0 + Double($1) * Double($1) }
  }

  private func shorten(_ values: inout [Float], _ range: Range<Int>, to limit: Float) {
    let norm = sumOfSquares(values, range).squareRoot()
    if norm > Double(limit) { scale(&values, range, by: Double(limit) / norm) }
  }

  private func renormalize(_ values: inout [Float], _ range: Range<Int>) {
    let norm = sumOfSquares(values, range).squareRoot()
    if norm > 0 { scale(&values, range, by: 1 / norm) }
  }

  private func scale(_ values: inout [Float], _ range: Range<Int>, by factor: Double) {
    for index in range { values[index] = Float(Double(values[index]) * factor) }
  }

  /// The reason why the limit is invalid, in words; `nil` if it is valid.
  var problem: String? {
    switch self {
    case .none, .renormalizedLayer, .renormalizedParameter: return nil
    case .elements(let limit), .layerNorm(let limit), .parameterNorm(let limit), .globalNorm(let limit):
      return limit > 0 && limit.isFinite
        ? nil : "a gradient limit of \(limit); it must be finite and above 0"
    }
  }
}
