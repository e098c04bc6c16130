/// The passes of `RNNOutput` and `SeriesOutput`: a product, an activation, a loss.
struct OutputLayerComputation: OutputComputation {
  private let inputSize: Int
  private let size: Int
  private let activation: Activation
  private let outputLoss: OutputLoss
  /// The pre-activations, kept for the loss.
  private var logits = StepValues()
  /// The gradient of the loss with respect to the pre-activations, kept for `inputGradient`.
  private var errors = StepValues()

  init(inputSize: Int, size: Int, activation: Activation, loss: Loss, classWeights: [Float]) {
    (self.inputSize, self.size, self.activation) = (inputSize, size, activation)
    outputLoss = OutputLoss(size: size, activation: activation, loss: loss, classWeights: classWeights)
  }

  private var biasStart: Int { inputSize * size }

  var valuesPerStep: Int { 2 * size }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    let (parameters, flags) = (pass.parameters, pass.flags)
    let cells = input.steps * input.rows
    output.reshape(steps: input.steps, rows: input.rows, size: size)
    Kernels.fillRows(cells, size, parameters[biasStart...], &output.storage)
    BLAS.multiply(
      .plain(input.storage), .plain(parameters), m: cells, n: size, k: inputSize, beta: 1,
      into: &output.storage)
    logits.copy(output)
    Kernels.activate(activation, rows: cells, n: size, &output.storage)
    output.clear(absentIn: flags)
  }

  mutating func loss(_ output: StepValues, labels: StepValues, flags: StepFlags, gradient: inout StepValues)
    -> Double
  {
    outputLoss.value(of: output, logits: logits, labels: labels, flags: flags, gradient: &gradient)
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    // The output layer's own weights learn from all steps, wherever the layers below begin to learn.
    let cells = input.steps * input.rows
    errors.copy(outputGradient)
    BLAS.multiply(
      .transposed(input.storage), .plain(errors.storage), m: inputSize, n: size, k: cells, beta: 0,
      into: &gradient)
    Kernels.sumRows(
      cells, size, errors.storage[..<(cells * size)], into: &gradient, at: biasStart)
  }

  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    inputGradient.reshape(steps: errors.steps, rows: errors.rows, size: inputSize)
    BLAS.multiply(
      .plain(errors.storage), .transposed(pass.parameters), m: errors.steps * errors.rows, n: inputSize,
      k: size,
      beta: 0, into: &inputGradient.storage)
    inputGradient.clear(steps: 0..<firstStep)
  }
}
