import DataSets
import Sequences
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
      found.hasSuffix(", found 4 TB; use fewer lanes (--lanes N) or shorter pieces (--tbptt T)"), "\(found)")
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
