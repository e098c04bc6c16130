import TestSupport
import Testing

@testable import Training

struct RunRecordTests {
  /// A run in the middle of its third epoch, which is over when `isDone`.
  private func record(isDone: Bool = false) -> RunRecord {
    var run = RunRecord(epochCount: 5, batchCount: 2, objective: .minimize)
    let loss = BatchLoss(sum: 1, stepCount: 2, sequenceCount: 2)
    for epoch in 0..<3 {
      run.beginEpoch(of: 5, batchCount: 2)
      run.progress.beginBatch(plainBatch(2, 3), pieceCount: 3)
      for _ in 0..<2 {
        run.progress.endPiece(loss)
        run.endUpdate(loss, seconds: Double(epoch))
      }
      if epoch == 2 && !isDone { break }
      _ = run.endEpoch(EpochMetric(epoch: epoch, name: "score", value: 1), validated: false, seconds: 3)
    }
    return run
  }

  @Test(arguments: [false, true]) func aRecordIsReadAsItWasWritten(isDone: Bool) throws {
    let run = record(isDone: isDone)
    #expect(run.isInsideEpoch != isDone && run.progress.iteration == 6)
    #expect(try RunRecord(run.text()) == run)
  }

  /// The loop continues counting from these numbers, and would trap.
  @Test(arguments: [
    ("\"piece\":2", "\"piece\":-1"), ("\"piece\":2", "\"piece\":4"), ("\"pieceCount\":3", "\"pieceCount\":0"),
    ("\"iteration\":6", "\"iteration\":7"), ("\"iteration\":6", "\"iteration\":9223372036854775807"),
    ("\"iterationCount\":6", "\"iterationCount\":-6"), ("\"updateCount\":2", "\"updateCount\":7"),
    ("\"batch\":1", "\"batch\":-1"), ("\"exampleCount\":2", "\"exampleCount\":1"),
    ("\"isInsideEpoch\":true", "\"isInsideEpoch\":false"),
  ]) func countsThatNoRunHasAreRejected(from: String, to: String) throws {
    let text = try record().text()
    let changed = text.replacing(from, with: to, maxReplacements: 1)
    #expect(changed != text)
    #expect(message { _ = try RunRecord(changed) } == "its run has impossible counts")
  }

  /// What the version before the lists were packed has written.
  @Test func theFirstVersionIsStillRead() throws {
    let text = """
      {"history":{"direction":"lowerIsBetter","figures":[{"epoch":0,"name":"score","value":1},{"epoch":1,"name":"score",\
      "value":"nan"}],"iterationCount":6,"lastLoss":{"penalty":0,"sequenceCount":2,"stepCount":2,"sum":1},"losses":\
      [{"penalty":0,"sequenceCount":2,"stepCount":4,"sum":2},{"penalty":0,"sequenceCount":2,"stepCount":4,"sum":2}],\
      "seconds":2},"isInsideEpoch":true,"progress":PROGRESS,"version":1}
      """
    let written = try record().text()
    let start = try #require(written.firstRange(of: "\"progress\":")).upperBound
    let end = try #require(written[start...].firstRange(of: "},\"version\"")).lowerBound
    let run = try RunRecord(text.replacing("PROGRESS", with: written[start...end]))
    #expect(
      run.history.losses.count == 2 && run.history.losses[1].sum == 2
        && run.version == RunRecord.currentVersion)
    #expect(run.history.metrics.count == 2 && run.history.metrics[1].value.isNaN)
    #expect(run.progress == record().progress)
  }

  @Test func metricsOfDifferentNamesAreKept() throws {
    var run = record(isDone: true)
    run.history.metrics[1].name = "another"
    run.listeners = ["a": "state \"1\""]
    #expect(try RunRecord(run.text()) == run)
    #expect(try run.text().contains("another"))
  }

  /// A long history costs little: a checkpoint contains all of it.
  @Test func aLongHistoryIsSmall() throws {
    var run = RunRecord(epochCount: 10_000, batchCount: 1, objective: .minimize)
    for epoch in 0..<10_000 {
      run.history.losses.append(BatchLoss(sum: Double(epoch) / 3, stepCount: 2, sequenceCount: 2))
      run.history.metrics.append(EpochMetric(epoch: epoch, name: "score", value: Double(epoch) / 7))
    }
    (run.progress.epoch, run.isInsideEpoch) = (9_999, false)
    let text = try run.text()
    #expect(text.utf8.count < 10_000 * 23)
  }
}
