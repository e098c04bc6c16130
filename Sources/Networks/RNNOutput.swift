/// A dense layer at every step, with the loss of a network.
///
/// `p = act(x W + b)` at present steps, exactly 0 elsewhere; the loss counts at labelled steps only.
/// Parameters: `W` [inputs, outputs], `b` [outputs].
public struct RNNOutput: OutputLayer {
  /// What the layer is called in model files.
  public static let kind = "rnnOutput"
  /// The number of outputs.
  public let size: Int
  /// The activation.
  public let activation: Activation
  /// The loss.
  public let loss: Loss

  /// Makes an output layer.
  ///
  /// The pairs are softmax with multi-class cross-entropy, sigmoid with binary cross-entropy, and identity with the
  /// mean squared error: those whose joint gradient is `p - y`.
  public init(_ size: Int, activation: Activation, loss: Loss) {
    (self.size, self.activation, self.loss) = (size, activation, loss)
    if let problem { preconditionFailure(problem) }
  }

  /// What is impossible about the layer.
  public var problem: String? {
    sizeProblem(size)
      ?? (loss.activation == activation
        ? nil : "the loss \(loss) goes with the activation \(loss.activation)")
  }

  /// `W`, `b`.
  public func parameters(inputSize: Int) -> [ParameterSpecification] {
    [
      ParameterSpecification(
        "W", [inputSize, size], .xavier(fanIn: inputSize, fanOut: size), isRegularized: true),
      ParameterSpecification("b", [size], .constant(0), isRegularized: false),
    ]
  }

  /// Makes the computation.
  public func makeOutputComputation(inputSize: Int) -> any OutputComputation {
    RNNOutputComputation(inputSize: inputSize, layer: self)
  }
}

/// The passes of `RNNOutput`.
struct RNNOutputComputation: OutputComputation {
  let inputSize: Int
  let layer: RNNOutput
  /// The pre-activations, kept for the loss.
  private var logits: [Float] = []
  /// The gradient of the loss with respect to the pre-activations, kept for `inputGradient`.
  private var errors = Series()

  init(inputSize: Int, layer: RNNOutput) { (self.inputSize, self.layer) = (inputSize, layer) }

  private var biasStart: Int { inputSize * layer.size }

  mutating func forward(
    _ input: Series, parameters: [Float], codes: StepCodes, state: inout RecurrentState?,
    into output: inout Series
  ) {
    let cells = input.steps * input.rows
    output.reshape(steps: input.steps, rows: input.rows, size: layer.size)
    Kernels.fillRows(cells, layer.size, parameters[biasStart...], &output.storage)
    BLAS.multiply(
      .plain(input.storage), .plain(parameters), m: cells, n: layer.size, k: inputSize, beta: 1,
      into: &output.storage)
    logits = output.storage
    Kernels.activate(layer.activation, rows: cells, n: layer.size, &output.storage)
    if codes.isFull { return }
    for step in 0..<codes.steps {
      for row in 0..<codes.rows where !codes.isPresent(step, row) {
        for unit in 0..<layer.size { output[step, row, unit] = 0 }
      }
    }
  }

  mutating func loss(_ output: Series, labels: Series, codes: StepCodes, gradient: inout Series) -> Double {
    gradient.reshape(steps: output.steps, rows: output.rows, size: layer.size)
    gradient.clear()
    var sum = 0.0
    for step in 0..<codes.steps {
      for row in 0..<codes.rows where codes.isLabelled(step, row) {
        let start = (step * codes.rows + row) * layer.size
        sum += layer.loss.add(
          output.storage, logits: logits, labels.storage, start..<start + layer.size,
          gradient: &gradient.storage)
      }
    }
    return sum
  }

  mutating func backward(
    _ input: Series, outputGradient: Series, parameters: [Float], codes: StepCodes, firstStep: Int,
    gradient: inout [Float]
  ) {
    // The output layer's own weights learn from all steps, wherever the layers below begin.
    let cells = input.steps * input.rows
    errors = outputGradient
    BLAS.multiply(
      .transposed(input.storage), .plain(errors.storage), m: inputSize, n: layer.size, k: cells, beta: 0,
      into: &gradient)
    Kernels.sumRows(
      cells, layer.size, errors.storage[..<(cells * layer.size)], into: &gradient, at: biasStart)
  }

  func inputGradient(parameters: [Float], firstStep: Int, into inputGradient: inout Series) {
    inputGradient.reshape(steps: errors.steps, rows: errors.rows, size: inputSize)
    BLAS.multiply(
      .plain(errors.storage), .transposed(parameters), m: errors.steps * errors.rows, n: inputSize,
      k: layer.size,
      beta: 0, into: &inputGradient.storage)
    inputGradient.clear(steps: 0..<firstStep)
  }
}
