/// One step of a layer for one row: no series of steps, no masks, no values kept for a backward pass.
protocol StepComputation: Sendable {
  /// The number of outputs.
  var size: Int { get }

  /// Computes the outputs, and the state after the step if the layer has one.
  ///
  /// - Parameter lastBlockFirst: The direction in which weights are read. It does not change the result;
  ///   alternating from step to step, it finds the weights that were read last in the cache.
  func step(
    _ input: [Float], lastBlockFirst: Bool, state: inout RecurrentState?, into output: inout [Float])
}

/// A layer with a specialized computation for single steps.
protocol SteppingLayer: Layer {
  /// Makes the computation with the given parameters; `nil` if there is none for the layer's settings.
  func makeStep(input: InputType, parameters: [Float]) -> (any StepComputation)?
}

extension LSTM: SteppingLayer {
  func makeStep(input: InputType, parameters: [Float]) -> (any StepComputation)? {
    LSTMStep(
      input.size, size, CellActivations(activation, gate: gateActivation), parameters, hasPeepholes: false)
  }
}

extension GravesLSTM: SteppingLayer {
  func makeStep(input: InputType, parameters: [Float]) -> (any StepComputation)? {
    LSTMStep(
      input.size, size, CellActivations(base.activation, gate: base.gateActivation), parameters,
      hasPeepholes: true)
  }
}

extension Dense: SteppingLayer {
  func makeStep(input: InputType, parameters: [Float]) -> (any StepComputation)? {
    DenseStep(input.size, size, activation, parameters)
  }
}

extension RNNOutput: SteppingLayer {
  func makeStep(input: InputType, parameters: [Float]) -> (any StepComputation)? {
    DenseStep(input.size, size, activation, parameters)
  }
}

/// A product of a vector and a packed matrix, with the cell in the same loop.
private struct LSTMStep: StepComputation {
  let size: Int
  private let inputSize: Int
  private let hasPeepholes: Bool
  private let activation: Int32
  private let packed: AlignedFloats

  init?(
    _ inputSize: Int, _ size: Int, _ activations: CellActivations, _ parameters: [Float], hasPeepholes: Bool
  ) {
    guard activations.suitFastLSTM else { return nil }
    (self.inputSize, self.size, self.hasPeepholes) = (inputSize, size, hasPeepholes)
    activation = activations.cell
    packed = Kernels.packLSTM(inputs: inputSize, n: size, hasPeepholes: hasPeepholes, parameters)
  }

  func step(
    _ input: [Float], lastBlockFirst: Bool, state: inout RecurrentState?, into output: inout [Float]
  ) {
    precondition(input.count == inputSize && state?.h.count == size, "a step of another layer")
    state?.step(packed, hasPeepholes, activation, lastBlockFirst, input, into: &output)
  }
}

extension RecurrentState {
  /// Computes one step; a separate function, because `h` and `c` both change in place.
  fileprivate mutating func step(
    _ packed: AlignedFloats, _ hasPeepholes: Bool, _ activation: Int32, _ lastBlockFirst: Bool,
    _ input: [Float], into output: inout [Float]
  ) {
    Kernels.lstmStep(
      packed, hasPeepholes: hasPeepholes, activation: activation, lastBlockFirst: lastBlockFirst, input, &h,
      &c,
      &output)
  }
}

/// A product of a vector and a packed matrix, and an activation.
private struct DenseStep: StepComputation {
  let size: Int
  private let inputSize: Int
  private let activation: Activation
  private let packed: AlignedFloats

  init(_ inputSize: Int, _ size: Int, _ activation: Activation, _ parameters: [Float]) {
    (self.inputSize, self.size, self.activation) = (inputSize, size, activation)
    packed = Kernels.packDense(inputs: inputSize, n: size, parameters)
  }

  /// Computes the outputs; the weights, which are few, are always read in the same direction.
  func step(
    _ input: [Float], lastBlockFirst: Bool, state: inout RecurrentState?, into output: inout [Float]
  ) {
    precondition(input.count == inputSize && output.count == size, "a step of another layer")
    Kernels.denseStep(packed, input, &output)
    Kernels.activate(activation, rows: 1, n: size, &output)
  }
}
