import DataSets

/// Feeds a trainer batch by batch, epoch by epoch, and tells listeners how it goes.
///
/// ```swift
/// try TrainingLoop(epochs: 40, listeners: [ProgressBar()]).fit(&network, &batches)
///
/// let loop = TrainingLoop(
///   epochs: 500, stopping: [NoImprovement(epochs: 10), TimeLimit(.seconds(3600))],
///   validation: .accuracy(on: heldOut))
/// let summary = try loop.fit(&network, &batches, models: ModelDirectory("models"))
/// print(summary.reason, summary.best?.value ?? .nan, summary.bestModel ?? "")
/// ```
/// The loop knows nothing of the trainer but `Trainer`, nothing of the data but `DataSetIterator`.
public struct TrainingLoop {
  /// The number of passes over the data, 1 or more.
  public var epochs: Int
  /// Who is told how it goes, in this order.
  public var listeners: [any TrainingListener]
  /// What may end the run early; the first of them with a reason gives it.
  public var stopping: [any StoppingCondition]
  /// What an epoch's model is worth; `nil`: its score on the training data.
  public var validation: Validation?
  /// The clock: time limits, checkpoints by seconds and waiting times go by it.
  public var now: () -> ContinuousClock.Instant

  /// Makes a loop.
  ///
  /// - Parameters:
  ///   - epochs: The number of passes over the data, 1 or more.
  ///   - listeners: Who is told how it goes, in this order.
  ///   - stopping: What may end the run early; the first of them with a reason gives it.
  ///   - validation: What an epoch's model is worth; `nil`: its score on the training data.
  ///   - now: The clock, so that a test can turn it.
  public init(
    epochs: Int, listeners: [any TrainingListener] = [], stopping: [any StoppingCondition] = [],
    validation: Validation? = nil, now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    precondition(epochs > 0, "a training of \(epochs) epochs")
    self.epochs = epochs
    self.listeners = listeners
    self.stopping = stopping
    self.validation = validation
    self.now = now
  }

  /// Trains `trainer` on `epochs` passes over `batches`.
  ///
  /// A batch is cut into pieces of the trainer's `stepsPerUpdate` time steps; each is one parameter update. An epoch's
  /// loss counts every sequence once, where it starts.
  ///
  /// - Returns: The loss of every epoch, why the run ended, and which epoch was best.
  /// - Throws: `TrainingError` when an epoch has no batch, or nothing to learn from, or a score, gradient or output that
  ///   is NaN or infinite; and what the trainer, the iterator, the validation and the listeners throw. The trainer keeps
  ///   what it has learned.
  @discardableResult
  public func fit<Model: Trainer, Batches: DataSetIterator>(
    _ trainer: inout Model, _ batches: inout Batches
  ) throws -> TrainingSummary {
    try run(&trainer, &batches, from: newRun(batches), NoStorage<Model, Batches>())
  }

  /// Goes on from `run` until a condition has a reason to stop, or all epochs are done.
  func run<Keeper: RunStorage>(
    _ trainer: inout Keeper.Model, _ batches: inout Keeper.Batches, from run: RunRecord, _ keeper: Keeper
  ) throws -> TrainingSummary {
    var engine = TrainingEngine(loop: self, run: run, keeper: keeper)
    do {
      for listener in listeners { try listener.began(engine.run.progress, trainer: trainer) }
      var reason = engine.reasonToStop
      while reason == nil { reason = try engine.epoch(&trainer, &batches) }
      let summary = try engine.finish(trainer, reason ?? .epochsDone)
      for listener in listeners { try listener.finished(summary, trainer: trainer) }
      return summary
    } catch {
      for listener in listeners { listener.failed(error) }
      throw error
    }
  }

  /// The record of a run that has not begun.
  func newRun(_ batches: some DataSetIterator) -> RunRecord {
    RunRecord(
      epochCount: epochs, batchCount: batches.knownBatchCount,
      direction: validation?.direction ?? .minimize)
  }
}
