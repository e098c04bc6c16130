import DataSets

/// A loop that feeds batches to a trainer, epoch by epoch, and reports progress to listeners.
///
/// ```swift
/// try TrainingLoop(epochs: 40, listeners: [ProgressBar()]).fit(&network, batches)
///
/// let loop = TrainingLoop(
///   epochs: 500, stopping: [NoImprovement(epochs: 10), TimeLimit(.seconds(3600))],
///   validation: .accuracy(on: heldOut))
/// let summary = try loop.fit(&network, batches, models: ModelDirectory("models"))
/// print(summary.reason, summary.best?.value ?? .nan, summary.bestModel ?? "")
/// ```
/// The loop knows only `Trainer` of the trainer, and only `DataSetSource` of the data.
public struct TrainingLoop {
  /// The number of passes over the data, 1 or more.
  public var epochs: Int
  /// The listeners, in the order in which they are called.
  public var listeners: [any TrainingListener]
  /// The conditions that may end the run early; the first of them with a reason ends it.
  public var stopping: [any StoppingCondition]
  /// The measure of an epoch's model; `nil`: its score on the training data.
  public var validation: Validation?
  /// The rule by which the learning rate falls; `nil`: it is the trainer's own.
  ///
  /// The trainer must be `RateScaling`.
  public var plateau: PlateauRate?
  /// The clock for time limits, checkpoints by seconds and waiting times.
  public var now: () -> ContinuousClock.Instant

  /// Makes a loop.
  ///
  /// - Parameters:
  ///   - epochs: The number of passes over the data, 1 or more.
  ///   - listeners: The listeners, in the order in which they are called.
  ///   - stopping: The conditions that may end the run early; the first of them with a reason ends it.
  ///   - validation: The measure of an epoch's model; `nil`: its score on the training data.
  ///   - now: The clock, which a test can replace.
  public init(
    epochs: Int, listeners: [any TrainingListener] = [], stopping: [any StoppingCondition] = [],
    validation: Validation? = nil, now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    precondition(epochs > 0, "a training of \(epochs) epochs; at least 1 is needed")
    self.epochs = epochs
    self.listeners = listeners
    self.stopping = stopping
    self.validation = validation
    self.now = now
  }

  /// Trains `trainer` on `epochs` passes over `batches`.
  ///
  /// A batch is cut into pieces of the trainer's `stepsPerUpdate` time steps; each is one parameter update.
  /// An epoch's loss counts every sequence once, where it starts.
  ///
  /// - Returns: The loss of every epoch, the reason why the run ended, and the best epoch.
  /// - Throws: `TrainingError` if an epoch has no batch, or nothing to learn from, or a score, gradient or
  ///   output is NaN or infinite; and any error of the trainer, the iterator, the validation and the
  ///   listeners. The trainer keeps what it has learned.
  @discardableResult
  public func fit<Model: Trainer, Batches: DataSetSource>(
    _ trainer: inout Model, _ batches: Batches
  ) throws -> TrainingSummary {
    try run(&trainer, batches.makeIterator(), NoStorage<Model, Batches.Iterator>())
  }

  /// Continues from `run` until a condition has a reason to stop, or all epochs are done.
  ///
  /// - Parameter run: The run to continue; `nil`: a run that has not begun.
  func run<Storage: RunStorage>(
    _ trainer: inout Storage.Model, _ batches: Storage.Batches, from run: RunRecord? = nil, _ storage: Storage
  ) throws -> TrainingSummary {
    var batches = batches
    let run =
      run
      ?? RunRecord(epochCount: epochs, batchCount: batches.knownBatchCount, objective: objective)
    var engine = TrainingEngine(loop: self, run: run, storage: storage)
    do {
      for listener in listeners {
        if let key = listener.checkpointKey, let state = run.listeners?[key] { try listener.restore(state) }
      }
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

  /// The direction in which the measure of an epoch's model improves.
  var objective: EpochMetric.Objective { validation?.objective ?? .minimize }
}
