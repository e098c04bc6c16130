import Glibc

/// An activation function in double precision, written like its definition.
///
/// The raw values are the names in the golden files.
enum GraphActivation: String, CaseIterable, Codable, Sendable {
  case identity, sigmoid, hardSigmoid, tanh, hardTanh, relu, leakyReLU, elu, selu, softplus, softsign,
    softmax,
    gelu, swish

  /// The function of a row of pre-activations; all but softmax apply to each value separately.
  func callAsFunction(_ z: [Double]) -> [Double] {
    if self == .softmax {
      let largest = z.reduce(-Double.infinity, max)
      let powers = z.map { exp($0 - largest) }
      let total = powers.reduce(0, +)
      return powers.map { $0 / total }
    }
    return z.map(value)
  }

  private func value(_ z: Double) -> Double {
    switch self {
    case .identity: return z
    case .sigmoid: return 1 / (1 + exp(-z))
    case .hardSigmoid: return min(max(0.2 * z + 0.5, 0), 1)
    case .tanh: return Glibc.tanh(z)
    case .hardTanh: return min(max(z, -1), 1)
    case .relu: return max(z, 0)
    case .leakyReLU: return z > 0 ? z : 0.01 * z
    case .elu: return z > 0 ? z : expm1(z)
    // Klambauer, Unterthiner, Mayr & Hochreiter 2017, equation 14.
    case .selu: return 1.0507009873554804934 * (z > 0 ? z : 1.6732632423543772848 * expm1(z))
    case .softplus: return max(z, 0) + log1p(exp(-z.magnitude))
    case .softsign: return z / (1 + z.magnitude)
    // Hendrycks & Gimpel 2016: z times the normal distribution's probability below z.
    case .gelu: return z * (1 + erf(z / 2.0.squareRoot())) / 2
    case .swish: return z / (1 + exp(-z))
    case .softmax: preconditionFailure("softmax is a function of a whole row")
    }
  }
}
