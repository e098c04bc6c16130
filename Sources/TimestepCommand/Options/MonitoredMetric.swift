import ArgumentParser
import Platform
import Timestep

/// The metric on the validation data that chooses the best epoch and ends a run by `--patience`.
enum MonitoredMetric: String, FlagValue, CaseIterable {
  case loss, accuracy, f1, auc, mcc, rmse, mae, r2

  /// The labels that it is for.
  private var encodings: [DataContract.Labels.Encoding] {
    switch self {
    case .loss: [.oneHot, .values, .multiLabel]
    case .accuracy, .f1: [.oneHot, .multiLabel]
    case .auc, .mcc: [.oneHot]
    case .rmse, .mae, .r2: [.values]
    }
  }

  /// The direction in which it improves.
  var objective: EpochMetric.Objective {
    switch self {
    case .loss, .rmse, .mae: .minimize
    case .accuracy, .f1, .auc, .mcc, .r2: .maximize
    }
  }

  /// Rejects labels that it does not fit.
  func check(_ labels: DataContract.Labels) throws {
    let count = labels.names.count
    if self == .auc, labels.encoding == .oneHot, !(2...EvaluationReport.manyClasses ~= count) {
      throw ValidationError(
        "--monitor auc: expected 2 to \(EvaluationReport.manyClasses) classes, found \(count); choose another metric "
          + "(\(Remedy.monitor("accuracy")))")
    }
    guard !encodings.contains(labels.encoding) else { return }
    let areNumbers = labels.encoding == .values
    let found = areNumbers ? "numbers" : labels.encoding == .oneHot ? "classes" : "several classes at a time"
    let expected = encodings == [.values] ? "numbers" : areNumbers ? "classes" : "one class at a time"
    throw ValidationError(
      "the labels are \(found), but \(rawValue) is a metric for \(expected); choose one that fits "
        + "(\(Remedy.monitor(areNumbers ? "rmse" : "accuracy")))")
  }

  /// Returns the validation by this metric.
  ///
  /// Errors of regression are in the labels' own units, and the means of all label columns. A metric that is not
  /// defined, or of predictions that are not finite, is NaN: no epoch with it is the best.
  func validation(
    on batches: some DataSetSource, _ contract: DataContract, allowing policy: EvaluationPolicy
  ) -> Validation {
    if self == .loss { return .score(on: batches, allowing: policy) }
    return Validation(name: "validation \(rawValue)", objective) { trainer in
      do {
        return try figure(trainer, batches, contract, policy)
      } catch let error as EvaluationError where error.kind == .prediction || error.kind == .oneClass {
        return .nan
      }
    }
  }

  private func figure(
    _ trainer: any Trainer, _ batches: some DataSetSource, _ contract: DataContract,
    _ policy: EvaluationPolicy
  ) throws -> Double {
    func classes() throws -> Evaluation { try trainer.evaluate(on: batches, allowing: policy) }
    func numbers() throws -> RegressionEvaluation.Averages {
      try trainer.evaluateRegression(on: batches, reverting: contract.revertingLabels, allowing: policy)
        .averages
    }
    if contract.labels.encoding == .multiLabel, self != .loss {
      let evaluation = try trainer.evaluate(
        on: batches, BinaryEvaluation(columns: contract.labels.names), allowing: policy)
      return self == .accuracy
        ? try evaluation.accuracy : try evaluation.macroAverage(of: \.f1).value ?? .nan
    }
    switch self {
    case .loss: return try trainer.score(on: batches, allowing: policy).score
    case .accuracy: return try classes().accuracy
    case .f1: return try classes().f1
    case .mcc: return try classes().matthewsCorrelation
    case .auc:
      let roc = MultiClassROC(classNames: contract.labels.names)
      return try trainer.evaluate(on: batches, roc, allowing: policy).macroArea.value ?? .nan
    case .rmse: return try numbers().rootMeanSquaredError
    case .mae: return try numbers().meanAbsoluteError
    case .r2: return try numbers().rSquared.value ?? .nan
    }
  }
}

extension DataContract {
  /// Converts normalized labels and predictions to the labels' own units; `nil` if they are in them.
  var revertingLabels: (@Sendable (Tensor, Mask) -> Tensor)? {
    guard let normalizer = labelsNormalizer else { return nil }
    return { normalizer.revert($0, mask: $1) }
  }
}
