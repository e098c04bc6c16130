import DataSets
import Sequences
import Tensors
import Testing

@testable import Training

/// Records every call in a log that listeners share.
private final class Recorder: TrainingListener {
  final class Log { var lines: [String] = [] }

  let name: String
  let log: Log
  /// The completed fractions of the epoch, update by update.
  var fractions: [Double?] = []
  var epochs: [TrainingProgress] = []
  /// The error that `epochDone` throws; `nil`: none.
  var rejection: (any Error)?

  init(_ name: String = "a", _ log: Log = Log()) {
    self.name = name
    self.log = log
  }

  func began(_ progress: TrainingProgress, trainer: some Trainer) {
    log.lines.append("\(name) began \(progress.epochCount)")
  }

  func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    fractions.append(progress.fractionOfEpoch)
    log.lines.append("\(name) \(progress.epoch):\(progress.iteration) \(loss.score)")
  }

  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws {
    epochs.append(progress)
    log.lines.append("\(name) epoch \(progress.epoch) done")
    if let rejection { throw rejection }
  }

  func finished(_ summary: TrainingSummary, trainer: some Trainer) {
    log.lines.append("\(name) finished \(summary.iterationCount)")
  }

  func failed(_ error: any Error) { log.lines.append("\(name) failed") }
}

private struct Rejection: Error, Equatable {}

struct TrainingLoopTests {
  @Test func listenersHearEverythingInOrder() throws {
    let log = Recorder.Log()
    var trainer = ScriptedTrainer()
    let batches = MemoryBatches([plainBatch(2, 3), plainBatch(1, 3)])
    let loop = TrainingLoop(epochs: 2, listeners: [Recorder("a", log), Recorder("b", log)])
    try loop.fit(&trainer, batches)
    let expected = [
      "began 2", "0:1 1.0", "0:2 1.0", "epoch 0 done", "1:3 1.0", "1:4 1.0", "epoch 1 done", "finished 4",
    ]
    #expect(log.lines == expected.flatMap { ["a \($0)", "b \($0)"] })
  }

  @Test func aListenerMayHearNothing() throws {
    final class Deaf: TrainingListener {}
    var trainer = ScriptedTrainer()
    let batches = MemoryBatches([plainBatch(1, 1)])
    #expect(try TrainingLoop(epochs: 1, listeners: [Deaf()]).fit(&trainer, batches).iterationCount == 1)
  }

  @Test func everyPieceIsOneUpdateButThoseWithNothingToLearn() throws {
    let losses: [BatchLoss?] = [
      BatchLoss(sum: 4, stepCount: 4, sequenceCount: 2, penalty: 7), nil,
      BatchLoss(sum: 2, stepCount: 2, sequenceCount: 2, penalty: 0.5),
    ]
    var trainer = ScriptedTrainer(stepsPerUpdate: 2, losses: losses)
    let batches = CountedBatches([plainBatch(2, 5), plainBatch(3, 2)])
    let listener = Recorder()
    let summary = try TrainingLoop(epochs: 1, listeners: [listener]).fit(&trainer, batches)

    #expect(trainer.pieces.map(\.stepCount) == [2, 2, 1, 2])
    #expect(trainer.pieces.map { $0.seriesStarts[0, 0] } == [true, false, false, true])
    #expect(listener.log.lines.filter { $0.contains(":") } == ["a 0:1 9.0", "a 0:2 1.5", "a 0:3 1.0"])
    #expect(listener.fractions == [1 / 6.0, 0.5, 1])
    #expect(listener.epochs[0].exampleCount == 5)
    // Two sequences, then three; the pieces of the first two count each sequence once, and the last penalty
    // counts.
    #expect(summary.losses == [BatchLoss(sum: 9, stepCount: 12, sequenceCount: 5)])
    #expect(summary.iterationCount == 3)
  }

  @Test func theNumberOfBatchesIsLearnedFromTheFirstEpoch() throws {
    var trainer = ScriptedTrainer()
    let batches = MemoryBatches([plainBatch(2, 1), plainBatch(2, 1)])
    let listener = Recorder()
    try TrainingLoop(epochs: 2, listeners: [listener]).fit(&trainer, batches)
    #expect(listener.fractions == [nil, nil, 0.5, 1])
  }

  @Test func examplesOfPiecesCountByTheirShare() {
    var progress = TrainingProgress(epochCount: 1)
    #expect(progress.examplesDone == 0)
    progress.beginBatch(plainBatch(8, 1), pieceCount: 1)
    progress.endPiece(nil)
    progress.beginBatch(plainBatch(8, 1), pieceCount: 4)
    #expect(progress.examplesDone == 8)
    progress.endPiece(nil)
    #expect(progress.examplesDone == 10)
    #expect(progress.exampleCount == 16)
    #expect(progress.iteration == 0)
  }

  @Test func anEpochWithoutBatchesIsAnError() throws {
    var trainer = ScriptedTrainer()
    let batches = MemoryBatches([])
    let listener = Recorder()
    let error = #expect(throws: TrainingError.self) {
      try TrainingLoop(epochs: 1, listeners: [listener]).fit(&trainer, batches)
    }
    #expect(error?.kind == .noBatches)
    #expect(
      error?.description == """
        epoch 1: the iterator returned no batch; check that its data is not empty, and that begin(epoch:) returns to \
        the first batch
        """)
    #expect(listener.log.lines == ["a began 1", "a failed"])
  }

  @Test func anEpochWithNothingToLearnFromIsAnError() throws {
    var trainer = ScriptedTrainer(losses: [nil, nil])
    let batches = MemoryBatches([plainBatch(1, 1), plainBatch(1, 1)])
    let error = #expect(throws: TrainingError.self) {
      try TrainingLoop(epochs: 1).fit(&trainer, batches)
    }
    #expect(error?.kind == .nothingToLearn)
    #expect(error?.description.hasPrefix("epoch 1: no label is present in any of the 2 batches") == true)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aScoreThatIsNotANumberStopsTheRun(value: Double) throws {
    let metadata = (0..<6).map {
      DataSet.ExampleMetadata(
        index: $0, features: SequenceRecord.Source(path: "f\($0).csv", firstLine: 2, key: "\($0)"),
        featureLines: 2...4)
    }
    let good = BatchLoss(sum: 1, stepCount: 1, sequenceCount: 1)
    let bad = BatchLoss(sum: value, stepCount: 1, sequenceCount: 1)
    var trainer = ScriptedTrainer(losses: [good, good, good, bad])
    let batches = MemoryBatches([plainBatch(1, 1), plainBatch(6, 1, metadata: metadata)])
    let listener = Recorder()
    let error = #expect(throws: TrainingError.self) {
      try TrainingLoop(epochs: 2, listeners: [listener]).fit(&trainer, batches)
    }
    #expect(error?.kind == .notFinite)
    #expect(error?.locations.count == 6)
    let start =
      "epoch 2, batch 2, iteration 4, data f0.csv:2, f1.csv:2, f2.csv:2, f3.csv:2 and 2 more: the score is \(value), "
    #expect(error?.description.hasPrefix(start) == true)
    #expect(error?.description.contains("lower the learning rate") == true)
    #expect(listener.log.lines.last == "a failed")
    #expect(!listener.log.lines.contains { $0.hasPrefix("a 1:4") })
  }

  @Test func aPenaltyThatIsNotANumberStopsTheRunToo() {
    let bad = BatchLoss(sum: 1, stepCount: 1, sequenceCount: 1, penalty: .nan)
    var trainer = ScriptedTrainer(losses: [bad])
    let batches = MemoryBatches([plainBatch(1, 1)])
    #expect(throws: TrainingError.self) { try TrainingLoop(epochs: 1).fit(&trainer, batches) }
  }

  @Test func aListenersErrorEndsTheRunAndAllListenersAreNotified() throws {
    let log = Recorder.Log()
    let rejecting = Recorder("a", log)
    rejecting.rejection = Rejection()
    var trainer = ScriptedTrainer()
    let batches = MemoryBatches([plainBatch(1, 1)])
    #expect(throws: Rejection()) {
      try TrainingLoop(epochs: 9, listeners: [rejecting, Recorder("b", log)]).fit(&trainer, batches)
    }
    #expect(Array(log.lines.suffix(3)) == ["a epoch 0 done", "a failed", "b failed"])
  }
}
