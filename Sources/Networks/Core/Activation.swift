import CNetworkKernels

/// A function that a layer applies to each of its pre-activations, or to each row of them.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  /// x.
  case identity
  /// 1 / (1 + e^-x).
  case sigmoid
  /// 0.2 x + 0.5, within 0 and 1.
  case hardSigmoid
  /// The hyperbolic tangent.
  case tanh
  /// x, within -1 and 1.
  case hardTanh
  /// max(0, x).
  case relu
  /// x; 0.01 x below 0.
  case leakyReLU
  /// x; e^x - 1 below 0 (Clevert, Unterthiner & Hochreiter 2016, alpha 1).
  case elu
  /// 1.0507 x; 1.0507 * 1.6733 (e^x - 1) below 0 (Klambauer et al. 2017, equation 14).
  case selu
  /// ln(1 + e^x).
  case softplus
  /// x / (1 + |x|).
  case softsign
  /// e^x divided by the sum of e^x over the row.
  case softmax
  /// x times the standard normal distribution's probability below x (Hendrycks & Gimpel 2016, exact).
  case gelu
  /// x / (1 + e^-x), also known as SiLU.
  case swish

  /// The function's code in the C kernels; `nil` for softmax, which takes whole rows, so that no cell can use
  /// it.
  var cellCode: Int32? {
    switch self {
    case .tanh: return Int32(TIMESTEP_TANH)
    case .sigmoid: return Int32(TIMESTEP_SIGMOID)
    case .identity: return Int32(TIMESTEP_IDENTITY)
    case .relu: return Int32(TIMESTEP_RELU)
    case .hardSigmoid: return Int32(TIMESTEP_HARD_SIGMOID)
    case .hardTanh: return Int32(TIMESTEP_HARD_TANH)
    case .leakyReLU: return Int32(TIMESTEP_LEAKY_RELU)
    case .elu: return Int32(TIMESTEP_ELU)
    case .selu: return Int32(TIMESTEP_SELU)
    case .softplus: return Int32(TIMESTEP_SOFTPLUS)
    case .softsign: return Int32(TIMESTEP_SOFTSIGN)
    case .gelu: return Int32(TIMESTEP_GELU)
    case .swish: return Int32(TIMESTEP_SWISH)
    case .softmax: return nil
    }
  }

  /// True if the derivative cannot be computed from the function's value, so that pre-activations must be
  /// kept.
  var slopeNeedsInput: Bool { self == .gelu || self == .swish }

  /// The reason why the activation cannot be that of a recurrent cell; `nil` if it can.
  var cellProblem: String? {
    cellCode == nil ? "\(self) is not an activation for a cell; use tanh, for example" : nil
  }
}

/// The activations of a recurrent cell, as flags of the C kernels.
struct CellActivations: Sendable {
  /// The activation of the candidate and of the cell's output.
  let cell: Int32
  /// The activation of the gates.
  let gate: Int32
  /// True if the backward pass needs the pre-activations.
  let needInput: Bool

  init(_ activation: Activation, gate: Activation = .sigmoid) {
    guard let cellCode = activation.cellCode, let gateCode = gate.cellCode else {
      preconditionFailure(activation.cellProblem ?? gate.cellProblem ?? "")
    }
    (cell, self.gate) = (cellCode, gateCode)
    needInput = activation.slopeNeedsInput || gate.slopeNeedsInput
  }

  /// True if the LSTM has a specialized loop for them.
  var suitFastLSTM: Bool { gate == TIMESTEP_SIGMOID && cell <= TIMESTEP_RELU }
}
