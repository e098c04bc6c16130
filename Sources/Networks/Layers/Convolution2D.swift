/// A convolution over the images of every step (cross-correlation, as usual).
///
/// ```
/// y[o, i, j] = act(b[o] + sum W[o, c, u, v] x[c, i * stride + u - padding, j * stride + v - padding])
/// ```
/// at present steps, exactly 0 elsewhere; `[N * T, channels, h, w]` to `[N * T, n, h', w']`, with `h' = (h +
/// 2 * padding - kernel) / stride + 1`, rounded down, and x 0 in the padding. It learns from the steps that
/// errors reach. Parameters: `W` [n, channels, kernel height, kernel width], `b` [n].
public struct Convolution2D: Layer {
  /// The name of the layer in model files.
  public static let kind = "convolution2D"
  /// The number of output channels, n.
  public let size: Int
  /// The size of the image section that each output sees.
  public let kernel: Extent
  /// The distance that the kernel moves from output to output.
  public let stride: Extent
  /// The width of the border of zeros around the image, on each side.
  public let padding: Extent
  /// The activation; softmax is taken over all values of a step together.
  public let activation: Activation

  /// Makes a layer of `size` channels.
  public init(
    _ size: Int, kernel: Extent, stride: Extent = 1, padding: Extent = 0, activation: Activation = .identity
  ) {
    (self.size, self.kernel, self.stride, self.padding) = (size, kernel, stride, padding)
    self.activation = activation
    if let validationError { preconditionFailure(validationError) }
  }

  private var window: ImageWindow { ImageWindow(kernel: kernel, stride: stride, padding: padding) }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? { sizeProblem(size) ?? window.validationError }

  /// Images are required.
  public var inputArrangement: InputType.Arrangement? { .convolutional }

  /// Returns images of `size` channels.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    let places = try window.places(on: input.type)
    guard patchSize(input.type) <= 1 << 20 else {
      throw NetworkError(
        "a kernel of \(kernel) over \(input.type) has \(patchSize(input.type)) weights an output; \(1 << 20) are possible"
      )
    }
    return LayerShape(
      .convolutional(channels: size, height: places.height, width: places.width), input.scope)
  }

  /// Returns `W` and `b`.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    let area = kernel.height * kernel.width
    return [
      .weights(
        "W", [size, channels(input), kernel.height, kernel.width], fanIn: patchSize(input),
        fanOut: size * area),
      .biases("b", size),
    ]
  }

  private func channels(_ input: InputType) -> Int {
    guard case .convolutional(let channels, _, _) = input else { return input.size }
    return channels
  }

  /// Returns the number of values that an output sees.
  private func patchSize(_ input: InputType) -> Int { channels(input) * kernel.height * kernel.width }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    Convolution2DComputation(window.geometry(on: input), size: size, activation: activation)
  }
}
