import Timestep

/// A later epoch over the files of `DirectoryEpoch`: their numbers are in a mapped cache, the batches are made again.
struct CachedEpoch: Workload {
  private var batches: SequenceDataSetIterator

  init(_ arguments: Arguments) throws {
    let path = try arguments.text("data")
    let count = try arguments.number("count", default: 5_000)
    func cached(_ letter: String) throws -> some SequenceRecordReader {
      try CachedSequenceRecordReader(
        CSVSequenceRecordReader(NumberedFileInputSplit("\(path)/directory/\(letter)_%d.csv", 0..<count)),
        cache: "\(path)/\(letter).timestep-cache")
    }
    batches = SequenceDataSetIterator(
      try SequenceBatches(
        features: cached("f"), labels: .reader(cached("l"), .oneHot(classes: BenchmarkData.classCount)),
        batchSize: 32, alignment: .end))
  }

  mutating func run() throws -> Int { try presentSteps(of: &batches) }
}
