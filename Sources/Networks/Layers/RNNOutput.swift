/// A dense layer at every step, with the loss of a network.
///
/// `p = act(x W + b)` at present steps, exactly 0 elsewhere; the loss counts at labelled steps only.
/// Parameters: `W` [inputs, outputs], `b` [outputs].
public struct RNNOutput: DenseOutputLayer {
  /// The name of the layer in model files.
  public static let kind = "rnnOutput"
  /// The number of outputs.
  public let size: Int
  /// The activation.
  public let activation: Activation
  /// The loss.
  public let loss: Loss
  /// The factor of each output's term in the loss; if empty, every factor is 1.
  public let classWeights: [Float]

  /// Makes an output layer.
  ///
  /// `Loss` lists the activations that go with each loss. Class weights give rare classes more weight:
  /// ```swift
  /// RNNOutput(4, activation: .softmax, loss: .multiClassCrossEntropy, classWeights: [1, 5, 1, 1])
  /// ```
  /// - Parameters:
  ///   - size: The number of outputs.
  ///   - activation: The activation of the outputs.
  ///   - loss: The loss to minimize.
  ///   - classWeights: The factor of each output's term in the loss; if empty, every factor is 1.
  ///     `ClassWeights.balanced` computes them from counts.
  public init(_ size: Int, activation: Activation, loss: Loss, classWeights: [Float] = []) {
    (self.size, self.activation, self.loss) = (size, activation, loss)
    self.classWeights = classWeights
    if let validationError { preconditionFailure(validationError) }
  }

  /// Reads an output layer.
  public init(from decoder: any Decoder) throws {
    let fields = try OutputFields(from: decoder)
    (size, activation, loss) = (fields.size, fields.activation, fields.loss)
    classWeights = fields.classWeights ?? []
  }

  /// Series are required: every step has its own values.
  public var inputArrangement: InputType.Arrangement? { .recurrent }

  /// Returns `size` values per step.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    guard input.scope == .step else {
      throw NetworkError("predicts at every step, but only one value a series is left; use Output")
    }
    return LayerShape(.recurrent(size: size), .step)
  }
}
