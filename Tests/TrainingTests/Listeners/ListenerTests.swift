import DataSets
import Metrics
import TestSupport
import Testing

@testable import Training

struct ListenerTests {
  /// A clock that stands still until it is advanced.
  private final class Clock {
    var now = ContinuousClock.now
  }

  /// Advances the clock at every update.
  private final class Turner: TrainingListener {
    let clock: Clock
    init(_ clock: Clock) { self.clock = clock }
    func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
      clock.now += .milliseconds(300)
    }
  }

  /// Batches that take a while to come.
  private struct SlowBatches: ResumableDataSetIterator, CountedDataSetIterator {
    var batches: ResumableBatches
    let clock: Clock
    let batchCount = 4
    var state: ResumableBatches.State { batches.state }
    mutating func restore(_ state: ResumableBatches.State) throws { try batches.restore(state) }
    mutating func begin(epoch: Int) { batches.begin(epoch: epoch) }
    mutating func next() -> DataSet? {
      let batch = batches.next()
      if batch != nil { clock.now += .milliseconds(200) }
      return batch
    }
  }

  private let batches = ResumableBatches((0..<4).map { _ in plainBatch(2, 4) })

  @Test func scoresEveryNUpdates() throws {
    var lines: [String] = []
    let scores = ScoreRecorder()
    let some = ScoreRecorder(every: 3)
    var trainer = ScriptedTrainer()
    let listeners: [any TrainingListener] = [ScoreListener(every: 3) { lines.append($0) }, scores, some]
    let validation = Validation(name: "accuracy", .maximize) { _ in 0.9622 }
    try TrainingLoop(epochs: 2, listeners: listeners, validation: validation).fit(&trainer, batches)
    #expect(
      lines == [
        "iteration 3: score 1.0000\n", "epoch 1: score 1.0000, accuracy 0.96220\n",
        "iteration 6: score 1.0000\n",
        "epoch 2: score 1.0000, accuracy 0.96220\n",
      ])
    #expect(scores.updates.map(\.iteration) == Array(1...8) && scores.epochs.count == 2)
    #expect(some.updates == [.init(iteration: 3, score: 1), .init(iteration: 6, score: 1)])
  }

  @Test func performanceCountsTheWorkSinceThePreviousLine() throws {
    var lines: [String] = []
    let clock = Clock()
    let listener = PerformanceListener(every: 3, write: { lines.append($0) }, now: { clock.now })
    var trainer = ScriptedTrainer(stepsPerUpdate: 2)
    let batches = SlowBatches(batches: batches, clock: clock)
    try TrainingLoop(epochs: 2, listeners: [Turner(clock), listener], now: { clock.now }).fit(
      &trainer, batches)
    // Two updates per batch of 2: 3 updates, 1.5 batches, 3 examples; 2 waits of 0.2 s and then 1, in 3
    // updates of 0.3 s.
    #expect(listener.figures.map(\.iteration) == [3, 6, 9, 12, 15])
    #expect(listener.figures.allSatisfy { $0.updates == 3 && $0.batches == 1.5 && $0.examples == 3 })
    let waits = [0.4, 0.2, 0.4, 0.2, 0.4]
    for (figures, wait) in zip(listener.figures, waits) {
      #expect(abs(figures.waitingSeconds - wait) < 1e-9 && abs(figures.seconds - (0.9 + wait)) < 1e-9)
    }
    #expect(
      lines[0]
        == "iteration 3: 2.31 examples/s, 1.15 batches/s, 2.31 updates/s, 31% of the time waiting for data\n")
    #expect(lines.count == 5)
  }

  @Test func performanceOfAResumedRunCountsNothingTwice() throws {
    struct Stop: StoppingCondition {
      var count: Int
      func reason(_ history: TrainingHistory) -> StopReason? {
        history.iterationCount < count ? nil : .other("")
      }
    }
    for first in 1...9 {
      let directory = TestDirectory()
      let checkpoints = Checkpoints(directory.path, every: .epochs(1))
      let clock = Clock()
      var trainer = TinyRecurrence(stepsPerUpdate: 2)
      let slow = SlowBatches(batches: batches, clock: clock)
      var loop = TrainingLoop(epochs: 3, stopping: [Stop(count: first)], now: { clock.now })
      try loop.fit(&trainer, slow, checkpoints: checkpoints)
      loop.stopping = []
      let listener = PerformanceListener(every: 1, write: { _ in }, now: { clock.now })
      loop.listeners = [listener]
      try loop.resume(&trainer, slow, from: checkpoints)
      #expect(listener.figures.map(\.iteration) == Array(first + 1...24))
      #expect(
        listener.figures.allSatisfy { $0.updates == 1 && $0.examples == 1 && $0.batches == 0.5 }, "\(first)")
      #expect(listener.figures.allSatisfy { $0.waitingShare >= 0 && $0.waitingSeconds < 0.41 })
    }
  }

  @Test func evaluationsAreRecordedAndReported() throws {
    var lines: [String] = []
    let heldOut = MemoryBatches(clusteredBatches(count: 2, exampleCount: 20, seed: 2))
    let listener = EvaluationListener(on: heldOut, everyEpochs: 2) { lines.append($0) }
    let worth = EvaluationListener(write: { lines.append($0) }) { _ in
      7
    } text: {
      "worth \($0)"
    }
    var model = SoftmaxRegression(inputs: 2, classes: 3, learningRate: 0.5)
    let batches = MemoryBatches(clusteredBatches(count: 3, exampleCount: 8, seed: 5))
    try TrainingLoop(epochs: 5, listeners: [listener, worth]).fit(&model, batches)
    #expect(listener.evaluations.map(\.epoch) == [1, 3])
    let (accuracy, f1) = (try listener.evaluations[0].result.accuracy, try listener.evaluations[0].result.f1)
    #expect(accuracy > 0.5)
    #expect(lines.count == 7 && lines[0] == "epoch 1: worth 7\n")
    #expect(lines[1] == "epoch 2: accuracy \(accuracy.fixed(4)), F1 \(f1.fixed(4))\n")
  }

  @Test func theTimeLeftIsEstimatedFromThisRun() {
    let start = ContinuousClock.now
    let whole = TimeLeft(since: start, fraction: 0)
    #expect(whole.left(at: start + .seconds(10), fraction: 0.25) == .seconds(30))
    #expect(whole.left(at: start + .seconds(10), fraction: 0) == nil)
    #expect(whole.left(at: start + .seconds(10), fraction: 1) == .zero)
    let rest = TimeLeft(since: start, fraction: 0.5)
    #expect(rest.left(at: start + .seconds(10), fraction: 0.75) == .seconds(10))
    #expect(rest.left(at: start + .seconds(10), fraction: 0.5) == nil)
    #expect(TimeLeft(since: start, fraction: 1).left(at: start, fraction: 1) == .zero)
  }

  @Test func aResumedRunsTimeLeftIsThatOfTheRest() throws {
    func run(from done: Int) throws -> [String] {
      let directory = TestDirectory()
      let checkpoints = Checkpoints(directory.path, every: .epochs(1))
      let clock = Clock()
      var trainer = TinyRecurrence()
      let slow = SlowBatches(batches: batches, clock: clock)
      if done > 0 {
        try TrainingLoop(epochs: done, now: { clock.now }).fit(&trainer, slow, checkpoints: checkpoints)
      }
      var lines: [String] = []
      let bar = ProgressBar(display: .lines, write: { lines.append($0) }, now: { clock.now })
      let left = TimeLeftListener(every: 2, write: { lines.append($0) }, now: { clock.now })
      try TrainingLoop(epochs: 4, listeners: [Turner(clock), bar, left], now: { clock.now }).resume(
        &trainer, slow, from: checkpoints)
      return lines
    }
    // 0.5 s per batch, 2 s per epoch, 4 examples per second.
    let fresh = try run(from: 0)
    #expect(fresh[0] == "iteration 2, epoch 1/4: 00:01 gone, 00:07 left\n")
    #expect(fresh[2].hasSuffix(", 4.00 examples/s, 00:06 left\n"))
    let resumed = try run(from: 2)
    #expect(resumed.count == 6)
    #expect(resumed[0] == "iteration 10, epoch 3/4: 00:01 gone, 00:03 left\n")
    #expect(resumed[2].hasSuffix(", 4.00 examples/s, 00:02 left\n"))
    #expect(resumed[5].hasSuffix(", 4.00 examples/s, 00:00 left\n"))
  }

  @Test func aResumedBarEstimatesFromTheWorkSinceTheResume() throws {
    struct Stop: StoppingCondition {
      func reason(_ history: TrainingHistory) -> StopReason? { history.iterationCount < 2 ? nil : .other("") }
    }
    let directory = TestDirectory()
    let checkpoints = Checkpoints(directory.path, every: .epochs(1))
    let clock = Clock()
    var trainer = TinyRecurrence()
    let slow = SlowBatches(batches: batches, clock: clock)
    var loop = TrainingLoop(epochs: 1, stopping: [Stop()], now: { clock.now })
    try loop.fit(&trainer, slow, checkpoints: checkpoints)
    loop.stopping = []
    var lines: [String] = []
    loop.listeners = [
      Turner(clock), ProgressBar(display: .bar { 80 }, write: { lines.append($0) }, now: { clock.now }),
    ]
    try loop.resume(&trainer, slow, from: checkpoints)
    // 0.2 s are spent on drawing again the batch that was finished when the run stopped.
    #expect(lines.count == 4)
    #expect(lines[0].contains("epoch 1/1:  50%|") && lines[0].contains("| 2/4 [00:00<?, ? examples/s]"))
    #expect(
      lines[1].contains("epoch 1/1:  75%|") && lines[1].contains("| 3/4 [00:00<00:00, 2.86 examples/s, "))
    #expect(lines[3].hasSuffix(", 3.33 examples/s, 00:00 left\n"))
  }
}
