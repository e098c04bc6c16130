import DataSets

/// The forward and backward pass of a layer over some rows of a batch; keeps what the way back needs.
public protocol LayerComputation: Sendable {
  /// Computes the outputs; exactly 0 outside present steps.
  ///
  /// - Parameters:
  ///   - input: The layer's input.
  ///   - pass: The parameters, and which steps are present.
  ///   - state: The state before the first step (`nil`: zero); the state after the last one, when the layer has any.
  ///   - output: Written over.
  mutating func forward(
    _ input: Series, _ pass: LayerPass, state: inout RecurrentState?, into output: inout Series)

  /// Carries errors back through the steps and computes the parameters' gradients, after `forward` on the same input.
  ///
  /// - Parameters:
  ///   - input: What `forward` was given.
  ///   - outputGradient: The gradient of the loss with respect to the outputs.
  ///   - pass: What `forward` was given.
  ///   - firstStep: No error flows into or through the steps before this one.
  ///   - gradient: Written over, laid out as the parameters.
  mutating func backward(
    _ input: Series, outputGradient: Series, _ pass: LayerPass, firstStep: Int, gradient: inout [Float])

  /// The gradient of the loss with respect to the inputs, after `backward`; written over.
  mutating func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout Series)
}

/// The computation of an output layer.
public protocol OutputComputation: LayerComputation {
  /// The loss of the outputs that `forward` just made, summed over labelled steps.
  ///
  /// - Parameters:
  ///   - output: What `forward` made.
  ///   - labels: The labels, as many columns as outputs.
  ///   - codes: Which steps are present, and labelled.
  ///   - gradient: Becomes what `backward` takes as its `outputGradient`; 0 where there are no labels.
  mutating func loss(_ output: Series, labels: Series, codes: StepFlags, gradient: inout Series) -> Double
}

/// What a pass over some rows of a batch gives a layer beside its input.
public struct LayerPass: Sendable {
  /// The layer's parameters, one after the other.
  public let parameters: [Float]
  /// What every step is to every row of the layer's input.
  public let codes: StepFlags
  /// Whence layers that learn better with noise take it; `nil` outside training: then there is none.
  public let noise: Noise?

  /// Makes what a layer needs.
  public init(parameters: [Float], codes: StepFlags, noise: Noise? = nil) {
    (self.parameters, self.codes, self.noise) = (parameters, codes, noise)
  }
}

/// Random numbers of one update, one layer and some rows, whatever the threads and whatever came before.
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

  /// The generator, at its beginning.
  public var generator: SplitMix64 { SplitMix64(seed: seed) }
}
