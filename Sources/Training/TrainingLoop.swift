import DataSets

/// Feeds a trainer batch by batch, epoch by epoch, and tells listeners how it goes.
///
/// ```swift
/// try TrainingLoop(epochs: 40, listeners: [ProgressBar()]).fit(&network, &batches)
/// ```
/// The loop knows nothing of the trainer but `Trainer`, nothing of the data but `DataSetIterator`.
public struct TrainingLoop {
  /// The number of passes over the data, 1 or more.
  public var epochs: Int
  /// Who is told how it goes, in this order.
  public var listeners: [any TrainingListener]

  /// Makes a loop.
  ///
  /// - Parameters:
  ///   - epochs: The number of passes over the data, 1 or more.
  ///   - listeners: Who is told how it goes, in this order.
  public init(epochs: Int, listeners: [any TrainingListener] = []) {
    precondition(epochs > 0, "a training of \(epochs) epochs")
    self.epochs = epochs
    self.listeners = listeners
  }

  /// Trains `trainer` on `epochs` passes over `batches`.
  ///
  /// A batch is cut into pieces of the trainer's `stepsPerUpdate` time steps; each is one parameter update.
  ///
  /// - Returns: The loss of every epoch.
  /// - Throws: `TrainingError` when an epoch has no batch, or nothing to learn from, or a score that is NaN or
  ///   infinite; and what the trainer, the iterator and the listeners throw. The trainer keeps what it has learned.
  @discardableResult
  public func fit(
    _ trainer: inout some Trainer, _ batches: inout some DataSetIterator
  ) throws -> TrainingSummary {
    do {
      return try run(&trainer, &batches)
    } catch {
      for listener in listeners { listener.failed(error) }
      throw error
    }
  }

  private func run(
    _ trainer: inout some Trainer, _ batches: inout some DataSetIterator
  ) throws -> TrainingSummary {
    var summary = TrainingSummary()
    var lastBatchCount: Int?  // of the epoch before; nil in the first one
    let start = TrainingProgress(epochCount: epochs, batchCount: batches.knownBatchCount)
    for listener in listeners { try listener.began(start, trainer: trainer) }

    for epoch in 0..<epochs {
      try batches.begin(epoch: epoch)
      var progress = TrainingProgress(
        epoch: epoch, epochCount: epochs, iteration: summary.iterationCount,
        batchCount: batches.knownBatchCount ?? lastBatchCount)

      while let batch = try batches.next() {
        let pieces = batch.pieces(of: trainer.stepsPerUpdate)
        progress.beginBatch(exampleCount: batch.exampleCount, pieceCount: pieces.count)
        for piece in pieces {
          let loss = try trainer.fit(piece)
          progress.endPiece(loss)
          guard let loss else { continue }  // nothing to learn from: no update was made
          precondition(loss.sequenceCount > 0, "the trainer's loss counts no sequences")
          guard loss.score.isFinite else { throw TrainingError.notFinite(loss, progress, batch) }
          for listener in listeners { try listener.iterationDone(loss, progress, trainer: trainer) }
        }
      }

      guard progress.batch > 0 else { throw TrainingError.noBatches(epoch: epoch + 1) }
      guard progress.loss.sequenceCount > 0 else { throw TrainingError.nothingToLearn(progress) }
      summary.iterationCount = progress.iteration
      summary.losses.append(progress.loss)
      lastBatchCount = progress.batch
      for listener in listeners { try listener.epochDone(progress, trainer: trainer) }
    }

    for listener in listeners { try listener.finished(summary, trainer: trainer) }
    return summary
  }
}

extension DataSetIterator {
  /// The number of batches of a pass, where the iterator can tell.
  fileprivate var knownBatchCount: Int? { (self as? any CountedDataSetIterator)?.batchCount }
}
