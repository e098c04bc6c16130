import DataSets
import Metrics
import Platform

/// A listener that evaluates the model on held-out batches at an interval of epochs, and stores the results.
///
/// ```swift
/// let listener = EvaluationListener(on: heldOut, everyEpochs: 5)
/// try TrainingLoop(epochs: 40, listeners: [listener]).fit(&network, batches)
/// // epoch 5: accuracy 0.9622, F1 0.9587
/// try listener.evaluations.last?.result.accuracy
/// ```
/// It only reports; use a `Validation` to stop a run or to pick the best model.
public final class EvaluationListener<Result>: TrainingListener {
  /// The result after one epoch.
  public struct Entry {
    /// The epoch, from 0.
    public var epoch: Int
    /// The result.
    public var result: Result
  }

  /// The results so far, in order.
  public private(set) var evaluations: [Entry] = []
  private let interval: Int
  private let write: (String) -> Void
  private let evaluate: (any Trainer) throws -> Result
  private let text: (Result) throws -> String

  /// Makes a listener from any function of the trainer.
  ///
  /// - Parameters:
  ///   - interval: The number of epochs between two evaluations, 1 or more.
  ///   - write: Takes the lines; by default, they go to standard error.
  ///   - evaluate: Computes the result; it gets the trainer between two epochs and cannot change it.
  ///   - text: Returns the text of a line about a result.
  public init(
    everyEpochs interval: Int = 1, write: @escaping (String) -> Void = { StandardStream.error.write($0) },
    evaluate: @escaping (any Trainer) throws -> Result, text: @escaping (Result) throws -> String
  ) {
    precondition(interval > 0, "an evaluation every \(interval) epochs; at least 1 is needed")
    self.interval = interval
    self.write = write
    self.evaluate = evaluate
    self.text = text
  }

  /// Evaluates if the epoch is due.
  ///
  /// - Throws: Any error of the evaluation, which ends the run.
  public func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws {
    guard (progress.epoch + 1).isMultiple(of: interval) else { return }
    let result = try evaluate(trainer)
    evaluations.append(Entry(epoch: progress.epoch, result: result))
    write("epoch \(progress.epoch + 1): \(try text(result))\n")
  }
}

extension EvaluationListener where Result == Evaluation {
  /// Makes a listener that evaluates a classifier on the first pass of `batches`.
  ///
  /// - Parameters:
  ///   - batches: The data.
  ///   - interval: The number of epochs between two evaluations.
  ///   - classNames: The classes' names; `nil`: their indices.
  ///   - policy: Exceptions; by default, an example that its normalizer was fitted on ends the run.
  ///   - write: Takes the text; by default, it goes to standard error.
  public convenience init(
    on batches: some DataSetSource, everyEpochs interval: Int = 1, classNames: [String]? = nil,
    allowing policy: EvaluationPolicy = [],
    write: @escaping (String) -> Void = { StandardStream.error.write($0) }
  ) {
    self.init(everyEpochs: interval, write: write) { trainer in
      try trainer.evaluate(on: batches, classNames: classNames, allowing: policy)
    } text: {
      "accuracy \(try $0.accuracy.fixed(4)), F1 \(try $0.f1.fixed(4))"
    }
  }
}
