import CNetworkKernels

/// A recurrent layer that skips the steps whose inputs are all equal to one number: a value that stands for
/// "nothing was measured here".
///
/// At such a step the output is exactly 0 and the state stays as it was, as at an absent step; for the layers
/// after this one, the step is present. `[N, inputs, T]` to `[N, n, T]`. Parameters: those of the inner layer.
/// ```swift
/// MaskZero(LSTM(64))               // steps of zeros
/// MaskZero(LSTM(64), value: -1)
/// ```
/// Deeplearning4j's `MaskZeroLayer` is the same where such steps are at the end of a series. In the middle of
/// one, its state does not stay (see `Docs/ComingFromDL4J.md`).
public struct MaskZero: RecurrentLayer {
  /// The name of the layer in model files.
  public static let kind = "maskZero"
  /// The layer that runs over the other steps.
  public let layer: any RecurrentLayer
  /// The number that marks a step to skip.
  public let value: Float

  /// Makes a layer from the layer that runs over the steps that are not skipped.
  public init(_ layer: any RecurrentLayer, value: Float = 0) {
    (self.layer, self.value) = (layer, value)
    if let validationError { preconditionFailure(validationError) }
  }

  /// The number of units of the inner layer.
  public var size: Int { layer.size }

  /// True if the inner layer has a cell memory.
  public var hasCellMemory: Bool { layer.hasCellMemory }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? {
    layer.validationError.map { "of \(type(of: layer).kind): \($0)" }
      ?? (value.isFinite ? nil : "a value of \(value); it must be finite")
  }

  /// True if outputs of the inner layer need later steps.
  public var needsWholeSeries: Bool { layer.needsWholeSeries }

  /// Returns the parameters of the inner layer.
  public func parameters(input: InputType) -> [ParameterSpecification] { layer.parameters(input: input) }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    MaskZeroComputation(layer.makeComputation(input: input), value: value)
  }
}

extension MaskZero: Hashable {
  /// Returns true if both have equal inner layers and skip the same steps.
  public static func == (one: MaskZero, other: MaskZero) -> Bool {
    one.value == other.value && AnyHashable(one.layer) == AnyHashable(other.layer)
  }

  /// Hashes the properties that `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(AnyHashable(layer))
    hasher.combine(value)
  }
}

extension MaskZero: Codable {
  private enum Key: String, CodingKey { case layer, value }

  /// Reads a layer; the inner layer is stored with its own kind.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    value = try container.decode(Float.self, forKey: .value)
    layer = try container.decode(NetworkLayer.self, forKey: .layer).recurrent(
      of: "a layer of the kind \"maskZero\" around")
  }

  /// Writes a layer.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(value, forKey: .value)
    try container.encode(NetworkLayer(layer), forKey: .layer)
  }
}

/// The passes of `MaskZero`: those of the inner layer, with fewer present steps.
private struct MaskZeroComputation: LayerComputation {
  private var cells: any LayerComputation
  private let value: Float
  /// The pass that the inner layer was given; `nil` before the first one.
  private var inner: LayerPass?

  init(_ cells: any LayerComputation, value: Float) { (self.cells, self.value) = (cells, value) }

  var valuesPerStep: Int { cells.valuesPerStep }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    let value = value
    let flags = pass.flags.leavingOut { step, row in
      let start = (step * input.rows + row) * input.size
      return input.storage[start..<start + input.size].allSatisfy { $0 == value }
    }
    let inner = LayerPass(parameters: pass.parameters, flags: flags, noise: pass.noise)
    self.inner = inner
    cells.forward(input, inner, state: &state, into: &output)
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    guard let inner else { preconditionFailure("the way back before the way forward") }
    cells.backward(input, outputGradient: outputGradient, inner, firstStep: firstStep, gradient: &gradient)
  }

  mutating func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    guard let inner else { preconditionFailure("the way back before the way forward") }
    cells.inputGradient(inner, firstStep: firstStep, into: &inputGradient)
  }
}

extension StepFlags {
  /// Returns the flags with the present steps for which `isLeftOut` is true absent; starts and labels stay.
  fileprivate func leavingOut(_ isLeftOut: (_ step: Int, _ row: Int) -> Bool) -> StepFlags {
    var flags = flags
    for step in 0..<steps {
      for row in 0..<rows where isPresent(step, row) && isLeftOut(step, row) {
        flags[step * rows + row] &= ~UInt8(TIMESTEP_STEP_PRESENT)
      }
    }
    return StepFlags(steps: steps, rows: rows, flags: flags)
  }
}
