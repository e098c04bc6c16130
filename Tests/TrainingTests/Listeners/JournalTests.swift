import DataSets
import Platform
import Tensors
import TestSupport
import Testing

@testable import Training

struct JournalTests {
  /// Kills the run after an update.
  private final class Killer: TrainingListener {
    struct Kill: Error {}
    let iteration: Int
    init(_ iteration: Int) { self.iteration = iteration }
    func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) throws {
      if progress.iteration == iteration { throw Kill() }
    }
  }

  /// Some pieces have no labels and make no update.
  private static let batches: ResumableBatches = {
    var unlabelled = Series.random(count: 3, lengths: 5...5, seed: 9)
    for index in unlabelled.indices { unlabelled[index].isLabelled = [true, false, false, false, false] }
    let series = Series.random(count: 6, lengths: 2...9, seed: 8)
    return ResumableBatches([Array(series[0..<3]).batch(), Array(series[3...]).batch(), unlabelled.batch()])
  }()

  @Test(arguments: [1, 2, 3])
  func aKilledAndResumedRunHasTheJournalOfAnUninterruptedOne(interval: Int) throws {
    let scratch = TestDirectory()
    func run(_ name: String, killedAfter iteration: Int? = nil) throws {
      var trainer = TinyRecurrence(stepsPerUpdate: 2)
      let batches = Self.batches
      var listeners: [any TrainingListener] = [JournalListener(scratch.path("\(name).jsonl"))]
      if let iteration { listeners.append(Killer(iteration)) }
      try TrainingLoop(epochs: 3, listeners: listeners).resume(
        &trainer, batches, from: Checkpoints(scratch.path(name), every: .iterations(interval)))
    }
    try run("whole")
    let expected = try scratch.text(of: "whole.jsonl")
    let entries = try JournalFile(scratch.path("whole.jsonl")).entries
    #expect(entries.contains { $0.score == nil }, "a piece without update has a line")
    let updates = entries.filter { $0.score != nil }.map(\.iteration)
    #expect(updates == Array(1...updates.count))
    for iteration in updates.dropLast() {
      let name = "killed-\(iteration)"
      #expect(throws: Killer.Kill.self) { try run(name, killedAfter: iteration) }
      try run(name)
      #expect(try scratch.text(of: "\(name).jsonl") == expected, "killed after \(iteration)")
    }
    #expect(
      try JournalComparison(scratch.path("whole.jsonl"), scratch.path("killed-1.jsonl")).description
        == "identical: \(entries.count) pieces, the same data and the same scores")
  }

  @Test(arguments: [
    (
      "1,2\n", "expected a line of a journal, as \"timestep train --journal\" writes it, found something else"
    ),
    (
      "{\"a\":1}",
      "expected a line of a journal, found no line feed in 7 bytes; remove the file if it is not needed"
    ),
  ])
  func aFileThatIsNotAJournalIsNotReplaced(content: String, problem: String) throws {
    let scratch = TestDirectory()
    let path = scratch.write(content, to: "data")
    var trainer = ScriptedTrainer()
    let batches = MemoryBatches([plainBatch(2, 4)])
    #expect(throws: FileError(path: "\(path):1", problem: problem)) {
      try TrainingLoop(epochs: 1, listeners: [JournalListener(path)]).fit(&trainer, batches)
    }
    #expect(try scratch.text(of: "data") == content)
  }

  @Test func differencesAreExplained() {
    func entry(_ batch: Int, _ sources: [String], _ print: String = "a", score: Double? = 1) -> JournalEntry {
      var entry = JournalEntry(plainBatch(1, 1), TrainingProgress(epochCount: 1, iteration: batch - 1))
      (entry.batch, entry.sources, entry.fingerprint, entry.score) = (batch, sources, print, score)
      return entry
    }
    let run = [entry(1, ["a:1", "b:1"]), entry(2, ["c:1"])]
    let cases: [([JournalEntry], String)] = [
      (run, "identical: 2 pieces, the same data and the same scores"),
      (
        [run[0]],
        "run 2 is shorter: it ends after epoch 1, batch 1, piece 1, equal so far; the other continues with epoch "
          + "1, batch 2, piece 1"
      ),
      (
        [entry(1, ["b:1", "a:1"]), run[1]],
        "update 1 (epoch 1, batch 1, piece 1): the same examples in another order within the batch"
      ),
      (
        [entry(1, ["a:1", "c:1"]), entry(2, ["b:1"])],
        """
        update 1 (epoch 1, batch 1, piece 1): another order of the data: the same examples, elsewhere
          run 1 has b:1, which run 2 has in epoch 1, batch 2, piece 1
          run 2 has c:1, which run 1 has in epoch 1, batch 2, piece 1
        """
      ),
      (
        [run[0], entry(2, ["d:1"])],
        """
        update 2 (epoch 1, batch 2, piece 1): other examples in the batch
          run 1 has c:1, which run 2 has nowhere
          run 2 has d:1, which run 1 has nowhere
        """
      ),
      (
        [run[0], entry(2, ["c:1"], "b")],
        "update 2 (epoch 1, batch 2, piece 1): the same examples with other numbers (a, b): files, columns, "
          + "labels, normalization, alignment or padding differ"
      ),
      (
        [run[0], entry(2, ["c:1"], score: 1.0000000000000002)],
        "update 2 (epoch 1, batch 2, piece 1): the same batch, but a score of 1.0 and 1.0000000000000002: parameters "
          + "or kernels differ"
      ),
      (
        [run[0], entry(3, ["c:1"])],
        "update 2 (epoch 1, batch 2, piece 1): run 2 is at update 3 (epoch 1, batch 3, piece 1) instead: batches are "
          + "cut differently, or their number differs"
      ),
    ]
    for (other, text) in cases {
      let comparison = JournalComparison(run, other)
      #expect(comparison.description == text)
      #expect(comparison.areEqual == (other == run))
    }
  }

  @Test func fingerprintsSeeEveryBitButNotTheStorageOrder() {
    let values = (0..<30).map(Float.init)
    let features = Tensor(shape: [2, 3, 5], elements: values)
    let mask = Mask(ranges: [0..<5, 0..<2], stepCount: 5)
    let batch = DataSet(features: features, labels: features, featuresMask: mask)
    let prints =
      [
        batch, DataSet(features: features, labels: features), DataSet(features: features, featuresMask: mask),
        DataSet(features: features, labels: features, featuresMask: mask, labelsMask: mask),
        DataSet(
          features: features, labels: features, featuresMask: mask,
          seriesStarts: .empty(2, 5)),
        DataSet(
          features: Tensor(shape: [2, 5, 3], elements: values).steps(0..<3), featuresMask: nil),
      ].map(\.fingerprint)
      + values.indices.map { index in
        var changed = values
        changed[index] = -changed[index]
        return DataSet(
          features: Tensor(shape: [2, 3, 5], elements: changed), labels: features, featuresMask: mask
        ).fingerprint
      }
    #expect(Set(prints).count == prints.count)
    let fortran = DataSet(features: features.ordered(.f), labels: features.ordered(.f), featuresMask: mask)
    #expect(fortran.fingerprint == batch.fingerprint)
  }
}
