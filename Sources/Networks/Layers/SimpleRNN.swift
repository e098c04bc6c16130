/// A plain recurrent layer (Elman 1990): `h = act(x W + h' R + b)`, with h' as the output of the previous
/// step.
///
/// `[N, inputs, T]` to `[N, n, T]`. Parameters: `W` [inputs, n], `R` [n, n], `b` [n]: n(inputs + n + 1).
public struct SimpleRNN: RecurrentLayer {
  /// The name of the layer in model files.
  public static let kind = "simpleRNN"
  /// The number of units, n.
  public let size: Int
  /// The activation.
  public let activation: Activation

  /// Makes a layer of `size` units.
  public init(_ size: Int, activation: Activation = .tanh) {
    (self.size, self.activation) = (size, activation)
    if let validationError { preconditionFailure(validationError) }
  }

  /// False: the output is the whole state.
  public var hasCellMemory: Bool { false }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? { sizeProblem(size) ?? activation.cellProblem }

  /// Returns `W`, `R` and `b`.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    [
      .weights("W", [input.size, size], fanIn: input.size, fanOut: size),
      .weights("R", [size, size], fanIn: size, fanOut: size), .biases("b", size),
    ]
  }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    SimpleRNNComputation(inputSize: input.size, size: size, activations: CellActivations(activation))
  }
}

/// The passes of `SimpleRNN`: all input projections in one product, then a product and an activation per
/// step.
private struct SimpleRNNComputation: LayerComputation {
  private let inputSize: Int
  private let n: Int
  private let activations: CellActivations
  /// act(z) of every step, `[T, N, n]`; on the backward pass, the gradients of z.
  private var gates = StepValues()
  /// z, if the backward pass needs it.
  private var preActivations = StepValues()
  /// The state before every step and after the last one, `[T + 1, N, n]`.
  private var h = StepValues()
  /// The gradient of the state between two steps, `[1, N, n]`.
  private var dh = StepValues()

  /// R, and R transposed: the same for all steps of a pass.
  private var packedR = PackedMatrix()
  private var packedTransposedR = PackedMatrix()

  init(inputSize: Int, size: Int, activations: CellActivations) {
    (self.inputSize, n, self.activations) = (inputSize, size, activations)
  }

  var valuesPerStep: Int { (activations.needInput ? 3 : 2) * n }

  /// The indices at which R and b begin.
  private var starts: (r: Int, b: Int) { (inputSize * n, (inputSize + n) * n) }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    let (steps, rows) = (input.steps, input.rows)
    gates.reshape(steps: steps, rows: rows, size: n)
    if activations.needInput { preActivations.reshape(steps: steps, rows: rows, size: n) }
    h.reshape(steps: steps + 1, rows: rows, size: n)
    output.reshape(steps: steps, rows: rows, size: n)
    h.begin(pass.flags, state?.h)
    Kernels.fillRows(steps * rows, n, pass.parameters[starts.b...], &gates.storage)
    BLAS.multiply(
      .plain(input.storage), .plain(pass.parameters), m: steps * rows, n: n, k: inputSize, beta: 1,
      into: &gates.storage)
    packedR.pack(.plain(pass.parameters, at: starts.r), k: n, n: n)
    for step in 0..<steps {
      BLAS.multiply(
        .plain(h.storage, at: step * rows * n), .plain(pass.parameters, at: starts.r), packed: packedR,
        m: rows, n: n, k: n, beta: 1, into: &gates.storage, at: step * rows * n)
      Kernels.rnnForward(
        step: step, activations, gates: &gates, preActivations: &preActivations, flags: pass.flags, h: &h,
        y: &output)
    }
    state = RecurrentState(rows: rows, h: h.values(ofStep: steps))
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    let rows = input.rows
    dh.reshape(steps: 1, rows: rows, size: n)
    dh.clear()
    packedTransposedR.pack(.transposed(pass.parameters, at: starts.r), k: n, n: n)
    for step in stride(from: input.steps - 1, through: firstStep, by: -1) {
      Kernels.rnnBackward(
        step: step, activations, gates: &gates, preActivations: preActivations, flags: pass.flags, h: h,
        dy: outputGradient, dh: &dh)
      if step > firstStep {
        BLAS.multiply(
          .plain(gates.storage, at: step * rows * n), .transposed(pass.parameters, at: starts.r),
          packed: packedTransposedR, m: rows, n: n, k: n, beta: 1, into: &dh.storage)
      }
    }
    // Weights and biases: one operation for each, over all steps that errors reached.
    let first = firstStep * rows
    let count = input.steps * rows - first
    let errors = BLAS.Matrix.plain(gates.storage, at: first * n)
    BLAS.multiply(
      .transposed(input.storage, at: first * inputSize), errors, m: inputSize, n: n, k: count, beta: 0,
      into: &gradient)
    BLAS.multiply(
      .transposed(h.storage, at: first * n), errors, m: n, n: n, k: count, beta: 0, into: &gradient,
      at: starts.r)
    Kernels.sumRows(
      count, n, gates.storage[first * n..<(first + count) * n], into: &gradient, at: starts.b)
  }

  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    let first = firstStep * gates.rows
    inputGradient.reshape(steps: gates.steps, rows: gates.rows, size: inputSize)
    inputGradient.clear(steps: 0..<firstStep)
    BLAS.multiply(
      .plain(gates.storage, at: first * n), .transposed(pass.parameters),
      m: gates.steps * gates.rows - first, n: inputSize, k: n, beta: 0, into: &inputGradient.storage,
      at: first * inputSize)
  }
}
