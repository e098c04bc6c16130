import DataSets
import FoundationEssentials
import Platform
import Sequences
import Tensors
import TestSupport
import Testing

/// The iterator over sequences: threads, saved positions, the end and errors.
@Suite(.timeLimit(.minutes(1))) struct IteratorTests {
  private func makeBatches(
    batchSize: Int = 3, order: ExampleOrder = .shuffled(seed: 9), alignment: Alignment = .end,
    lengths: [Int]? = nil
  ) throws -> SequenceBatches {
    let lengths = lengths ?? [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    return try SequenceBatches(
      features: TestReader(lengths: lengths),
      labels: .reader(TestReader(lengths: lengths.reversed()), .values),
      batchSize: batchSize, alignment: alignment, order: order)
  }

  /// Equal in every bit, and in storage order.
  private func bits(_ batches: [DataSet]) -> [[UInt32]] {
    batches.flatMap { [$0.features, $0.labels].compactMap { $0?.elements.map(\.bitPattern) } }
  }

  @Test(arguments: [1, 2, 5], [1, 2, 3, 50])
  func anyNumberOfThreadsGivesTheSameBatches(threads: Int, prefetchCount: Int) throws {
    let batches = try makeBatches()
    let workers = WorkerPool(threads: threads)
    var iterator = SequenceDataSetIterator(batches, workers: workers, prefetchCount: prefetchCount)
    for epoch in 0..<4 {
      iterator.begin(epoch: epoch)
      let expected = try allBatches(batches, epoch: epoch)
      let found = try rest(&iterator)
      #expect(found == expected)
      #expect(bits(found) == bits(expected))
    }
  }

  @Test func nothingComesAfterTheEndUntilBegin() throws {
    let batches = try makeBatches()
    var iterator = SequenceDataSetIterator(batches, workers: WorkerPool(threads: 2))
    #expect(iterator.batchCount == 4)
    #expect(try rest(&iterator).count == 4)
    for _ in 0..<3 { #expect(try iterator.next() == nil) }
    iterator.begin(epoch: 2)
    #expect(try rest(&iterator) == allBatches(batches, epoch: 2))
    #expect(try iterator.next() == nil)
    try iterator.reset()
    #expect(try rest(&iterator) == allBatches(batches, epoch: 0))
  }

  @Test func batchesAreASourceOfIterators() throws {
    let batches = try makeBatches()
    var iterator = batches.makeIterator()
    var copy = iterator.makeIterator()
    #expect(try rest(&copy) == allBatches(batches, epoch: 0))
    // The copy has moved, and shares only its waiting time with the other.
    #expect(iterator.report.waiting == copy.report.waiting && iterator.report.elapsed > 0)
    #expect(iterator.state.batch == 0)
    #expect(try rest(&iterator) == allBatches(batches, epoch: 0))
  }

  @Test func aPassDependsOnlyOnItsNumber() throws {
    let batches = try makeBatches()
    var iterator = SequenceDataSetIterator(batches, workers: WorkerPool(threads: 2))
    // Passes in any order, some left in the middle.
    for (epoch, drawn) in [(3, 4), (0, 1), (3, 2), (1, 4), (0, 4), (2, 0), (3, 4)] {
      iterator.begin(epoch: epoch)
      let found = try (0..<drawn).compactMap { _ in try iterator.next() }
      #expect(try found == Array(allBatches(batches, epoch: epoch)[..<drawn]))
    }
  }

  @Test func anErrorRepeatsAfterTheBatchesBeforeIt() throws {
    var features = TestReader(lengths: [1, 1, 1, 1, 1])
    features.failures[3] = RecordError(.empty, path: "x_3.csv", "nothing")
    let batches = try SequenceBatches(features: features, batchSize: 1)
    for threads in [1, 3] {
      var iterator = SequenceDataSetIterator(
        batches, workers: WorkerPool(threads: threads), prefetchCount: 5)
      for _ in 0..<3 { #expect(try iterator.next() != nil) }
      for _ in 0..<3 { expectMessage("x_3.csv: nothing") { _ = try iterator.next() } }
      #expect(iterator.state.batch == 3)
      iterator.begin(epoch: 1)
      #expect(try iterator.next()?.metadata.map(\.index) == [0])
    }
  }

  private func throughJSON(_ state: IteratorState) throws -> IteratorState {
    try JSONDecoder().decode(IteratorState.self, from: JSONEncoder().encode(state))
  }

  @Test func everyPositionCanBeResumed() throws {
    let workers = WorkerPool(threads: 2)
    var iterator = SequenceDataSetIterator(try makeBatches(), workers: workers)
    for epoch in 0..<3 {
      iterator.begin(epoch: epoch)
      let pass = try allBatches(makeBatches(), epoch: epoch)
      // Before every batch, and after the last: the border between passes.
      for index in 0...pass.count {
        let state = try throughJSON(iterator.state)
        #expect(state == iterator.state && state.epoch == epoch && state.batch == index)
        // Data sets made again, as in another process; an iterator at another position; and both again.
        var other = SequenceDataSetIterator(try makeBatches(), workers: workers)
        other.begin(epoch: 7)
        _ = try other.next()
        for _ in 0..<2 {
          try other.restore(state)
          #expect(other.state == state)
          #expect(try rest(&other) == Array(pass[index...]))
          #expect(try other.next() == nil)
        }
        other.begin(epoch: epoch + 1)
        #expect(try rest(&other) == allBatches(makeBatches(), epoch: epoch + 1))
        let batch = try iterator.next()
        #expect(batch == (index < pass.count ? pass[index] : nil))
      }
    }
  }

  @Test func positionsOfOtherDataOrOptionsAreRejected() throws {
    let own = SequenceDataSetIterator(try makeBatches())
    func data(_ what: String) -> String {
      "iterator state: belongs to other data: \(what); restore it on the data it was taken from"
    }
    func options(_ what: String) -> String {
      "iterator state: belongs to other options: \(what); restore it with the options it was taken with"
    }
    func expect(
      _ message: String, _ batches: SequenceBatches, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      var iterator = SequenceDataSetIterator(batches)
      let before = iterator.state
      expectMessage(message, sourceLocation: sourceLocation) { try iterator.restore(throughJSON(own.state)) }
      #expect(iterator.state == before, sourceLocation: sourceLocation)
    }
    try expect(data("the number of sequences was 11, is 3"), makeBatches(lengths: [1, 2, 3]))
    let lengths = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    var renamed = TestReader(lengths: lengths)
    renamed.keys[4] = "four"
    try expect(
      data("the keys of the sequences (files were added, removed or renamed) changed"),
      SequenceBatches(features: renamed, labels: .reader(renamed, .values), batchSize: 3))
    var other = TestReader(lengths: lengths)
    other.schema.columns = ["c0", "d"]
    try expect(
      data("the names of the columns changed"),
      SequenceBatches(features: other, labels: .reader(TestReader(lengths: lengths), .values), batchSize: 3))
    try expect(
      data("the names of the columns of the labels changed"),
      SequenceBatches(features: TestReader(lengths: lengths), labels: .reader(other, .values), batchSize: 3))
    try expect(options("the batch size was 3, is 4"), makeBatches(batchSize: 4))
    try expect(
      options("the order was shuffled (seed 9), is sequential"), makeBatches(order: .sequential))
    try expect(
      options("the order was shuffled (seed 9), is shuffled (seed 10)"),
      makeBatches(order: .shuffled(seed: 10)))
    try expect(options("the alignment was end, is start"), makeBatches(alignment: .start))
    try expect(
      options("the normalizer of the features changed"),
      makeBatches().normalized(by: AffineNormalizer(shift: [0, 1], scale: [1, 1])))
    let sets = try makeBatches()
    let byLength = sets.batched(.sortedWindows(batches: 2), lengths: try SequenceLengths(of: sets))
    try expect(options("the batching was in order, is sorted windows (batches 2)"), byLength)
  }

  @Test func impossiblePositionsAreRejected() throws {
    var iterator = SequenceDataSetIterator(try makeBatches())
    func expect(_ message: String, _ change: (inout IteratorState) -> Void) {
      var state = iterator.state
      change(&state)
      expectMessage("iterator state: " + message) { try iterator.restore(state) }
    }
    expect("is of format version 3, this program knows version 2; update it") { $0.version = 3 }
    expect("is of format version 1, this program knows version 2; use the program that wrote it") {
      $0.version = 1
    }
    expect("names batch 5 of pass 0, a pass has 4 batches; the state is damaged") { $0.batch = 5 }
    expect("names batch -1 of pass 0, a pass has 4 batches; the state is damaged") { $0.batch = -1 }
    expect("names batch 0 of pass -1, a pass has 4 batches; the state is damaged") { $0.epoch = -1 }
  }

  @Test func aCopyIsAnIndependentIterator() throws {
    var first = SequenceDataSetIterator(try makeBatches(), workers: WorkerPool(threads: 2))
    _ = try first.next()
    var second = first
    let ahead = try rest(&first)
    #expect(ahead.count == 3)
    #expect(try rest(&second) == ahead)
  }
}

/// An iterator that reads no files and knows nothing of sequences: as users write for unusual data.
private struct SineWaves: DataSetIterator {
  var left = 0
  mutating func begin(epoch: Int) { left = 2 }
  mutating func next() -> DataSet? {
    guard left > 0 else { return nil }
    left -= 1
    return DataSet(features: Tensor(shape: [1, 1, 2], elements: [Float(left), 2]))
  }
}

struct CustomIteratorTests {
  @Test func aCustomIteratorNeedsTwoMethods() throws {
    var iterator = SineWaves()
    #expect(try rest(&iterator).isEmpty)
    try iterator.reset()
    let found = try rest(&iterator)
    #expect(found.map(\.features.elements) == [[1, 2], [0, 2]])
    #expect(found.allSatisfy { $0.featuresMask.isFull && $0.labels == nil && $0.labelsMask.count == 0 })
    let (features, labels) = try ColumnStatistics.fit(iterator)
    #expect(features.count == 4 && features.mean == [1.25] && labels == nil)
  }
}
