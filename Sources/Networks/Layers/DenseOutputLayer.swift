/// The common part of `RNNOutput` and `Output`: a product, an activation, a loss.
///
/// Parameters: `W` [inputs, outputs], `b` [outputs].
public protocol DenseOutputLayer: OutputLayer {
  /// The number of outputs.
  var size: Int { get }
  /// The activation.
  var activation: Activation { get }
  /// The loss.
  var loss: Loss { get }
  /// The factor of each output's term in the loss; if empty, every factor is 1.
  var classWeights: [Float] { get }
}

extension DenseOutputLayer {
  /// Writes the output layer.
  public func encode(to encoder: any Encoder) throws { try fields.encode(to: encoder) }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? { fields.validationError }

  /// The label check of the loss.
  public var labelCheck: ((_ label: Float) -> String?)? { loss.labelCheck }

  /// Returns `W` and `b`.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    [.weights("W", [input.size, size], fanIn: input.size, fanOut: size), .biases("b", size)]
  }

  /// Makes the computation.
  public func makeOutputComputation(input: InputType) -> any OutputComputation {
    OutputLayerComputation(
      inputSize: input.size, size: size, activation: activation, loss: loss, classWeights: classWeights)
  }

  private var fields: OutputFields { OutputFields(size, activation, loss, classWeights) }
}
