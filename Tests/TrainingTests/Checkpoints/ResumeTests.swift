import DataSets
import Platform
import TestSupport
import Testing

@testable import Training

/// A run that resumes from a checkpoint equals the uninterrupted run, bit by bit.
struct ResumeTests {
  /// Kills the run after an update, or after an epoch.
  private final class Killer: TrainingListener {
    struct Kill: Error {}
    let iteration: Int
    let epoch: Int?
    init(iteration: Int = -1, epoch: Int? = nil) { (self.iteration, self.epoch) = (iteration, epoch) }

    func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) throws {
      if progress.iteration == iteration { throw Kill() }
    }

    func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws {
      if progress.epoch == epoch { throw Kill() }
    }
  }

  /// Data that exercises every part of a position: batches in pieces, rows that continue, pieces without
  /// labels.
  struct Sample: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var batches: ResumableBatches
    var steps: Int?

    static let all: [Sample] = {
      let series = Series.random(count: 9, lengths: 2...9, seed: 8)
      var unlabelled = Series.random(count: 3, lengths: 5...5, seed: 9)
      for index in unlabelled.indices {
        unlabelled[index].isLabelled = [true, false, false, false, true]
      }
      let whole = [
        Array(series[0..<3]).batch(), unlabelled.batch(), Array(series[3..<8]).batch(),
        Array(series[8...]).batch(),
      ]
      return [
        Sample(testDescription: "whole", batches: ResumableBatches(whole, isOrdered: false), steps: nil),
        Sample(testDescription: "pieces", batches: ResumableBatches(whole, isOrdered: false), steps: 2),
        Sample(
          testDescription: "lanes", batches: ResumableBatches(series.lanes(rows: 2, steps: 5)), steps: nil),
        Sample(
          testDescription: "lanes in pieces", batches: ResumableBatches(series.lanes(rows: 2, steps: 5)),
          steps: 2),
      ]
    }()
  }

  private static let epochs = 3
  /// A clock that stands still, so that checkpoints of equal runs have equal bytes.
  private static let instant = ContinuousClock.now

  private func loop(_ listeners: [any TrainingListener] = [], epochs: Int = epochs) -> TrainingLoop {
    let now = Self.instant
    return TrainingLoop(
      epochs: epochs, listeners: listeners, stopping: [NoImprovement(epochs: 9)],
      validation: Validation(name: "w", .maximize) { trainer in
        (trainer as? TinyRecurrence)?.parameters[0] ?? .nan
      }, now: { now })
  }

  private struct Outcome: Equatable {
    var trainer: TinyRecurrence
    var summary: TrainingSummary
    var bytes: String
  }

  /// Begins or resumes the run in `directory` and returns its results.
  private func run(
    _ sample: Sample, in directory: String, _ interval: Checkpoints.Interval, keepLast: Int? = nil,
    listeners: [any TrainingListener] = []
  ) throws -> Outcome {
    var trainer = TinyRecurrence(stepsPerUpdate: sample.steps)
    let batches = sample.batches
    let checkpoints = Checkpoints(directory, every: interval, keepLast: keepLast)
    let summary = try loop(listeners).resume(&trainer, batches, from: checkpoints)
    let last = try #require(try checkpoints.paths().last)
    return Outcome(trainer: trainer, summary: summary, bytes: try fileText(last))
  }

  @Test(arguments: Sample.all) func everyCheckpointLeadsToTheSameEnd(sample: Sample) throws {
    let directory = TestDirectory()
    let updates = ScoreRecorder()
    let whole = try run(sample, in: directory.path, .iterations(1), listeners: [updates])
    let files = try Directory.names(in: directory.path)
    #expect(files.count == whole.summary.iterationCount)
    #expect(whole.summary.iterationCount == whole.trainer.iteration && whole.trainer.iteration >= 12)
    #expect(whole.summary.losses.count == Self.epochs && whole.trainer.epoch == Self.epochs - 1)

    // The loop writes nothing but its files: the results of a plain run are the same.
    var plain = TinyRecurrence(stepsPerUpdate: sample.steps)
    let batches = sample.batches
    #expect(try loop().fit(&plain, batches) == whole.summary)
    #expect(plain == whole.trainer)

    for (index, file) in files.enumerated() {
      let other = TestDirectory()
      other.write(try fileText("\(directory.path)/\(file)"), to: file)
      let seen = ScoreRecorder()
      #expect(try run(sample, in: other.path, .iterations(1), listeners: [seen]) == whole)
      // It made the remaining updates, and no others.
      #expect(seen.updates == Array(updates.updates.dropFirst(index + 1)))
    }
  }

  @Test(arguments: Sample.all) func aKilledRunResumes(sample: Sample) throws {
    for interval in [
      Checkpoints.Interval.iterations(1), .iterations(3), .iterations(1000), .epochs(1), .epochs(2),
    ] {
      let reference = TestDirectory()
      let whole = try run(sample, in: reference.path, interval)
      // One interval is tested with kills at all iterations; with the others, only the last checkpoint is
      // elsewhere.
      let stride = stride(
        from: 1, through: whole.summary.iterationCount, by: interval == .iterations(3) ? 1 : 4)
      let kills = stride.map { Killer(iteration: $0) }
      for killer in kills + (0..<Self.epochs).map({ Killer(epoch: $0) }) {
        let directory = TestDirectory()
        #expect(throws: Killer.Kill.self) {
          try run(sample, in: directory.path, interval, keepLast: 1, listeners: [killer])
        }
        #expect(try run(sample, in: directory.path, interval, keepLast: 1) == whole)
        #expect(try Directory.names(in: directory.path).count == 1)
      }
    }
  }

  @Test func aFinishedRunIsDoneOrResumesForMoreEpochs() throws {
    let sample = Sample.all[1]
    let directory = TestDirectory()
    let whole = try run(sample, in: directory.path, .epochs(2))
    #expect(try run(sample, in: directory.path, .epochs(2)) == whole)

    var trainer = TinyRecurrence(stepsPerUpdate: sample.steps)
    let batches = sample.batches
    let checkpoints = Checkpoints(directory.path, every: .epochs(2))
    let summary = try loop(epochs: 5).resume(&trainer, batches, from: checkpoints)
    var straight = TinyRecurrence(stepsPerUpdate: sample.steps)
    #expect(try loop(epochs: 5).fit(&straight, batches) == summary)
    #expect(straight == trainer)
  }

  @Test func aStoppedRunStaysStoppedUntilTheConditionIsRemoved() throws {
    struct After: StoppingCondition {
      var count: Int
      func reason(_ history: TrainingHistory) -> StopReason? {
        history.iterationCount < count ? nil : .other("enough")
      }
    }
    let directory = TestDirectory()
    let checkpoints = Checkpoints(directory.path, every: .epochs(1))
    var loop = loop()
    for count in [7, 7, 8, 100] {
      loop.stopping = [After(count: count)]
      var trainer = TinyRecurrence(stepsPerUpdate: 2)
      let batches = Sample.all[1].batches
      let summary = try loop.resume(&trainer, batches, from: checkpoints)
      #expect(summary.reason == (count == 100 ? .epochsDone : .other("enough")))
      #expect(count == 100 || summary.iterationCount == count && trainer.iteration == count)
      guard count == 100 else { continue }
      var straight = TinyRecurrence(stepsPerUpdate: 2)
      #expect(try loop.fit(&straight, batches) == summary)
      #expect(straight == trainer)
    }
  }

  @Test func checkpointsOfOtherRunsAreRejected() throws {
    let directory = TestDirectory()
    let sample = Sample.all[1]
    _ = try run(sample, in: directory.path, .iterations(5), keepLast: 2)
    let checkpoints = Checkpoints(directory.path, every: .iterations(5))
    let newest = try #require(try checkpoints.paths().last?.split(separator: "/").last)
    func rejection(_ sample: Sample, _ loop: TrainingLoop) -> String {
      message(in: directory) {
        var trainer = TinyRecurrence(stepsPerUpdate: sample.steps)
        let before = trainer
        let batches = sample.batches
        defer { #expect(trainer == before) }
        try loop.resume(&trainer, batches, from: checkpoints)
      }
    }
    var other = sample
    other.batches = ResumableBatches([plainBatch(1, 2)])
    #expect(
      rejection(other, loop(epochs: 9))
        == "DIR/\(newest): the checkpoint does not belong to these batches: it is of other data")
    var unjudged = loop(epochs: 9)
    unjudged.validation = nil
    #expect(
      rejection(sample, unjudged)
        == "DIR/\(newest): the epochs of this run were measured by w, but this loop measures them by score; resume with "
        + "the same validation")
    #expect(
      message(in: directory) {
        var trainer = TinyRecurrence()
        let batches = sample.batches
        try loop().fit(&trainer, batches, checkpoints: checkpoints)
      }
        == "DIR/\(newest): a new run needs a directory without checkpoints, but this one contains those of another run; "
        + "resume that run, or choose another directory")
  }

  @Test func otherPiecesOfTheBatchAreRejected() throws {
    let directory = TestDirectory()
    #expect(throws: Killer.Kill.self) {
      try run(Sample.all[1], in: directory.path, .iterations(1), listeners: [Killer(iteration: 3)])
    }
    var trainer = TinyRecurrence(stepsPerUpdate: 1)
    let batches = Sample.all[1].batches
    #expect(
      message {
        try loop().resume(&trainer, batches, from: Checkpoints(directory.path, every: .iterations(1)))
      }.contains("resume with the data and the stepsPerUpdate that it was written with"))
  }
}
