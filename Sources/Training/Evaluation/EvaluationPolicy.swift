import DataSets
import Metrics
import Platform

/// Exceptions to the examples that an evaluation rejects by default.
///
/// ```swift
/// let onTraining = try network.evaluate(on: training, allowing: .fittedExamples)
/// ```
public struct EvaluationPolicy: OptionSet, Sendable, Hashable {
  /// The set's bits.
  public let rawValue: Int

  /// Makes a set of bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Allows examples that a normalizer or transform of their batch was fitted on; see `DataSet.fittedRows`.
  ///
  /// Metrics on them are not representative of new data, because the fitted values depend on them.
  public static let fittedExamples = EvaluationPolicy(rawValue: 1)
}

extension DataSet {
  /// Throws an error for the first example that must not be evaluated.
  ///
  /// - Throws: `EvaluationError` that names the example and its location.
  package func checkForEvaluation(allowing policy: EvaluationPolicy) throws {
    guard !policy.contains(.fittedExamples), let row = fittedRows.first else { return }
    throw EvaluationError(
      .fittedExample, example: row, location: fittedLocation(ofRow: row),
      "a normalizer or transform was fitted on this example, so figures on it are not those of new data; evaluate "
        + "held-out examples, or allow it (\(Remedy.allowTrainingData))")
  }
}
