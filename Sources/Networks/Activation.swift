import CKernels

/// A function that a layer applies to each of its pre-activations, or to each row of them.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  /// x.
  case identity
  /// 1 / (1 + e^-x).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// max(0, x).
  case relu
  /// e^x over the sum of e^x of the row.
  case softmax

  /// The number by which the cell kernels know the function; `nil` for those that no cell can use.
  var cellCode: Int32? {
    switch self {
    case .tanh: return Int32(TIMESTEP_TANH)
    case .sigmoid: return Int32(TIMESTEP_SIGMOID)
    case .identity: return Int32(TIMESTEP_IDENTITY)
    case .relu: return Int32(TIMESTEP_RELU)
    case .softmax: return nil
    }
  }
}
