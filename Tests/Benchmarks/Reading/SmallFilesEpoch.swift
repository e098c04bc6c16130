import Timestep

/// Files of 1 KB, 5 columns and one class per row, to padded, masked batches of 32 with one-hot labels.
struct SmallFilesEpoch: Workload {
  private let path: String
  private let count: Int

  init(_ arguments: Arguments) throws {
    count = try arguments.number("count", default: 100_000)
    path = try arguments.text("data") + "/small-\(count)"
  }

  func run() throws -> Int {
    let files = try CSVSequenceRecordReader(NumberedFileInputSplit("\(path)/s_%d.csv", 0..<count))
    var batches = try SequenceDataSetIterator(
      features: files, labelColumns: 5, batchSize: 32,
      labelEncoding: .oneHot(classes: BenchmarkData.classCount),
      alignment: .start)
    return try presentSteps(of: &batches)
  }
}
