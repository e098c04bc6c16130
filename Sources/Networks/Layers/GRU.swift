/// Gated recurrent units (Cho and others, 2014), with the reset gate after the product, as in cuDNN and
/// PyTorch.
///
/// With h' as the output of the previous step:
/// ```
/// r = gate(x Wr + h' Rr + br)      z = gate(x Wz + h' Rz + bz)
/// a = act(x Wa + ba + r * (h' Ra + rb))
/// h = (1 - z) * a + z * h'
/// ```
/// `[N, inputs, T]` to `[N, n, T]`. Parameters: `W` [inputs, 3n], `R` [n, 3n], `b` [3n], column blocks in the
/// order r, z, a, and `rb` [n]: n(3 inputs + 3n + 4).
public struct GRU: RecurrentLayer {
  /// The name of the layer in model files.
  public static let kind = "gru"
  /// The number of units, n.
  public let size: Int
  /// The activation of the candidate.
  public let activation: Activation
  /// The activation of the gates.
  public let gateActivation: Activation

  /// Makes a layer of `size` units.
  public init(_ size: Int, activation: Activation = .tanh, gateActivation: Activation = .sigmoid) {
    (self.size, self.activation, self.gateActivation) = (size, activation, gateActivation)
    if let validationError { preconditionFailure(validationError) }
  }

  /// False: the output is the whole state.
  public var hasCellMemory: Bool { false }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? {
    sizeProblem(size) ?? activation.cellProblem ?? gateActivation.cellProblem
  }

  /// Returns `W`, `R`, `b` and `rb`.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    [
      .weights("W", [input.size, 3 * size], fanIn: input.size, fanOut: size),
      .weights("R", [size, 3 * size], fanIn: size, fanOut: size),
      .biases("b", 3 * size), .biases("rb", size),
    ]
  }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    GRUComputation(
      inputSize: input.size, size: size, activations: CellActivations(activation, gate: gateActivation))
  }
}
