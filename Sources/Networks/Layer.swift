import CKernels

/// One layer of a network: a description, from which parameters and computations are made.
///
/// Adding a layer is one file: a `Layer`, its `LayerComputation`, and a line in `LayerKinds` for model files.
public protocol Layer: Sendable, Hashable, Codable {
  /// What the layer is called in model files, summaries and errors.
  static var kind: String { get }

  /// The number of outputs a step.
  var size: Int { get }

  /// What is impossible about the layer, in words; `nil` when nothing is. Model files are not to be trusted.
  var problem: String? { get }

  /// The layer's parameters when `inputSize` values come in a step, in the order they lie in memory.
  func parameters(inputSize: Int) -> [ParameterSpecification]

  /// Makes the computation of the layer, with buffers of its own.
  func makeComputation(inputSize: Int) -> any LayerComputation
}

/// A layer at the end of a network: it has a loss.
public protocol OutputLayer: Layer {
  /// Makes the computation of the layer, with buffers of its own.
  func makeOutputComputation(inputSize: Int) -> any OutputComputation
}

extension OutputLayer {
  /// The computation of the layer, as that of any other.
  public func makeComputation(inputSize: Int) -> any LayerComputation {
    makeOutputComputation(inputSize: inputSize)
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

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// What a recurrent layer remembers between steps, one row an example: `[N, n]` each.
public struct RecurrentState: Sendable, Hashable {
  /// The output activation, h.
  public var h: [Float]
  /// The cell memory, c.
  public var c: [Float]

  /// Makes a state of values in the order of rows.
  public init(h: [Float], c: [Float]) { (self.h, self.c) = (h, c) }
}

/// The forward and backward pass of a layer over some rows of a batch; keeps what the way back needs.
public protocol LayerComputation: Sendable {
  /// Computes the outputs; exactly 0 outside present steps.
  ///
  /// - Parameters:
  ///   - parameters: The layer's parameters, one after the other.
  ///   - state: The state before the first step (`nil`: zero); the state after the last one, when the layer has any.
  mutating func forward(
    _ input: Series, parameters: [Float], codes: StepCodes, state: inout RecurrentState?,
    into output: inout Series)

  /// Carries errors back through the steps and computes the parameters' gradients, after `forward` on the same input.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient of the loss with respect to the outputs.
  ///   - firstStep: No error flows into or through the steps before this one.
  ///   - gradient: Written over, laid out as the parameters.
  mutating func backward(
    _ input: Series, outputGradient: Series, parameters: [Float], codes: StepCodes, firstStep: Int,
    gradient: inout [Float])

  /// The gradient of the loss with respect to the inputs, after `backward`; written over.
  func inputGradient(parameters: [Float], firstStep: Int, into inputGradient: inout Series)
}

/// The computation of an output layer.
public protocol OutputComputation: LayerComputation {
  /// The loss of the outputs that `forward` just made, summed over labelled steps.
  ///
  /// - Parameter gradient: Becomes what `backward` takes as its `outputGradient`; 0 where there are no labels.
  mutating func loss(_ output: Series, labels: Series, codes: StepCodes, gradient: inout Series) -> Double
}

/// What is impossible about a layer of `size` units; `nil` when nothing is.
func sizeProblem(_ size: Int) -> String? {
  // Beyond this, index arithmetic in 32 bits (BLAS) would overflow; nobody trains such a layer.
  (1...1 << 20).contains(size) ? nil : "a layer of \(size) units; 1 to \(1 << 20) are possible"
}
