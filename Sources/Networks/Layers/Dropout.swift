import DataSets

/// A layer that sets values to 0 at random in training, so that the network cannot rely on any one of them.
///
/// Inverted dropout (Srivastava and others, 2014): in training each value is kept with the probability `1 -
/// rate`, times `1 / (1 - rate)`; outside training nothing is changed. Any arrangement, any scope, no
/// parameters. A value is dropped if a draw of 24 bits from the pass's noise, as a fraction of 2^24, is below
/// the rate; draws are made in the order of steps, rows and values, absent ones included. The noise depends
/// on seed, iteration, layer and rows, not on the number of threads. A piece without labels, which makes no
/// update, is passed without noise.
public struct Dropout: Layer {
  /// The name of the layer in model files.
  public static let kind = "dropout"
  /// The probability that a value is dropped, at least 0 and below 1.
  public let rate: Float

  /// Makes a layer that drops values with the probability `rate`.
  public init(rate: Float) {
    self.rate = rate
    if let validationError { preconditionFailure(validationError) }
  }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? {
    (0..<1).contains(rate) ? nil : "a dropout rate of \(rate); it must be at least 0 and below 1"
  }

  /// Any arrangement is accepted.
  public var inputArrangement: InputType.Arrangement? { nil }

  /// Returns the input shape.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape { input }

  /// Returns no parameters.
  public func parameters(input: InputType) -> [ParameterSpecification] { [] }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation { DropoutComputation(rate: rate) }
}

/// The passes of `Dropout`.
private struct DropoutComputation: LayerComputation {
  private let rate: Float
  /// The factor of each value; empty without noise, when all values were left unchanged.
  private var factors: [Float] = []
  private var errors = StepValues()

  init(rate: Float) { self.rate = rate }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    Kernels.select(input, pass.flags, into: &output)
    factors.removeAll(keepingCapacity: true)
    guard let noise = pass.noise else { return }
    var generator = noise.generator
    let kept = 1 / (1 - rate)
    for index in 0..<output.count {
      let factor = Float(generator.next() >> 40) * 0x1p-24 < rate ? 0 : kept
      factors.append(factor)
      output.storage[index] *= factor
    }
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    Kernels.select(outputGradient, pass.flags, firstStep: firstStep, into: &errors)
    for index in factors.indices { errors.storage[index] *= factors[index] }
  }

  mutating func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    // The errors are the result; the buffers are swapped instead of copied.
    swap(&errors, &inputGradient)
  }
}
