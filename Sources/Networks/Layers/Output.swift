/// A dense layer over whole series, with the loss of a network: one prediction a series.
///
/// Stands behind a layer that leaves one value a series (`LastTimeStep`, `GlobalPooling`). The label of a series stands at
/// one of its steps (the last-step form, as `DataSet(features:labels:)` makes of labels `[N, L]`); in `output`, `[N,
/// outputs, T]`, the prediction stands at the same step, or, without a label, at the last present one.
/// Parameters: `W` [inputs, outputs], `b` [outputs].
public struct Output: DenseOutputLayer {
  /// What the layer is called in model files.
  public static let kind = "output"
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
  /// Which activations go with a loss is said at `Loss`.
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

  /// Values.
  public var inputArrangement: InputType.Arrangement? { .feedForward }

  /// `size` values a series.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    guard input.scope == .series else {
      throw NetworkError(
        "predicts once a series, but every step comes in; put LastTimeStep or GlobalPooling before it, or use RNNOutput"
      )
    }
    return LayerShape(.feedForward(size: size), .series)
  }
}
