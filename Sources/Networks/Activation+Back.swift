extension Kernels {
  /// Turns the gradient with respect to activated values into that with respect to pre-activations, in place.
  ///
  /// - Parameter activated: What `activate` made of them, rows of `n` values.
  static func activationGradient(
    _ activation: Activation, rows: Int, n: Int, preActivations z: [Float], activated y: [Float],
    _ gradient: inout [Float]
  ) {
    switch activation {
    case .identity: break
    case .sigmoid: for index in 0..<rows * n { gradient[index] *= y[index] * (1 - y[index]) }
    case .tanh: for index in 0..<rows * n { gradient[index] *= 1 - y[index] * y[index] }
    case .relu: for index in 0..<rows * n where !(z[index] > 0) { gradient[index] = 0 * z[index] }
    case .softmax:
      for row in 0..<rows {
        let range = row * n..<(row + 1) * n
        let mean = range.reduce(Float(0)) { $0 + gradient[$1] * y[$1] }
        for index in range { gradient[index] = y[index] * (gradient[index] - mean) }
      }
    }
  }
}
