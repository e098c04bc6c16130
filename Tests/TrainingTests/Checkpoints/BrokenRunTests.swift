import DataSets
import TestSupport
import Testing

@testable import Training

/// An error in the middle of a run ends it with that error, and the run resumes as if nothing had happened.
struct BrokenRunTests {
  struct Broken: Error, Equatable { var location: String }

  /// The operation that fails, once.
  final class Fault {
    let location: String
    private var isLeft = true
    init(_ location: String) { self.location = location }

    func happen(at location: String) throws {
      guard isLeft, location == self.location else { return }
      isLeft = false
      throw Broken(location: location)
    }
  }

  /// Batches, one of which cannot be read.
  struct FailingBatches: ResumableDataSetIterator {
    var base: ResumableBatches
    let fault: Fault
    mutating func begin(epoch: Int) throws {
      try fault.happen(at: "begin \(epoch)")
      base.begin(epoch: epoch)
    }
    mutating func next() throws -> DataSet? {
      try fault.happen(at: "next \(base.state.epoch) \(base.state.batchIndex)")
      return base.next()
    }
    var state: ResumableBatches.State { base.state }
    mutating func restore(_ state: ResumableBatches.State) throws { try base.restore(state) }
  }

  final class FailingListener: TrainingListener {
    let fault: Fault
    var failures: [String] = []
    init(_ fault: Fault) { self.fault = fault }
    func began(_ progress: TrainingProgress, trainer: some Trainer) throws { try fault.happen(at: "began") }
    func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) throws {
      try fault.happen(at: "iteration \(progress.iteration)")
    }
    func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws {
      try fault.happen(at: "epoch \(progress.epoch)")
    }
    func finished(_ summary: TrainingSummary, trainer: some Trainer) throws {
      try fault.happen(at: "finished")
    }
    func failed(_ error: any Error) { failures.append("\(error)") }
  }

  private let batches = ResumableBatches(
    (0..<3).map { Series.random(count: 2, lengths: 2...5, seed: $0).batch() }, isOrdered: false)

  private func loop(_ fault: Fault, _ listeners: [any TrainingListener] = []) -> TrainingLoop {
    TrainingLoop(
      epochs: 2, listeners: listeners,
      validation: Validation(name: "figure", .minimize) { trainer in
        try fault.happen(at: "validation")
        return 1
      })
  }

  @Test(arguments: [
    "begin 0", "begin 1", "next 0 0", "next 0 2", "next 0 3", "next 1 0", "next 1 1", "next 1 3", "began",
    "iteration 1", "iteration 3", "iteration 5", "epoch 0", "epoch 1", "validation", "finished",
  ]) func aBrokenRunResumes(location: String) throws {
    var whole = TinyRecurrence(stepsPerUpdate: 2)
    let all = batches
    let expected = try loop(Fault("")).fit(&whole, all)

    let directory = TestDirectory()
    let checkpoints = Checkpoints(directory.path, every: .iterations(1))
    let fault = Fault(location)
    let listener = FailingListener(fault)
    var first = TinyRecurrence(stepsPerUpdate: 2)
    let broken = FailingBatches(base: batches, fault: fault)
    #expect(throws: Broken(location: location)) {
      try loop(fault, [listener]).fit(&first, broken, checkpoints: checkpoints)
    }
    #expect(listener.failures == ["\(Broken(location: location))"])

    var second = TinyRecurrence(stepsPerUpdate: 2)
    let again = FailingBatches(base: batches, fault: fault)
    #expect(try loop(fault, [listener]).resume(&second, again, from: checkpoints) == expected)
    #expect(second == whole && listener.failures.count == 1)
  }

  @Test func laterEpochsMayHaveFewerBatchesOrMore() throws {
    /// Every pass has a different number of batches.
    struct Uneven: DataSetIterator {
      let counts: [Int]
      var left = 0
      mutating func begin(epoch: Int) { left = counts[epoch] }
      mutating func next() -> DataSet? {
        guard left > 0 else { return nil }
        left -= 1
        return plainBatch(2, 3)
      }
    }
    final class Heard: TrainingListener {
      var fractions: [Double?] = []
      var counts: [Int?] = []
      func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
        fractions.append(progress.fractionOfEpoch)
      }
      func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
        counts.append(progress.batchCount)
      }
    }
    let heard = Heard()
    var trainer = TinyRecurrence()
    let batches = Uneven(counts: [2, 1, 3])
    let summary = try TrainingLoop(epochs: 3, listeners: [heard]).fit(&trainer, batches)
    #expect(summary.losses.map(\.sequenceCount) == [4, 2, 6])
    #expect(heard.fractions == [nil, nil, 0.5, 1, 1, 1] && heard.counts == [2, 1, 3])
  }
}
