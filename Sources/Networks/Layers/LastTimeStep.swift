/// A layer that keeps only the last step of every series: `[N, n, T]` to `[N, n]`.
///
/// Each direction of a bidirectional layer ends at another step: the forward direction at the last present
/// step, the backward direction at the first. After a `Bidirectional` layer, also with `Dropout` or `Dense`
/// between, both are read at their own ends and then merged, as Keras (`return_sequences=False`) and PyTorch
/// (`h_n`) do. At the last step, where Deeplearning4j reads it, the backward direction has seen a single step:
/// ```swift
/// Bidirectional(LSTM(100))
/// LastTimeStep()                  // as Keras and PyTorch
/// LastTimeStep(backward: .last)   // as Deeplearning4j
/// ```
/// The output of the bidirectional layer then holds the merged values at the last present step of each series.
///
/// No parameters. Padding does not count, wherever it is. Examples without any present step are rejected
/// earlier.
public struct LastTimeStep: SeriesEndingLayer {
  /// The name of the layer in model files.
  public static let kind = "lastTimeStep"
  /// The step at which the backward direction of a bidirectional layer before this one is read.
  public let backward: BackwardStep

  /// A step at which the backward direction of a bidirectional layer is read.
  public enum BackwardStep: String, Sendable, Hashable, Codable, CaseIterable {
    /// The first present step, where the backward direction ends.
    case first
    /// The last present step, where the backward direction begins.
    case last
  }

  /// Makes a layer.
  public init(backward: BackwardStep = .first) { self.backward = backward }

  /// The layer is always valid.
  public var validationError: String? { nil }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation { LastTimeStepComputation() }
}

extension LastTimeStep: Codable {
  private enum Key: String, CodingKey { case backward }

  /// Reads a layer; in files older than the choice, the last step was read.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    backward = try container.decodeIfPresent(BackwardStep.self, forKey: .backward) ?? .last
  }

  /// Writes a layer.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(backward, forKey: .backward)
  }
}

/// The passes of `LastTimeStep`.
private struct LastTimeStepComputation: LayerComputation {
  private var gradient = StepValues()

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    output.reshape(steps: 1, rows: input.rows, size: input.size)
    for row in 0..<input.rows {
      let step = pass.flags.lastPresentStep(of: row)
      for unit in 0..<input.size { output[0, row, unit] = step.map { input[$0, row, unit] } ?? 0 }
    }
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    self.gradient.copy(outputGradient)
  }

  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    inputGradient.reshape(steps: pass.flags.steps, rows: pass.flags.rows, size: gradient.size)
    inputGradient.clear()
    for row in 0..<pass.flags.rows {
      guard let step = pass.flags.lastPresentStep(of: row), step >= firstStep else { continue }
      for unit in 0..<gradient.size { inputGradient[step, row, unit] = gradient[0, row, unit] }
    }
  }
}
