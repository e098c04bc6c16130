import TestSupport
import Testing
import Timestep

/// The lengths that batches are planned by are those that the batches have.
@Suite struct WindowLengthTests {
  let directory = TestDirectory()

  /// The labels of a window of sorted rows may be anywhere in their file.
  @Test(arguments: [[0, 1, 2, 3], [0, 3, 1, 2], [3, 0, 2, 1]], [WindowTail.drop, .keep, .align])
  func windowsOfSortedRows(times: [Int], tail: WindowTail) throws {
    var columns = CSVColumns(.all)
    columns.encodings["0"] = .time(TimestampEncoding(.unixSeconds))
    columns.sortsByTime = true
    func split(_ text: String, _ name: String) -> CollectionInputSplit {
      CollectionInputSplit([SequenceLocation(path: directory.write(text, to: name), key: "f")])
    }
    let rows = try CSVSequenceRecordReader(
      split(times.map { "\($0),\($0)\n" }.joined(), "f.csv"), columns: columns)
    let labels = try CSVSequenceRecordReader(split(times.map { "\($0)\n" }.joined(), "l.csv"))
    for size in 1...4 {
      let windows = try WindowedSequenceRecordReader(rows, size: size, stride: 2, tail: tail)
      let batches = try SequenceBatches(
        features: windows, labels: .reader(windows.labels(from: labels), .values), batchSize: 1,
        alignment: .start)
      let lengths = try SequenceLengths(of: batches).steps.map(Int.init)
      #expect(lengths == (0..<windows.count).map { windows.location(of: $0).steps.count })
      for index in 0..<batches.batchCount {
        let batch = try batches.batch(epoch: 0, index: index)
        #expect(batch.stepCount == lengths[batch.metadata[0].index])
      }
    }
  }
}
