/// A dense layer over whole series, with the loss of a network: one prediction per series.
///
/// It follows a layer that leaves one value per series (`LastTimeStep`, `GlobalPooling`). The label of a
/// series is at one of its steps (the last-step form, which `DataSet(features:labels:)` makes from labels
/// `[N, L]`); in `output`, `[N, outputs, T]`, the prediction is at the same step, or, without a label, at the
/// last present one. Parameters: `W` [inputs, outputs], `b` [outputs].
public struct SeriesOutput: DenseOutputLayer {
  /// The name of the layer in model files.
  public static let kind = "output"
  /// The size, activation and loss.
  public let settings: OutputSettings

  /// Makes a layer from settings, which may be invalid.
  public init(settings: OutputSettings) { self.settings = settings }

  /// Values without an arrangement are required.
  public var inputArrangement: InputType.Arrangement? { .feedForward }

  /// Returns `size` values per series.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    guard input.scope == .series else {
      throw NetworkError(
        "predicts once per series, but its input has values at every step; put LastTimeStep or GlobalPooling before "
          + "it, or use RNNOutput")
    }
    return LayerShape(.feedForward(size: size), .series)
  }
}
