import DataSets

/// One run of a loop: epoch, batch, piece, update, report, evaluate, checkpoint.
struct TrainingEngine<Storage: RunStorage> {
  private let loop: TrainingLoop
  private(set) var run: RunRecord
  private var storage: Storage
  private let secondsBefore: Double
  private let start: ContinuousClock.Instant

  /// Continues from `run`, which is new or comes from a checkpoint.
  init(loop: TrainingLoop, run: RunRecord, storage: Storage) {
    (self.loop, self.run, self.storage) = (loop, run, storage)
    self.run.progress.epochCount = loop.epochs
    self.run.listeners = nil
    self.run.validationData = loop.validation?.data
    secondsBefore = run.history.seconds
    start = loop.now()
  }

  /// Makes the updates of one epoch, or the rest of them in a resumed run.
  ///
  /// - Returns: The reason to stop, if there is one.
  mutating func epoch(
    _ trainer: inout Storage.Model, _ batches: inout Storage.Batches
  ) throws -> StopReason? {
    // Also of an epoch that is resumed: the rate follows from the epochs before it.
    loop.plateau?.apply(to: &trainer, after: run.history)
    // Some pieces of a resumed run's first batch may be done; nil for all other batches.
    var piecesDone = run.isInsideEpoch ? run.progress.piece : nil
    if piecesDone == nil {
      try batches.begin(epoch: run.history.losses.count)
      run.beginEpoch(of: loop.epochs, batchCount: batches.knownBatchCount)
      try trainer.begin(epoch: run.progress.epoch)
    }
    while var batch = try draw(from: &batches) {
      // Lanes that are never filled have no start, but need no state carried into the first batch of a pass.
      if run.progress.batch == (piecesDone == nil ? 0 : 1) { batch = batch.resettingRowsWithoutState() }
      let pieces = batch.lazyPieces(of: trainer.stepsPerUpdate)
      if piecesDone == nil { run.progress.beginBatch(batch, pieceCount: pieces.count) }
      try checkCut(batch, pieces.count)
      for piece in pieces.dropFirst(piecesDone ?? 0) {
        if let reason = try update(&trainer, piece) { return reason }
      }
      piecesDone = nil
    }
    return try endEpoch(trainer)
  }

  private mutating func draw(from batches: inout Storage.Batches) throws -> DataSet? {
    storage.willDraw(from: batches)
    let begun = loop.now()
    defer { run.progress.waitingSeconds += (loop.now() - begun).seconds }
    return try batches.next()
  }

  private mutating func update(_ trainer: inout Storage.Model, _ piece: DataSet) throws -> StopReason? {
    for listener in loop.listeners { try listener.willTrain(on: piece, run.progress, trainer: trainer) }
    let loss: BatchLoss?
    do {
      loss = try trainer.fit(piece)
    } catch let divergence as Divergence {
      return try stopOrThrow(.diverged(divergence, run.progress, piece))
    }
    run.progress.endPiece(loss)
    guard let loss else { return nil }  // nothing to learn from: no update was made
    precondition(loss.sequenceCount > 0, "the trainer's loss counts no sequences")
    run.endUpdate(loss, seconds: seconds)
    guard loss.score.isFinite else { return try stopOrThrow(.notFinite(loss, run.progress, piece)) }
    for listener in loop.listeners { try listener.iterationDone(loss, run.progress, trainer: trainer) }
    try storage.updateDone(trainer, run, loop.listeners)
    return reasonToStop
  }

  private mutating func endEpoch(_ trainer: Storage.Model) throws -> StopReason? {
    let progress = run.progress
    guard progress.batch > 0 else { throw TrainingError.noBatches(epoch: progress.epoch + 1) }
    guard progress.updateCount > 0 else { throw TrainingError.nothingToLearn(progress) }
    var figure: EpochMetric? = EpochMetric(epoch: progress.epoch, name: "score", value: progress.loss.score)
    if let validation = loop.validation {
      let isDue = (progress.epoch + 1).isMultiple(of: validation.epochs)
      figure =
        isDue
        ? EpochMetric(epoch: progress.epoch, name: validation.name, value: try validation.figure(trainer))
        : nil
    }
    let isBest = run.endEpoch(figure, validated: loop.validation != nil, seconds: seconds)
    if isBest {
      for listener in loop.listeners { try listener.bestEpochDone(run.progress, trainer: trainer) }
    }
    for listener in loop.listeners { try listener.epochDone(run.progress, trainer: trainer) }
    try storage.epochDone(trainer, run, loop.listeners, isBest: isBest)
    return reasonToStop
  }

  /// Stores the end of the run, and returns its summary.
  mutating func finish(_ trainer: Storage.Model, _ reason: StopReason) throws -> TrainingSummary {
    // Diverged parameters are useless for continuing.
    if run.history.divergence == nil { try storage.finished(trainer, run, loop.listeners) }
    let best = run.history.best
    return TrainingSummary(
      iterationCount: run.history.iterationCount, losses: run.history.losses, reason: reason,
      metrics: run.history.metrics, best: best, bestModel: best.flatMap { _ in storage.bestModel },
      latestModel: storage.latestModel)
  }

  /// The reason why the run should end now; `nil` to continue.
  var reasonToStop: StopReason? {
    for condition in loop.stopping {
      if let reason = condition.reason(run.history) { return reason }
    }
    return run.history.losses.count >= loop.epochs ? .epochsDone : nil
  }

  /// Returns the reason that a condition gives for a divergence; throws if there is none.
  ///
  /// A condition that would have stopped the run anyway (such as a time limit) does not hide the divergence.
  private mutating func stopOrThrow(_ error: TrainingError) throws -> StopReason {
    var before = run.history
    before.lastLoss = nil
    run.history.divergence = error.description
    for condition in loop.stopping where condition.reason(before) == nil {
      if let reason = condition.reason(run.history) { return reason }
    }
    throw error
  }

  private func checkCut(_ batch: DataSet, _ pieceCount: Int) throws {
    guard pieceCount != run.progress.pieceCount else { return }
    throw TrainingError(
      .checkpoint, epoch: run.progress.epoch + 1, locations: batch.metadata.map(\.location),
      "the checkpoint was written in a batch of \(run.progress.pieceCount) pieces, but the batch now has \(pieceCount); "
        + "resume with the data and the stepsPerUpdate that it was written with")
  }

  private var seconds: Double { secondsBefore + (loop.now() - start).seconds }
}

extension DataSetIterator {
  /// The number of batches in a pass, if the iterator knows it.
  var knownBatchCount: Int? { (self as? any CountedDataSetIterator)?.batchCount }
}

/// The storage of a run's files: the loop's only access to the disk.
protocol RunStorage<Model, Batches> {
  associatedtype Model: Trainer
  associatedtype Batches: DataSetIterator

  /// Called before a batch is read.
  mutating func willDraw(from batches: Batches)
  /// Called after an update, once the listeners have been called.
  mutating func updateDone(_ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener]) throws
  /// Called after an epoch, once the listeners have been called.
  mutating func epochDone(
    _ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener], isBest: Bool) throws
  /// Called at the end of a run whose parameters have not diverged.
  mutating func finished(_ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener]) throws
  /// The path of the model of the run's best epoch; `nil` if there is none.
  var bestModel: String? { get }
  /// The path of the model that was written last; `nil` if this process has written none.
  var latestModel: String? { get }
}

/// Stores nothing, for trainers that cannot be saved and runs that are not saved.
struct NoStorage<Model: Trainer, Batches: DataSetIterator>: RunStorage {
  func willDraw(from batches: Batches) {}
  func updateDone(_ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener]) {}
  func epochDone(_ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener], isBest: Bool) {}
  func finished(_ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener]) {}
  var bestModel: String? { nil }
  var latestModel: String? { nil }
}
