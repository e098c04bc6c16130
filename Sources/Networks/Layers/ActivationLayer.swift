/// A layer that applies an activation to every value: `y = act(x)` at present steps, exactly 0 elsewhere.
///
/// Any arrangement, any scope, no parameters; softmax is taken over all values of a cell. Most layers have an
/// activation of their own. As a separate layer, it follows one that has none, such as `Embedding`:
/// ```swift
/// Embedding(16, classes: 100)
/// ActivationLayer(.tanh)
/// ```
public struct ActivationLayer: Layer {
  /// The name of the layer in model files.
  public static let kind = "activation"
  /// The activation.
  public let activation: Activation

  /// Makes a layer.
  public init(_ activation: Activation) { self.activation = activation }

  /// The layer is always valid.
  public var validationError: String? { nil }

  /// Any arrangement is accepted.
  public var inputArrangement: InputType.Arrangement? { nil }

  /// Returns the input shape.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape { input }

  /// Returns no parameters.
  public func parameters(input: InputType) -> [ParameterSpecification] { [] }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    ActivationComputation(size: input.size, activation: activation)
  }
}

/// The passes of `ActivationLayer`.
private struct ActivationComputation: LayerComputation {
  private let size: Int
  private var cells: ActivationBuffer

  init(size: Int, activation: Activation) {
    self.size = size
    cells = ActivationBuffer(activation)
  }

  var valuesPerStep: Int { 2 * size }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    cells.values.copy(input)
    cells.activate(pass.flags, into: &output)
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    cells.backward(outputGradient, pass.flags, firstStep: firstStep)
  }

  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    inputGradient.copy(cells.errors)
  }
}
