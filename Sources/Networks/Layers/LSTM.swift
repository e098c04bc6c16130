/// Long short-term memory, without peepholes.
///
/// With c' and h' as the cell state and output of the previous step (Gers, Schmidhuber & Cummins 2000):
/// ```
/// a = act(x Wa + h' Ra + ba)      f, i, o = gate(x W + h' R + b)
/// c = f * c' + i * a              h = o * act(c)
/// ```
/// Parameters: `W` [inputs, 4n], `R` [n, 4n], `b` [4n], column blocks in the order a, f, i, o: 4n(inputs + n
/// + 1).
public struct LSTM: RecurrentLayer {
  /// The name of the layer in model files.
  public static let kind = "lstm"
  /// The number of units, n.
  public let size: Int
  /// The activation of the candidate and of the cell's output.
  public let activation: Activation
  /// The activation of the gates.
  public let gateActivation: Activation
  /// The initial value of the forget gate's bias.
  public let forgetBias: Float

  /// Makes a layer of `size` units.
  public init(
    _ size: Int, activation: Activation = .tanh, gateActivation: Activation = .sigmoid, forgetBias: Float = 1
  ) {
    (self.size, self.activation, self.gateActivation) = (size, activation, gateActivation)
    self.forgetBias = forgetBias
    if let validationError { preconditionFailure(validationError) }
  }

  /// Reads a layer; in files of version 1, the gates always use the logistic function.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    size = try container.decode(Int.self, forKey: .size)
    activation = try container.decode(Activation.self, forKey: .activation)
    gateActivation = try container.decodeIfPresent(Activation.self, forKey: .gateActivation) ?? .sigmoid
    forgetBias = try container.decode(Float.self, forKey: .forgetBias)
  }

  /// True: the cell state, c.
  public var hasCellMemory: Bool { true }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? {
    sizeProblem(size) ?? activation.cellProblem ?? gateActivation.cellProblem
      ?? (forgetBias.isFinite ? nil : "a forget bias of \(forgetBias); it must be finite")
  }

  /// Returns `W`, `R` and `b`.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    [
      .weights("W", [input.size, 4 * size], fanIn: input.size, fanOut: size),
      .weights("R", [size, 4 * size], fanIn: size, fanOut: size),
      ParameterSpecification(
        "b", [4 * size],
        .segments([
          .init(count: size, value: 0), .init(count: size, value: forgetBias),
          .init(count: 2 * size, value: 0),
        ]),
        isRegularized: false),
    ]
  }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    computation(input: input, hasPeepholes: false)
  }

  /// Makes the computation with or without peepholes.
  func computation(input: InputType, hasPeepholes: Bool) -> any LayerComputation {
    LSTMComputation(
      inputSize: input.size, size: size,
      activations: CellActivations(activation, gate: gateActivation), hasPeepholes: hasPeepholes)
  }
}

/// Long short-term memory with peepholes (Graves 2012): the gates see the cell.
///
/// As `LSTM`, with `pf * c'` and `pi * c'` added in the forget and input gates (the cell of the previous
/// step) and `po * c` in the output gate (the current cell). Parameters: those of `LSTM`, and `p` [3n] in the
/// order f, i, o.
public struct GravesLSTM: RecurrentLayer {
  /// The name of the layer in model files.
  public static let kind = "graves"
  /// The same layer without peepholes, which has all other settings.
  public let base: LSTM
  /// True if the penalties on weights apply to the peepholes too, as in Deeplearning4j, where they are columns of
  /// the recurrent weights.
  public let regularizesPeepholes: Bool

  /// Makes a layer of `size` units.
  public init(
    _ size: Int, activation: Activation = .tanh, gateActivation: Activation = .sigmoid, forgetBias: Float = 1,
    regularizesPeepholes: Bool = false
  ) {
    base = LSTM(size, activation: activation, gateActivation: gateActivation, forgetBias: forgetBias)
    self.regularizesPeepholes = regularizesPeepholes
  }

  private enum Key: String, CodingKey { case regularizesPeepholes }

  /// Reads a layer; in files older than the choice, peepholes are not regularized.
  public init(from decoder: any Decoder) throws {
    base = try LSTM(from: decoder)
    regularizesPeepholes =
      try decoder.container(keyedBy: Key.self).decodeIfPresent(Bool.self, forKey: .regularizesPeepholes)
      ?? false
  }

  /// Writes a layer.
  public func encode(to encoder: any Encoder) throws {
    try base.encode(to: encoder)
    guard regularizesPeepholes else { return }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(true, forKey: .regularizesPeepholes)
  }

  /// The number of units, n.
  public var size: Int { base.size }

  /// True: the cell state, c.
  public var hasCellMemory: Bool { true }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? { base.validationError }

  /// Returns `W`, `R`, `b` and `p`.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    base.parameters(input: input) + [
      ParameterSpecification("p", [3 * size], .constant(0), isRegularized: regularizesPeepholes)
    ]
  }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    base.computation(input: input, hasPeepholes: true)
  }
}
