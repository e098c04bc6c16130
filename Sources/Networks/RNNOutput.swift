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
  public var problem: String? { Self.problem(size, activation, loss) }

  /// What is impossible about an output layer.
  static func problem(_ size: Int, _ activation: Activation, _ loss: Loss) -> String? {
    sizeProblem(size)
      ?? (loss.activation == activation
        ? nil : "the loss \(loss) goes with the activation \(loss.activation)")
  }

  /// Values: every step has its own.
  public var inputArrangement: InputType.Arrangement? { .recurrent }

  /// `size` values a step.
  public func output(of input: Signal) throws(NetworkError) -> Signal {
    guard input.scope == .step else {
      throw NetworkError("predicts at every step, but only one value a series is left; use Output")
    }
    return Signal(.recurrent(size: size), .step)
  }

  /// `W`, `b`.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    [.weights("W", [input.size, size], fanIn: input.size, fanOut: size), .biases("b", size)]
  }

  /// Makes the computation.
  public func makeOutputComputation(input: InputType) -> any OutputComputation {
    OutputLayerComputation(inputSize: input.size, size: size, activation: activation, loss: loss)
  }
}
