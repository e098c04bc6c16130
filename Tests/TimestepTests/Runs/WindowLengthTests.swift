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

  /// Transforms drop and merge rows, whether lengths are known from a cache or not; labels have files of their own.
  @Test(
    arguments: [
      TransformPipeline([Difference(lag: 2)]), TransformPipeline([Resample(every: 3, labels: .last)]),
      TransformPipeline([Difference(), Resample(every: 2, labels: .last)]),
    ], [false, true])
  func rowsThatTransformsDrop(pipeline: TransformPipeline, isCached: Bool) throws {
    let counts = [3, 7, 12, 5, 9]
    for (series, count) in counts.enumerated() {
      let rows = (0..<count).map { "\($0 * $0 + series)\n" }.joined()
      directory.write(rows, to: "x_\(series).csv")
      directory.write(rows, to: "y_\(series).csv")
    }
    func reader(_ name: String) throws -> any SequenceRecordReader {
      let csv = try CSVSequenceRecordReader(try NumberedFileInputSplit(directory.path("\(name)_%d.csv")))
      if !isCached { return csv }
      return try CachedSequenceRecordReader(csv, cache: directory.path("\(name).timestep-cache")) { _ in }
    }
    let features = try reader("x").transformed(by: pipeline)
    let batches = try SequenceBatches(
      features: features, labels: .reader(try reader("y"), .values), batchSize: 1, alignment: .end)
    let lengths = try SequenceLengths(of: batches).steps.map(Int.init)
    #expect(lengths == counts.map { pipeline.transforms.reduce($0) { $1.outputStepCount($0) } })
    for index in 0..<batches.batchCount {
      #expect(try batches.batch(epoch: 0, index: index).stepCount == lengths[index])
    }
  }
}
