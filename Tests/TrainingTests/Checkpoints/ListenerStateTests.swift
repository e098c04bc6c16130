import DataSets
import Platform
import TestSupport
import Testing

@testable import Training

/// Listeners take part in checkpoints: they are asked before each one, and get their state back.
struct ListenerStateTests {
  private let batches = ResumableBatches((0..<4).map { _ in plainBatch(2, 3) })

  /// Counts updates, and notes in which order it is called.
  private final class Counter: TrainingListener {
    let checkpointKey: String?
    var calls: [String] = []
    private var count = 0

    init(_ key: String?) { checkpointKey = key }

    func restore(_ state: String) { (count, calls) = (Int(state) ?? -1, calls + ["restore \(state)"]) }
    func began(_ progress: TrainingProgress, trainer: some Trainer) {
      calls.append("began \(progress.iteration)")
    }
    func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) { count += 1 }
    func willCheckpoint(_ progress: TrainingProgress) -> String? {
      calls.append("checkpoint \(progress.iteration)")
      return "\(count)"
    }
  }

  @Test func theStateIsThatOfTheCheckpoint() throws {
    let directory = TestDirectory()
    let checkpoints = Checkpoints(directory.path, every: .iterations(3))
    var trainer = TinyRecurrence()
    let first = [Counter("a"), Counter("b"), Counter(nil)]
    try TrainingLoop(epochs: 2, listeners: first).resume(&trainer, batches, from: checkpoints)
    for counter in first {
      #expect(counter.calls == ["began 0", "checkpoint 3", "checkpoint 6", "checkpoint 8"])
    }
    // After the last update, which is also due, and at the end of its epoch.
    let atTheEnd = ["checkpoint 12", "checkpoint 12"]
    let second = [Counter("b"), Counter("other"), Counter(nil)]
    try TrainingLoop(epochs: 3, listeners: second).resume(&trainer, batches, from: checkpoints)
    #expect(second[0].calls == ["restore 8", "began 8", "checkpoint 9"] + atTheEnd)
    // A checkpoint without a state of the listener.
    for counter in second.dropFirst() {
      #expect(counter.calls == ["began 8", "checkpoint 9"] + atTheEnd)
    }
    let third = Counter("b")
    try TrainingLoop(epochs: 3, listeners: [third]).resume(&trainer, batches, from: checkpoints)
    #expect(third.calls == ["restore 12", "began 12"])
  }

  /// No checkpoint is written if what it would build on cannot be.
  @Test func aListenerThatFailsKeepsTheCheckpointBefore() throws {
    final class Full: TrainingListener {
      struct Failure: Error {}
      func willCheckpoint(_ progress: TrainingProgress) throws -> String? {
        if progress.iteration > 3 { throw Failure() }
        return nil
      }
    }
    let directory = TestDirectory()
    var trainer = TinyRecurrence()
    #expect(throws: Full.Failure.self) {
      try TrainingLoop(epochs: 2, listeners: [Full()]).fit(
        &trainer, batches, checkpoints: Checkpoints(directory.path, every: .iterations(3)))
    }
    #expect(try Directory.names(in: directory.path) == ["checkpoint-00000003.safetensors"])
  }
}
