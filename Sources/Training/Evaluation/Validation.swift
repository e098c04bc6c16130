import DataSets
import Metrics

/// A measure of a model after an epoch, as one number, usually on held-out data.
///
/// Stopping conditions and the best model on disk use it:
/// ```swift
/// let loop = TrainingLoop(
///   epochs: 200, stopping: [NoImprovement(epochs: 10)], validation: .accuracy(on: heldOut))
/// let auc = Validation.metric("AUC", on: heldOut, with: ROC()) { try $0.area }
/// ```
/// An example that its normalizer was fitted on ends the run, unless `allowing: .fittedExamples` permits it.
public struct Validation {
  /// The name of the metric, as progress lines show it.
  public let name: String
  /// The objective in which the metric improves.
  public let objective: EpochMetric.Objective
  /// The number of epochs between two measurements.
  public let epochs: Int
  /// A text that identifies the data, so that a run is not resumed with other data; `nil`: any data is accepted.
  public var data: String?
  /// Computes the metric.
  public let figure: (any Trainer) throws -> Double

  /// Makes a validation from any function of the trainer.
  ///
  /// - Parameters:
  ///   - name: The name of the metric, as progress lines show it.
  ///   - objective: The objective in which the metric improves.
  ///   - epochs: The number of epochs between two measurements, 1 or more.
  ///   - figure: Computes the metric. It gets the trainer between two epochs and cannot change it.
  public init(
    name: String, _ objective: EpochMetric.Objective, everyEpochs epochs: Int = 1,
    figure: @escaping (any Trainer) throws -> Double
  ) {
    precondition(epochs > 0, "a validation every \(epochs) epochs; at least 1 is needed")
    self.name = name
    self.objective = objective
    self.epochs = epochs
    self.figure = figure
  }

  /// Returns a validation by the score on held-out batches: the loss per sequence, with the penalty.
  public static func score(
    on batches: some DataSetSource, everyEpochs epochs: Int = 1,
    allowing policy: EvaluationPolicy = []
  ) -> Validation {
    Validation(name: "validation score", .minimize, everyEpochs: epochs) { trainer in
      return try trainer.score(on: batches, allowing: policy).score
    }
  }

  /// Returns a validation by any metric on held-out batches, such as an area under a curve.
  ///
  /// - Parameters:
  ///   - name: The name of the metric.
  ///   - objective: The objective in which the metric improves.
  ///   - batches: The held-out batches, of which the first pass is used.
  ///   - epochs: The number of epochs between two measurements.
  ///   - metric: The metric to add to, as in `Predictor.evaluate(on:_:allowing:)`.
  ///   - policy: Exceptions; by default, examples that their normalizer was fitted on are rejected.
  ///   - figure: Returns the number, such as `{ try $0.area }` of a `ROC`.
  public static func metric<Metric: EvaluationMetric>(
    _ name: String, _ objective: EpochMetric.Objective = .maximize, on batches: some DataSetSource,
    everyEpochs epochs: Int = 1, with metric: Metric, allowing policy: EvaluationPolicy = [],
    figure: @escaping (Metric) throws -> Double
  ) -> Validation {
    Validation(name: name, objective, everyEpochs: epochs) { trainer in
      return try figure(trainer.evaluate(on: batches, metric, allowing: policy))
    }
  }

  /// Returns a validation by a metric of a classifier on held-out batches.
  ///
  /// - Parameters:
  ///   - name: The name of the metric.
  ///   - objective: The objective in which the metric improves.
  ///   - batches: The held-out batches, of which the first pass is used.
  ///   - epochs: The number of epochs between two measurements.
  ///   - policy: Exceptions; by default, examples that their normalizer was fitted on are rejected.
  ///   - figure: Returns the number, such as `{ try $0.fBeta(2) }`.
  public static func classification(
    _ name: String, _ objective: EpochMetric.Objective = .maximize, on batches: some DataSetSource,
    everyEpochs epochs: Int = 1, allowing policy: EvaluationPolicy = [],
    figure: @escaping (Evaluation) throws -> Double
  ) -> Validation {
    Validation(name: name, objective, everyEpochs: epochs) { trainer in
      return try figure(trainer.evaluate(on: batches, allowing: policy))
    }
  }

  /// Returns a validation by the accuracy on held-out batches.
  public static func accuracy(
    on batches: some DataSetSource, everyEpochs epochs: Int = 1,
    allowing policy: EvaluationPolicy = []
  ) -> Validation {
    classification("accuracy", on: batches, everyEpochs: epochs, allowing: policy) { try $0.accuracy }
  }

  /// Returns a validation by the F1 score on held-out batches: of class 1 of two, macro otherwise.
  public static func f1(
    on batches: some DataSetSource, everyEpochs epochs: Int = 1,
    allowing policy: EvaluationPolicy = []
  ) -> Validation {
    classification("F1", on: batches, everyEpochs: epochs, allowing: policy) { try $0.f1 }
  }

  /// Returns a validation by a regression metric on held-out batches.
  ///
  /// - Parameters:
  ///   - name: The name of the metric.
  ///   - objective: The objective in which the metric improves.
  ///   - batches: The held-out batches, of which the first pass is used.
  ///   - epochs: The number of epochs between two measurements.
  ///   - policy: Exceptions; by default, examples that their normalizer was fitted on are rejected.
  ///   - figure: Returns the number, such as `{ try $0.rSquared(0) }`.
  public static func regression(
    _ name: String, _ objective: EpochMetric.Objective, on batches: some DataSetSource,
    everyEpochs epochs: Int = 1, allowing policy: EvaluationPolicy = [],
    figure: @escaping (RegressionEvaluation) throws -> Double
  ) -> Validation {
    Validation(name: name, objective, everyEpochs: epochs) { trainer in
      return try figure(trainer.evaluateRegression(on: batches, allowing: policy))
    }
  }
}
