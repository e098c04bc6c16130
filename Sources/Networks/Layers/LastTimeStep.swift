/// A layer that keeps only the last present step of every series: `[N, n, T]` to `[N, n]`.
///
/// No parameters. Examples without any present step are rejected earlier.
public struct LastTimeStep: SeriesEndingLayer {
  /// The name of the layer in model files.
  public static let kind = "lastTimeStep"

  /// Makes a layer.
  public init() {}

  /// The layer is always valid.
  public var validationError: String? { nil }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation { LastTimeStepComputation() }
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
