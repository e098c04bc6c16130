import DataSets
import Metrics

/// Says after an epoch what the model is worth, as one number, mostly on data it does not learn from.
///
/// Stopping conditions and the best model on disk go by it:
/// ```swift
/// let loop = TrainingLoop(
///   epochs: 200, stopping: [NoImprovement(epochs: 10)], validation: .accuracy(on: heldOut))
/// let auc = Validation.metric("AUC", on: heldOut, with: ROC()) { try $0.area }
/// ```
/// An example that its normalizer was fitted on ends the run, unless `allowing: .fittedExamples` says that it may be
/// judged by.
public struct Validation {
  /// What the number is, as progress lines show it.
  public let name: String
  /// Whether a lower or a higher number is better.
  public let direction: Objective
  /// The number is taken after every so many epochs.
  public let epochs: Int
  /// The number.
  public let figure: (any Trainer) throws -> Double

  /// Makes a validation by any function of the trainer.
  ///
  /// - Parameters:
  ///   - name: What the number is, as progress lines show it.
  ///   - direction: Whether a lower or a higher number is better.
  ///   - epochs: The number is taken after every so many epochs, 1 or more.
  ///   - figure: The number. It gets the trainer between two epochs and cannot change it.
  public init(
    name: String, _ direction: Objective, everyEpochs epochs: Int = 1,
    figure: @escaping (any Trainer) throws -> Double
  ) {
    precondition(epochs > 0, "a validation every \(epochs) epochs")
    self.name = name
    self.direction = direction
    self.epochs = epochs
    self.figure = figure
  }

  /// The score on held-out batches: the loss per sequence, with the penalty.
  public static func score(
    on batches: some DataSetIterator, everyEpochs epochs: Int = 1,
    allowing allowance: EvaluationPolicy = []
  ) -> Validation {
    Validation(name: "validation score", .minimize, everyEpochs: epochs) { trainer in
      var pass = batches
      return try Training.score(trainer, on: &pass, allowing: allowance).score
    }
  }

  /// A figure of any metric on held-out batches, such as an area under a curve.
  ///
  /// - Parameters:
  ///   - name: What the figure is.
  ///   - direction: Whether a lower or a higher figure is better.
  ///   - batches: The held-out batches, whose first pass it is.
  ///   - epochs: After how many epochs, again and again.
  ///   - metric: What to add to, as `evaluate(_:on:with:)` does.
  ///   - allowance: What is let pass; by default an example that its normalizer was fitted on is refused.
  ///   - figure: The figure, as in `{ try $0.area }` of a `ROC`.
  public static func metric<Metric: EvaluationMetric>(
    _ name: String, _ direction: Objective = .maximize, on batches: some DataSetIterator,
    everyEpochs epochs: Int = 1, with metric: Metric, allowing allowance: EvaluationPolicy = [],
    figure: @escaping (Metric) throws -> Double
  ) -> Validation {
    Validation(name: name, direction, everyEpochs: epochs) { trainer in
      var pass = batches
      return try figure(try evaluate(trainer, on: &pass, with: metric, allowing: allowance))
    }
  }

  /// A figure of a classifier's evaluation on held-out batches.
  ///
  /// - Parameters:
  ///   - name: What the figure is.
  ///   - direction: Whether a lower or a higher figure is better.
  ///   - batches: The held-out batches, whose first pass it is.
  ///   - epochs: After how many epochs, again and again.
  ///   - allowance: What is let pass; by default an example that its normalizer was fitted on is refused.
  ///   - figure: The figure, as in `{ try $0.fBeta(2) }`.
  public static func classification(
    _ name: String, _ direction: Objective = .maximize, on batches: some DataSetIterator,
    everyEpochs epochs: Int = 1, allowing allowance: EvaluationPolicy = [],
    figure: @escaping (Evaluation) throws -> Double
  ) -> Validation {
    Validation(name: name, direction, everyEpochs: epochs) { trainer in
      var pass = batches
      return try figure(try evaluate(trainer, on: &pass, allowing: allowance))
    }
  }

  /// The accuracy on held-out batches.
  public static func accuracy(
    on batches: some DataSetIterator, everyEpochs epochs: Int = 1,
    allowing allowance: EvaluationPolicy = []
  ) -> Validation {
    classification("accuracy", on: batches, everyEpochs: epochs, allowing: allowance) { try $0.accuracy }
  }

  /// The F1 score on held-out batches: of class 1 of two, macro otherwise.
  public static func f1(
    on batches: some DataSetIterator, everyEpochs epochs: Int = 1,
    allowing allowance: EvaluationPolicy = []
  ) -> Validation {
    classification("F1", on: batches, everyEpochs: epochs, allowing: allowance) { try $0.f1 }
  }

  /// A figure of a regression's evaluation on held-out batches.
  ///
  /// - Parameters:
  ///   - name: What the figure is.
  ///   - direction: Whether a lower or a higher figure is better.
  ///   - batches: The held-out batches, whose first pass it is.
  ///   - epochs: After how many epochs, again and again.
  ///   - allowance: What is let pass; by default an example that its normalizer was fitted on is refused.
  ///   - figure: The figure, as in `{ try $0.rSquared(0) }`.
  public static func regression(
    _ name: String, _ direction: Objective, on batches: some DataSetIterator,
    everyEpochs epochs: Int = 1, allowing allowance: EvaluationPolicy = [],
    figure: @escaping (RegressionEvaluation) throws -> Double
  ) -> Validation {
    Validation(name: name, direction, everyEpochs: epochs) { trainer in
      var pass = batches
      return try figure(try evaluateRegression(trainer, on: &pass, allowing: allowance))
    }
  }
}
