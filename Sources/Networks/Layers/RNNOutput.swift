/// A dense layer at every step, with the loss of a network.
///
/// `p = act(x W + b)` at present steps, exactly 0 elsewhere; the loss counts at labelled steps only.
/// Parameters: `W` [inputs, outputs], `b` [outputs].
public struct RNNOutput: DenseOutputLayer {
  /// The name of the layer in model files.
  public static let kind = "rnnOutput"
  /// The size, activation and loss.
  public let settings: OutputSettings

  /// Makes a layer from settings, which may be invalid.
  public init(settings: OutputSettings) { self.settings = settings }

  /// Series are required: every step has its own values.
  public var inputArrangement: InputType.Arrangement? { .recurrent }

  /// Returns `size` values per step.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    guard input.scope == .step else {
      throw NetworkError(
        "predicts at every step, but its input has only one value per series; use SeriesOutput")
    }
    return LayerShape(.recurrent(size: size), .step)
  }
}
