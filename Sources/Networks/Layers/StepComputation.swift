/// One step of a layer for one row: no step series, no masks, nothing for a way back.
protocol StepComputation: Sendable {
  /// The number of outputs.
  var size: Int { get }

  /// Computes the outputs, and the state after the step where the layer has one.
  ///
  /// - Parameter lastBlockFirst: In which direction weights are read. It changes no result; turned round from step to step
  ///   it finds in the cache what was read last.
  func step(
    _ input: [Float], lastBlockFirst: Bool, state: inout RecurrentState?, into output: inout [Float])
}

/// A layer that has a way of its own to make single steps.
protocol SteppingLayer: Layer {
  /// Makes the layer ready with its parameters; `nil` when it has no such way for its settings.
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
      input.size, size, CellActivations(activation, gate: gateActivation), parameters, hasPeepholes: true)
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

/// A product of a vector and a packed matrix, with the cell behind it in the same loop.
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
  /// In a function of its own, since `h` and `c` are to change at once, in place.
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

  /// Reads its weights, which are few, in one direction.
  func step(
    _ input: [Float], lastBlockFirst: Bool, state: inout RecurrentState?, into output: inout [Float]
  ) {
    precondition(input.count == inputSize && output.count == size, "a step of another layer")
    Kernels.denseStep(packed, input, &output)
    Kernels.activate(activation, rows: 1, n: size, &output)
  }
}
