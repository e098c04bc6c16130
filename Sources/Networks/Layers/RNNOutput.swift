/// A dense layer at every step, with the loss of a network.
///
/// `p = act(x W + b)` at present steps, exactly 0 elsewhere; the loss counts at labelled steps only.
/// Parameters: `W` [inputs, outputs], `b` [outputs].
public struct RNNOutput: DenseOutputLayer {
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
  /// - Parameters:
  ///   - size: The number of outputs.
  ///   - activation: What makes outputs of sums.
  ///   - loss: What is made small.
  ///   - classWeights: The factor of each output's term in the loss; empty: 1 each. `ClassWeights.balanced` makes them
  ///     from counts.
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

  /// Values: every step has its own.
  public var inputArrangement: InputType.Arrangement? { .recurrent }

  /// `size` values a step.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    guard input.scope == .step else {
      throw NetworkError("predicts at every step, but only one value a series is left; use Output")
    }
    return LayerShape(.recurrent(size: size), .step)
  }
}
