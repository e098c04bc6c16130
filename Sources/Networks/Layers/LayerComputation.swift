import DataSets

/// The forward and backward pass of a layer over some rows of a batch; keeps the values that the backward
/// pass needs.
public protocol LayerComputation: Sendable {
  /// The number of values that the computation keeps for each step of a row, besides the output; 0 unless
  /// specified.
  ///
  /// A batch whose values do not fit in memory is refused before they are allocated.
  var valuesPerStep: Int { get }

  /// Computes the outputs, which are exactly 0 outside present steps.
  ///
  /// - Parameters:
  ///   - input: The layer's input.
  ///   - pass: The parameters, and the flags of the steps.
  ///   - state: The state before the first step (`nil`: zero); becomes the state after the last step, if the
  ///     layer has a state.
  ///   - output: Overwritten.
  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues)

  /// Carries errors back through the steps and computes the parameters' gradients, after `forward` on the
  /// same input.
  ///
  /// - Parameters:
  ///   - input: The input of `forward`.
  ///   - outputGradient: The gradient of the loss with respect to the outputs.
  ///   - pass: The pass of `forward`.
  ///   - firstStep: No error flows into or through the steps before this one.
  ///   - gradient: Overwritten; laid out as the parameters.
  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float])

  /// Computes the gradient of the loss with respect to the inputs, after `backward`, and overwrites
  /// `inputGradient`.
  mutating func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues)
}

extension LayerComputation {
  /// No values.
  public var valuesPerStep: Int { 0 }
}

/// The computation of an output layer.
public protocol OutputComputation: LayerComputation {
  /// Returns the loss of the last outputs of `forward`, summed over labelled steps.
  ///
  /// - Parameters:
  ///   - output: The output of `forward`.
  ///   - labels: The labels, with as many columns as outputs.
  ///   - flags: The flags of the steps: present, labelled.
  ///   - gradient: Becomes the `outputGradient` for `backward`; 0 where there are no labels.
  mutating func loss(_ output: StepValues, labels: StepValues, flags: StepFlags, gradient: inout StepValues)
    -> Double
}

/// The values besides the input that a layer needs in a pass over some rows of a batch.
public struct LayerPass: Sendable {
  /// The layer's parameters, one after the other.
  public let parameters: [Float]
  /// The flags of every step of every row of the layer's input.
  public let flags: StepFlags
  /// The random source for stochastic layers such as `Dropout`; `nil` outside training.
  public let noise: Noise?

  /// Makes a pass.
  public init(parameters: [Float], flags: StepFlags, noise: Noise? = nil) {
    (self.parameters, self.flags, self.noise) = (parameters, flags, noise)
  }
}

extension LayerPass {
  /// The random numbers for one update, one layer and some rows, independent of threads and of earlier draws.
  public struct Noise: Sendable, Hashable {
    private let seed: UInt64

    /// Makes the noise of an update.
    ///
    /// - Parameters:
    ///   - seed: The network's seed.
    ///   - iteration: The number of updates made before.
    ///   - layer: The layer's index.
    ///   - firstRow: The first of the rows in the batch.
    public init(seed: UInt64, iteration: Int, layer: Int, firstRow: Int) {
      var mixed = seed
      for part in [iteration, layer, firstRow] {
        var generator = SplitMix64(seed: mixed ^ UInt64(truncatingIfNeeded: part))
        mixed = generator.next()
      }
      self.seed = mixed
    }

    /// A generator at the beginning of its sequence.
    public var generator: SplitMix64 { SplitMix64(seed: seed) }
  }
}

/// The values of a layer's cells before and after its activation, and the errors that flow back.
///
/// Every cell is independent, so that layers over steps and layers over whole series can use the same buffer.
struct ActivationBuffer: Sendable {
  /// The pre-activations `[T, N, n]`, written by the layer; `activate` turns them into the activated values.
  var values = StepValues()
  /// The gradient of the loss with respect to the pre-activations, after `backward`.
  ///
  /// It is 0 at absent steps and before the first step that learns.
  private(set) var errors = StepValues()
  private let activation: Activation
  /// The pre-activations, if the backward pass needs them.
  private var preActivations = StepValues()

  init(_ activation: Activation) { self.activation = activation }

  /// Activates `values`; the output is the same at present steps, and exactly 0 at others.
  mutating func activate(_ flags: StepFlags, into output: inout StepValues) {
    if activation.slopeNeedsInput { preActivations.copy(values) }
    Kernels.activate(activation, rows: values.steps * values.rows, n: values.size, &values.storage)
    Kernels.select(values, flags, into: &output)
  }

  /// Computes `errors` from the gradient with respect to the outputs.
  mutating func backward(_ outputGradient: StepValues, _ flags: StepFlags, firstStep: Int) {
    Kernels.select(outputGradient, flags, firstStep: firstStep, into: &errors)
    Kernels.activationGradient(
      activation, rows: values.steps * values.rows, n: values.size, preActivations: preActivations.storage,
      activated: values.storage, &errors.storage)
  }
}
