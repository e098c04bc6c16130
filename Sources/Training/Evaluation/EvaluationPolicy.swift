import DataSets
import Metrics

/// What an evaluation lets pass that it refuses by default.
///
/// ```swift
/// let onTraining = try evaluate(network, on: &trainingBatches, allowing: .fittedExamples)
/// ```
public struct EvaluationPolicy: OptionSet, Sendable, Hashable {
  /// The set's bits.
  public let rawValue: Int

  /// Makes a set of bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Examples that a normalizer or transform of their batch was fitted on; see `DataSet.fittedRows`.
  ///
  /// Figures on them are not those of new data: what was fitted has seen them.
  public static let fittedExamples = EvaluationPolicy(rawValue: 1)
}

extension DataSet {
  /// Refuses the first example that an evaluation may not be made on.
  ///
  /// - Throws: `EvaluationError` that names the example and where it begins.
  package func checkForEvaluation(allowing allowance: EvaluationPolicy) throws {
    guard !allowance.contains(.fittedExamples), let row = fittedRows.first else { return }
    throw EvaluationError(
      .fittedExample, example: row, place: fittedPlace(ofRow: row),
      "a normalizer or transform was fitted on this example, so figures on it are not those of new data; evaluate "
        + "held-out examples, or allow it (allowing: .fittedExamples, --allow-training-data)")
  }
}
