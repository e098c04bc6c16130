import DataSets
import Platform
import Sequences
import Synchronization
import Tensors
import TestSupport
import Testing

/// A batch that cannot fit in memory is refused before it is allocated.
struct BatchMemoryTests {
  /// 20,000 series, of which one has five million steps: a padded batch of 400 GB.
  private let reader = {
    var lengths = [Int](repeating: 1, count: 20_000)
    lengths[7] = 5_000_000
    return TestReader(lengths: lengths, columns: 1)
  }()

  private func batches(of size: Int, policy: ErrorPolicy = .raise) throws -> SequenceBatches {
    try SequenceBatches(features: reader, batchSize: size, alignment: .start, policy: policy)
  }

  @Test(arguments: [ErrorPolicy.raise, ErrorPolicy(.skipSequence)])
  func theLongestSeriesAndTheWaysOutAreNamed(policy: ErrorPolicy) throws {
    // A policy skips faulty series, not those that are long.
    let all = try batches(of: 20_000, policy: policy)
    let found = message { _ = try all.batch(epoch: 0, index: 0) }
    #expect(found.hasPrefix("x_7.csv: its batch does not fit in memory: expected at most "), "\(found)")
    #expect(
      found.hasSuffix(
        ", found 400 GB for 20000 series, padded to its 5000000 steps; group series of similar lengths "
          + "(--batching auto), use smaller batches (--batch-size N), cut series into windows (--window N), or, in train and "
          + "stream, lay series on lanes (--lanes N --tbptt T)"), "\(found)")
  }

  @Test func aPieceOnLanesIsRefusedToo() throws {
    var lanes = LaneDataSetIterator(try batches(of: 1), lanes: 1_000_000, steps: 1_000_000)
    let found = message { _ = try lanes.next() }
    #expect(
      found.hasPrefix(
        "x_0.csv: a piece of 1000000 steps on 1000000 lanes does not fit in memory: expected at most "),
      "\(found)")
    #expect(
      found.hasSuffix(", found 7 TB; use fewer lanes (--lanes N) or shorter pieces (--tbptt T)"), "\(found)")
  }

  /// What lanes keep besides their values counts too, before it is allocated.
  @Test(arguments: [1 << 40, 1 << 50]) func manyLanesAreRefused(count: Int) throws {
    let batches = try batches(of: 1)
    for found in [
      message { try batches.checkMemory(lanes: count, stepsPerPiece: 1) },
      message {
        var lanes = LaneDataSetIterator(batches, lanes: count, steps: 1)
        lanes.begin(epoch: 1)
        _ = try lanes.next()
      },
    ] {
      #expect(
        found.hasPrefix("x_0.csv: a piece of 1 step on \(count) lanes does not fit in memory: "), "\(found)")
      #expect(found.hasSuffix("; use fewer lanes (--lanes N)"), "\(found)")
    }
  }

  /// A batch that does not fit besides those made in advance is made alone.
  @Test func batchesInAdvanceAreGivenUpForOneThatNeedsTheirMemory() throws {
    let all = ScarceBatches()
    var batches = PrefetchingIterator(all, workers: WorkerPool(threads: 2))
    for index in 0..<all.batchCount { #expect(try batches.next()?.metadata.first?.index == index) }
    #expect(try batches.next() == nil)
    batches.begin(epoch: 1)
    #expect(throws: InsufficientMemory.self) { while try batches.next() != nil {} }
  }

  @Test func whatTheMessageNamesWorks() throws {
    let small = try batches(of: 10)
    #expect(try small.batch(epoch: 0, index: 0).stepCount == 5_000_000)
    #expect(try small.batch(epoch: 0, index: 1).stepCount == 1)
    let all = try batches(of: 20_000)
    let grouped = all.batched(.buckets(edges: [1, 5_000_000]), lengths: try SequenceLengths(of: all))
    #expect(try allBatches(grouped).map(\.stepCount).sorted() == [1, 5_000_000])
    let windows = try SequenceBatches(
      features: WindowedSequenceRecordReader(reader, size: 1000, tail: .keep), batchSize: 20_000,
      alignment: .start)
    #expect(try windows.batch(epoch: 0, index: 0).stepCount <= 1000)
    var lanes = LaneDataSetIterator(all, lanes: 100, steps: 1000)
    #expect(try lanes.next()?.stepCount == 1000)
  }
}

/// Batches of which only the first fits besides others; in the second pass, the last one fits nowhere.
private struct ScarceBatches: RandomAccessBatches {
  private final class Count: Sendable { let value = Atomic<Int>(0) }
  private let running = Count()
  let batchCount = 6

  func batch(epoch: Int, index: Int) throws -> DataSet {
    let others = running.value.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
    defer { running.value.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
    // Long enough for another thread to begin the next one.
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .milliseconds(5) {}
    if index > 0 && others > 0 || epoch > 0 && index == batchCount - 1 {
      throw InsufficientMemory(path: "x_\(index).csv", "does not fit")
    }
    let source = SequenceRecord.Source(path: "x_\(index).csv", firstLine: 1, key: "\(index)")
    return DataSet(
      features: Tensor(shape: [1, 1, 1]),
      metadata: [DataSet.ExampleMetadata(index: index, features: source, featureLines: 1...1)])
  }
}
