/// The end of a network whose last layer already has an output per label: an activation and a loss, without
/// parameters.
///
/// `p = act(x)` at present steps, exactly 0 elsewhere; the loss counts at labelled steps only. `[N, n, T]` to
/// `[N, n, T]`.
/// ```swift
/// LSTM(3)
/// RNNLoss(activation: .softmax, loss: .multiClassCrossEntropy)
/// ```
public struct RNNLoss: OutputLayer {
  /// The name of the layer in model files.
  public static let kind = "rnnLoss"
  /// The activation.
  public let activation: Activation
  /// The loss.
  public let loss: Loss

  /// Makes a layer; `Loss` lists the activations that go with each loss.
  public init(activation: Activation, loss: Loss) {
    (self.activation, self.loss) = (activation, loss)
    if let validationError { preconditionFailure(validationError) }
  }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? { loss.problem(with: activation) }

  /// Series are required: every step has its own values.
  public var inputArrangement: InputType.Arrangement? { .recurrent }

  /// The label check of the loss.
  public var labelCheck: ((_ label: Float) -> String?)? { loss.labelCheck }

  /// Returns as many values per step as come in.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    guard input.scope == .step else {
      throw NetworkError(
        "predicts at every step, but its input has only one value per series; use SeriesOutput")
    }
    return LayerShape(.recurrent(size: input.type.size), .step)
  }

  /// Returns no parameters.
  public func parameters(input: InputType) -> [ParameterSpecification] { [] }

  /// Makes the computation.
  public func makeOutputComputation(input: InputType) -> any OutputComputation {
    RNNLossComputation(size: input.size, activation: activation, loss: loss)
  }
}

/// The passes of `RNNLoss`.
private struct RNNLossComputation: OutputComputation {
  private let activation: Activation
  private let outputLoss: OutputLoss
  /// The pre-activations, kept for the loss.
  private var logits = StepValues()
  /// The gradient of the loss with respect to the pre-activations, kept for `inputGradient`.
  private var errors = StepValues()

  init(size: Int, activation: Activation, loss: Loss) {
    self.activation = activation
    outputLoss = OutputLoss(size: size, activation: activation, loss: loss, classWeights: [])
  }

  var valuesPerStep: Int { 2 * outputLoss.size }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    logits.copy(input)
    output.copy(input)
    Kernels.activate(activation, rows: input.steps * input.rows, n: outputLoss.size, &output.storage)
    output.clear(absentIn: pass.flags)
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
    errors.copy(outputGradient)
  }

  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    inputGradient.copy(errors)
    inputGradient.clear(steps: 0..<firstStep)
  }
}
