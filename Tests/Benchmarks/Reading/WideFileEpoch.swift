import Timestep

/// One file with a series in every row, its class first, to padded, masked batches with one-hot labels aligned at the end.
///
/// The index of the rows is made again for each pass, once for features and once for labels.
struct WideFileEpoch: Workload {
  private let path: String

  init(_ arguments: Arguments) throws { path = try arguments.text("data") + "/wide.csv" }

  func run() throws -> Int {
    let file = CollectionInputSplit([SequenceLocation(path: path, key: "")])
    let series = try CSVWideSequenceRecordReader(file, labels: ["0"])
    let classes = try CSVGroupedSequenceRecordReader(
      file, groupBy: .rows(1), columns: CSVColumns(.keep(["0"])))
    var batches = SequenceDataSetIterator(
      try SequenceBatches(
        features: series, labels: .reader(classes, .oneHot(classes: BenchmarkData.classCount)), batchSize: 32,
        alignment: .end))
    return try presentSteps(of: &batches)
  }
}
