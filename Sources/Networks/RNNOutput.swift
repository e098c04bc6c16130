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

  /// The factor of each output's term in the loss; empty: none.
  public let classWeights: [Float]

  /// Makes an output layer.
  ///
  /// Which activations go with a loss is said at `Loss`. Class weights make rare classes count for more:
  /// ```swift
  /// RNNOutput(4, activation: .softmax, loss: .multiClassCrossEntropy, classWeights: [1, 5, 1, 1])
  /// ```
  /// - Parameter classWeights: The factor of each output's term in the loss; empty: 1 each. `ClassWeights.balanced` makes
  ///   them from counts.
  public init(_ size: Int, activation: Activation, loss: Loss, classWeights: [Float] = []) {
    (self.size, self.activation, self.loss) = (size, activation, loss)
    self.classWeights = classWeights
    if let problem { preconditionFailure(problem) }
  }

  /// Reads an output layer.
  public init(from decoder: any Decoder) throws {
    let fields = try OutputFields(from: decoder)
    (size, activation, loss) = (fields.size, fields.activation, fields.loss)
    classWeights = fields.classWeights ?? []
  }

  /// Writes the output layer.
  public func encode(to encoder: any Encoder) throws {
    try OutputFields(size, activation, loss, classWeights).encode(to: encoder)
  }

  /// What is impossible about the layer.
  public var problem: String? { OutputFields(size, activation, loss, classWeights).problem }

  /// What is wrong with a label, in words; `nil` when nothing is.
  public func problem(ofLabel value: Float) -> String? { loss.problem(ofLabel: value) }

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
    OutputLayerComputation(
      inputSize: input.size, size: size, activation: activation, loss: loss, classWeights: classWeights)
  }
}
