/// A fully connected layer, at every step or, after a layer that leaves one value per series, over whole
/// series.
///
/// `y = act(x W + b)` at present steps, exactly 0 elsewhere: `[N, inputs, T]` to `[N, n, T]`, or `[N,
/// inputs]` to `[N, n]`. Parameters: `W` [inputs, n], `b` [n]. Under truncated back-propagation it learns
/// from the steps that errors reach.
public struct Dense: Layer {
  /// The name of the layer in model files.
  public static let kind = "dense"
  /// The number of units, n.
  public let size: Int
  /// The activation.
  public let activation: Activation

  /// Makes a layer of `size` units.
  public init(_ size: Int, activation: Activation) {
    (self.size, self.activation) = (size, activation)
    if let validationError { preconditionFailure(validationError) }
  }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? { sizeProblem(size) }

  /// Values without an arrangement are required.
  public var inputArrangement: InputType.Arrangement? { .feedForward }

  /// Returns `size` values for each cell of the input.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    LayerShape(.feedForward(size: size), input.scope)
  }

  /// Returns `W` and `b`.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    [.weights("W", [input.size, size], fanIn: input.size, fanOut: size), .biases("b", size)]
  }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    DenseComputation(inputSize: input.size, size: size, activation: activation)
  }
}

/// The passes of `Dense`: one product over all steps of all rows.
private struct DenseComputation: LayerComputation {
  private let inputSize: Int
  private let size: Int
  private var cells: ActivationBuffer

  init(inputSize: Int, size: Int, activation: Activation) {
    (self.inputSize, self.size) = (inputSize, size)
    cells = ActivationBuffer(activation)
  }

  private var biasStart: Int { inputSize * size }

  var valuesPerStep: Int { 2 * size }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    let count = input.steps * input.rows
    cells.values.reshape(steps: input.steps, rows: input.rows, size: size)
    Kernels.fillRows(count, size, pass.parameters[biasStart...], &cells.values.storage)
    BLAS.multiply(
      .plain(input.storage), .plain(pass.parameters), m: count, n: size, k: inputSize, beta: 1,
      into: &cells.values.storage)
    cells.activate(pass.flags, into: &output)
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    cells.backward(outputGradient, pass.flags, firstStep: firstStep)
    let first = firstStep * input.rows
    let count = input.steps * input.rows - first
    BLAS.multiply(
      .transposed(input.storage, at: first * inputSize), .plain(cells.errors.storage, at: first * size),
      m: inputSize, n: size, k: count, beta: 0, into: &gradient)
    Kernels.sumRows(
      count, size, cells.errors.storage[first * size..<(first + count) * size], into: &gradient, at: biasStart
    )
  }

  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    let errors = cells.errors
    let first = firstStep * errors.rows
    inputGradient.reshape(steps: errors.steps, rows: errors.rows, size: inputSize)
    inputGradient.clear(steps: 0..<firstStep)
    BLAS.multiply(
      .plain(errors.storage, at: first * size), .transposed(pass.parameters),
      m: errors.steps * errors.rows - first, n: inputSize, k: size, beta: 0, into: &inputGradient.storage,
      at: first * inputSize)
  }
}
