import DataSets

/// One layer of a network: a description, from which parameters and computations are made.
///
/// A new layer is one file with a `Layer` and its `LayerComputation`, and an entry in `LayerKinds`, which
/// lets model files name it. `Docs/Architecture.md` shows how.
public protocol Layer: Sendable, Hashable, Codable {
  /// The layer's name in model files, summaries and errors.
  static var kind: String { get }

  /// The reason why the layer is invalid, in words; `nil` if it is valid.
  ///
  /// It is checked in model files too, which are not trusted.
  var validationError: String? { get }

  /// The arrangement that the layer expects of its input; `nil`: any.
  var inputArrangement: InputType.Arrangement? { get }

  /// Returns the shape of the output for an input that is arranged as the layer expects.
  ///
  /// - Throws: `NetworkError` if the layer cannot use the input.
  func output(of input: LayerShape) throws(NetworkError) -> LayerShape

  /// Returns the layer's parameters for `input`, in the order they lie in memory.
  func parameters(input: InputType) -> [ParameterSpecification]

  /// Makes the computation of the layer, with its own buffers.
  func makeComputation(input: InputType) -> any LayerComputation

  /// Returns the reason why an input number is invalid, in words, or `nil` if it is valid.
  ///
  /// The property itself is `nil` if the layer accepts any number. A layer that requires particular numbers,
  /// such as class indices, must be the first.
  var inputCheck: ((_ value: Float) -> String?)? { get }

  /// True if an output needs later steps, so that series cannot be cut.
  ///
  /// Neither truncated back-propagation nor stateful prediction is then possible.
  var needsWholeSeries: Bool { get }
}

extension Layer {
  /// No check: any number is accepted.
  public var inputCheck: ((_ value: Float) -> String?)? { nil }

  /// False: outputs need no later steps.
  public var needsWholeSeries: Bool { false }
}

/// A layer that runs along the steps of a series and keeps a state.
public protocol RecurrentLayer: Layer {
  /// The number of units, that is, of outputs per step.
  var size: Int { get }

  /// True if there is a cell memory besides the output activation.
  var hasCellMemory: Bool { get }
}

extension RecurrentLayer {
  /// Series are required.
  public var inputArrangement: InputType.Arrangement? { .recurrent }

  /// Returns `size` values per step.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    try input.checkSteps()
    return LayerShape(.recurrent(size: size), .step)
  }
}

/// A layer without parameters that reduces every whole series to one value per unit, `[N, n, T]` to `[N, n]`.
public protocol SeriesEndingLayer: Layer {}

extension SeriesEndingLayer {
  /// Series are required.
  public var inputArrangement: InputType.Arrangement? { .recurrent }

  /// True: the result for a series is known only at its end.
  public var needsWholeSeries: Bool { true }

  /// Returns the same number of values, once per series.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    try input.checkSteps()
    return LayerShape(.feedForward(size: input.type.size), .series)
  }

  /// Returns no parameters.
  public func parameters(input: InputType) -> [ParameterSpecification] { [] }
}

extension LayerShape {
  /// Rejects a shape that has only one value per series.
  fileprivate func checkSteps() throws(NetworkError) {
    guard scope == .step else {
      throw NetworkError(
        "requires values at every step, but its input has only one value per series; put it before LastTimeStep or GlobalPooling"
      )
    }
  }
}

/// A layer at the end of a network, which has a loss.
public protocol OutputLayer: Layer {
  /// Makes the computation of the layer, with its own buffers.
  func makeOutputComputation(input: InputType) -> any OutputComputation

  /// Returns the reason why a label is invalid, in words, or `nil` if it is valid.
  ///
  /// The property itself is `nil` if any number is a valid label, so that labels need not be checked.
  var labelCheck: ((_ label: Float) -> String?)? { get }
}

extension OutputLayer {
  /// No check: any number is a label.
  public var labelCheck: ((_ label: Float) -> String?)? { nil }

  /// Makes the computation of the layer, as for any other layer.
  public func makeComputation(input: InputType) -> any LayerComputation {
    makeOutputComputation(input: input)
  }
}

/// A parameter of a layer: its name, shape and initial values.
public struct ParameterSpecification: Sendable, Hashable {
  /// The name within the layer, such as `W`.
  public var name: String
  /// The shape, elements in C order.
  public var shape: [Int]
  /// The initial values.
  public var initialization: Initialization
  /// True if regularization applies: to weights, not to biases.
  public var isRegularized: Bool

  /// Makes a specification.
  public init(_ name: String, _ shape: [Int], _ initialization: Initialization, isRegularized: Bool) {
    (self.name, self.shape, self.initialization) = (name, shape, initialization)
    self.isRegularized = isRegularized
  }

  /// Returns a matrix of weights, initialized as the network specifies.
  static func weights(_ name: String, _ shape: [Int], fanIn: Int, fanOut: Int) -> ParameterSpecification {
    ParameterSpecification(name, shape, .weights(fanIn: fanIn, fanOut: fanOut), isRegularized: true)
  }

  /// Returns biases with the initial value 0.
  static func biases(_ name: String, _ count: Int) -> ParameterSpecification {
    ParameterSpecification(name, [count], .constant(0), isRegularized: false)
  }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// Returns the reason why a layer of `size` units is invalid; `nil` if it is valid.
func sizeProblem(_ size: Int) -> String? {
  // Beyond this, 32-bit index arithmetic (BLAS) would overflow; no practical layer is that large.
  (1...1 << 20).contains(size) ? nil : "a layer of \(size) units; 1 to \(1 << 20) are possible"
}

extension ParameterSpecification {
  /// The initial values of a parameter.
  public enum Initialization: Sendable, Hashable {
    /// One value for all elements.
    case constant(Float)
    /// Several constants in turn, each for a number of elements: the biases of the gates.
    case segments([Segment])
    /// Drawn as the network, or its layer, specifies.
    case weights(fanIn: Int, fanOut: Int)

    /// A run of equal values.
    public struct Segment: Sendable, Hashable {
      /// The number of elements.
      public var count: Int
      /// Their value.
      public var value: Float
    }

    /// Returns the initial values of a parameter of the given shape.
    func values(shape: [Int], weights: WeightInitialization, using generator: inout SplitMix64) -> [Float] {
      switch self {
      case .constant(let value): return [Float](repeating: value, count: shape.reduce(1, *))
      case .segments(let segments): return segments.flatMap { [Float](repeating: $0.value, count: $0.count) }
      case .weights(let fanIn, let fanOut):
        return weights.values(WeightMatrix(shape: shape, fanIn: fanIn, fanOut: fanOut), using: &generator)
      }
    }
  }
}
