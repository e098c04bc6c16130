import CNetworkKernels

/// A layer that reduces every window of every step's images to its largest value or its mean; channels stay.
///
/// `[N * T, channels, h, w]` to `[N * T, channels, h', w']`, with `h' = (h + 2 * padding - kernel) / stride +
/// 1`, rounded down; exactly 0 at absent steps. Padding is never the largest; in the mean it counts as 0 (the
/// divisor is the kernel's size). No parameters.
public struct Subsampling: Layer {
  /// The name of the layer in model files.
  public static let kind = "subsampling"
  /// The way in which the values in a window are reduced.
  public let method: Method
  /// The size of the image section that each output sees.
  public let kernel: Extent
  /// The distance that the kernel moves from output to output.
  public let stride: Extent
  /// The width of the padding around the image, on each side.
  public let padding: Extent

  /// A way to reduce the values in a window.
  public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
    /// The largest value.
    case max
    /// The mean.
    case mean
  }

  /// Makes a layer.
  ///
  /// - Parameters:
  ///   - method: The way in which the values in a window are reduced.
  ///   - kernel: The window's size.
  ///   - stride: The distance between windows; `nil`: the kernel's size, so that windows lie side by side.
  ///   - padding: The width of the padding beyond each edge.
  public init(_ method: Method, kernel: Extent, stride: Extent? = nil, padding: Extent = 0) {
    (self.method, self.kernel, self.stride, self.padding) = (method, kernel, stride ?? kernel, padding)
    if let validationError { preconditionFailure(validationError) }
  }

  private var window: ImageWindow { ImageWindow(kernel: kernel, stride: stride, padding: padding) }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? { window.validationError }

  /// Images are required.
  public var inputArrangement: InputType.Arrangement? { .convolutional }

  /// Returns images with the same number of channels.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    let places = try window.places(on: input.type)
    guard case .convolutional(let channels, _, _) = input.type else { return input }
    return LayerShape(
      .convolutional(channels: channels, height: places.height, width: places.width), input.scope)
  }

  /// Returns no parameters.
  public func parameters(input: InputType) -> [ParameterSpecification] { [] }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    SubsamplingComputation(window.geometry(on: input), method)
  }
}

/// The passes of `Subsampling`.
private struct SubsamplingComputation: LayerComputation {
  private let window: timestep_window
  private let method: Subsampling.Method
  /// The indices of the present cells.
  private var cells: [Int] = []
  /// The index of each maximum in its image.
  private var winners: [UInt32] = []
  private var errors = StepValues()

  init(_ window: timestep_window, _ method: Subsampling.Method) {
    (self.window, self.method) = (window, method)
  }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    pass.flags.presentCells(from: 0, into: &cells)
    output.reshape(steps: input.steps, rows: input.rows, size: window.channels * window.places)
    output.clear()
    switch method {
    case .max:
      if winners.count < output.count { winners = [UInt32](repeating: 0, count: output.count) }
      Kernels.maximum(window, cells, of: input, into: &output, winners: &winners)
    case .mean: Kernels.mean(window, cells, of: input, into: &output)
    }
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    Kernels.select(outputGradient, pass.flags, firstStep: firstStep, into: &errors)
    pass.flags.presentCells(from: firstStep, into: &cells)
  }

  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    inputGradient.reshape(
      steps: errors.steps, rows: errors.rows, size: window.channels * window.height * window.width)
    inputGradient.clear()
    switch method {
    case .max: Kernels.maximumGradient(window, cells, winners: winners, errors, into: &inputGradient)
    case .mean: Kernels.meanGradient(window, cells, errors, into: &inputGradient)
    }
  }
}
