/// A dense layer over whole series, with the loss of a network: one prediction per series.
///
/// It follows a layer that leaves one value per series (`LastTimeStep`, `GlobalPooling`). The label of a
/// series is at one of its steps (the last-step form, which `DataSet(features:labels:)` makes from labels
/// `[N, L]`); in `output`, `[N, outputs, T]`, the prediction is at the same step, or, without a label, at the
/// last present one. Parameters: `W` [inputs, outputs], `b` [outputs].
public struct Output: DenseOutputLayer {
  /// The name of the layer in model files.
  public static let kind = "output"
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
  /// `Loss` lists the activations that go with each loss.
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

  /// Values without an arrangement are required.
  public var inputArrangement: InputType.Arrangement? { .feedForward }

  /// Returns `size` values per series.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    guard input.scope == .series else {
      throw NetworkError(
        "predicts once a series, but every step comes in; put LastTimeStep or GlobalPooling before it, or use RNNOutput"
      )
    }
    return LayerShape(.feedForward(size: size), .series)
  }
}
