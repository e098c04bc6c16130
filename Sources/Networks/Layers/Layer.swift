/// One layer of a network: a description, from which parameters and computations are made.
///
/// Adding a layer is one file: a `Layer` and its `LayerComputation`; and its name in `LayerKinds`, by which model files
/// know it. `Docs/Architecture.md` shows how.
public protocol Layer: Sendable, Hashable, Codable {
  /// What the layer is called in model files, summaries and errors.
  static var kind: String { get }

  /// What is impossible about the layer, in words; `nil` when nothing is. Model files are not to be trusted.
  var validationError: String? { get }

  /// How the layer wants its input arranged; `nil`: any way.
  var inputArrangement: InputType.Arrangement? { get }

  /// What the layer gives for what comes in, arranged as it wants.
  ///
  /// - Throws: `NetworkError` when the layer can make nothing of it.
  func output(of input: LayerShape) throws(NetworkError) -> LayerShape

  /// The layer's parameters when `input` comes in, in the order they lie in memory.
  func parameters(input: InputType) -> [ParameterSpecification]

  /// Makes the computation of the layer, with buffers of its own.
  func makeComputation(input: InputType) -> any LayerComputation

  /// Whether an output needs steps that come later, so that series cannot be cut: neither truncated back-propagation nor
  /// stateful prediction is possible.
  var needsWholeSeries: Bool { get }
}

extension Layer {
  /// Outputs need no later steps.
  public var needsWholeSeries: Bool { false }
}

/// A layer that runs along the steps of a series and remembers.
public protocol RecurrentLayer: Layer {
  /// The number of units: of outputs a step.
  var size: Int { get }

  /// Whether there is a cell memory beside the output activation.
  var hasCellMemory: Bool { get }
}

extension RecurrentLayer {
  /// Series.
  public var inputArrangement: InputType.Arrangement? { .recurrent }

  /// `size` values a step.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    try input.checkSteps()
    return LayerShape(.recurrent(size: size), .step)
  }
}

/// A layer that leaves one value a unit of every whole series, `[N, n, T]` to `[N, n]`, and has no parameters.
public protocol SeriesEndingLayer: Layer {}

extension SeriesEndingLayer {
  /// Series.
  public var inputArrangement: InputType.Arrangement? { .recurrent }

  /// What is left of a series is known at its end only.
  public var needsWholeSeries: Bool { true }

  /// As many values, one set a series.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    try input.checkSteps()
    return LayerShape(.feedForward(size: input.type.size), .series)
  }

  /// None.
  public func parameters(input: InputType) -> [ParameterSpecification] { [] }
}

extension LayerShape {
  /// Refuses a signal of which only one value a series is left.
  fileprivate func checkSteps() throws(NetworkError) {
    guard scope == .step else { throw NetworkError("wants steps, but only one value a series is left") }
  }
}

/// A layer that wants particular numbers, as class indices, and is therefore the first.
public protocol InputCheckingLayer: Layer {
  /// What is wrong with a number that comes in, in words; `nil` when nothing is.
  func problem(ofInput value: Float) -> String?
}

/// A layer at the end of a network: it has a loss.
public protocol OutputLayer: Layer {
  /// Makes the computation of the layer, with buffers of its own.
  func makeOutputComputation(input: InputType) -> any OutputComputation

  /// Says what is wrong with a label, in words, or `nil` when nothing is; itself `nil` where any number is a label, so
  /// that labels need not be looked at.
  var labelCheck: ((_ label: Float) -> String?)? { get }
}

extension OutputLayer {
  /// None: any number is a label.
  public var labelCheck: ((_ label: Float) -> String?)? { nil }

  /// The computation of the layer, as that of any other.
  public func makeComputation(input: InputType) -> any LayerComputation {
    makeOutputComputation(input: input)
  }
}

/// A parameter of a layer: its name, shape and first values.
public struct ParameterSpecification: Sendable, Hashable {
  /// The name within the layer, as `W`.
  public var name: String
  /// The shape, elements in C order.
  public var shape: [Int]
  /// The first values.
  public var initialization: Initialization
  /// Whether regularization applies: to weights, not to biases.
  public var isRegularized: Bool

  /// Makes a specification.
  public init(_ name: String, _ shape: [Int], _ initialization: Initialization, isRegularized: Bool) {
    (self.name, self.shape, self.initialization) = (name, shape, initialization)
    self.isRegularized = isRegularized
  }

  /// A matrix of weights, drawn as the network says.
  static func weights(_ name: String, _ shape: [Int], fanIn: Int, fanOut: Int) -> ParameterSpecification {
    ParameterSpecification(name, shape, .weights(fanIn: fanIn, fanOut: fanOut), isRegularized: true)
  }

  /// Biases that begin at 0.
  static func biases(_ name: String, _ count: Int) -> ParameterSpecification {
    ParameterSpecification(name, [count], .constant(0), isRegularized: false)
  }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// What is impossible about a layer of `size` units; `nil` when nothing is.
func sizeProblem(_ size: Int) -> String? {
  // Beyond this, index arithmetic in 32 bits (BLAS) would overflow; nobody trains such a layer.
  (1...1 << 20).contains(size) ? nil : "a layer of \(size) units; 1 to \(1 << 20) are possible"
}
