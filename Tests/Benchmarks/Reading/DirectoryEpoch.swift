import Timestep

/// 5,000 feature files and 5,000 label files to padded, masked batches of 32, one-hot labels aligned at the end.
///
/// Each pass begins again with the file names. `--compressed yes`: the same feature files, compressed with gzip.
struct DirectoryEpoch: Workload {
  private let path: String
  private let features: String
  private let count: Int
  private let workers: WorkerPool

  init(_ arguments: Arguments) throws {
    path = try arguments.text("data") + "/directory"
    count = try arguments.number("count", default: 5_000)
    let isCompressed = arguments.has("compressed")
    features = isCompressed ? try arguments.text("data") + "/compressed/f_%d.csv.gz" : "\(path)/f_%d.csv"
    workers = try arguments.workers()
  }

  func run() throws -> Int {
    let features = try CSVSequenceRecordReader(NumberedFileInputSplit(features, 0..<count))
    let labels = try CSVSequenceRecordReader(NumberedFileInputSplit("\(path)/l_%d.csv", 0..<count))
    var batches = SequenceDataSetIterator(
      try SequenceBatches(
        features: features, labels: .reader(labels, .oneHot(classes: BenchmarkData.classCount)),
        batchSize: 32,
        alignment: .end), workers: workers)
    return try presentSteps(of: &batches)
  }
}
