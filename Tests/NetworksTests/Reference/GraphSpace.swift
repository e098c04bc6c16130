import Glibc

extension GraphLayer {
  /// The pre-activations of a convolution of one image: a cross-correlation, as usual.
  static func convolved(
    _ x: [Double], _ input: GraphShape, _ channels: Int, _ window: GraphWindow, _ weights: [String: [Double]]
  ) -> [Double] {
    guard case .image(let inputs, let height, let width) = input, let w = weights["W"], let b = weights["b"]
    else { preconditionFailure("no image comes in, or W or b is missing") }
    let cells = window.kernel[0] * window.kernel[1]
    var result: [Double] = []
    for channel in 0..<channels {
      for row in 0..<window.places(height, axis: 0) {
        for column in 0..<window.places(width, axis: 1) {
          var sum = b[channel]
          for before in 0..<inputs {
            window.forEachCell(at: (row, column)) { cell, i, j in
              guard (0..<height).contains(i), (0..<width).contains(j) else { return }
              sum += x[(before * height + i) * width + j] * w[(channel * inputs + before) * cells + cell]
            }
          }
          result.append(sum)
        }
      }
    }
    return result
  }

  /// Reduces each window of each channel of one image to one value; a mean counts the padding's zeros, a
  /// maximum does not.
  static func subsampled(_ x: [Double], _ input: GraphShape, _ pooling: GraphPooling, _ window: GraphWindow)
    -> [Double]
  {
    guard case .image(let channels, let height, let width) = input else {
      preconditionFailure("no image comes in")
    }
    precondition(pooling == .max || pooling == .mean, "subsampling takes the maximum or the mean")
    var result: [Double] = []
    for channel in 0..<channels {
      for row in 0..<window.places(height, axis: 0) {
        for column in 0..<window.places(width, axis: 1) {
          var (sum, largest) = (0.0, -Double.infinity)
          window.forEachCell(at: (row, column)) { _, i, j in
            guard (0..<height).contains(i), (0..<width).contains(j) else { return }
            let value = x[(channel * height + i) * width + j]
            sum += value
            largest = Swift.max(largest, value)
          }
          result.append(pooling == .max ? largest : sum / Double(window.kernel[0] * window.kernel[1]))
        }
      }
    }
    return result
  }
}

extension GraphPooling {
  /// Reduces several steps to one.
  ///
  /// - Parameters:
  ///   - steps: At least one.
  ///   - order: p of `pNorm`.
  func callAsFunction(_ steps: [[Double]], order: Double) -> [Double] {
    steps[0].indices.map { unit in
      let values = steps.map { $0[unit] }
      switch self {
      case .max: return values.reduce(-Double.infinity, Swift.max)
      case .sum: return values.reduce(0, +)
      case .mean: return values.reduce(0, +) / Double(values.count)
      case .pNorm: return pow(values.reduce(0) { $0 + pow($1.magnitude, order) }, 1 / order)
      }
    }
  }
}
