import Timestep

/// One file of 1 GB to the padded, masked batches of the 100,000 series in it.
///
/// The index of the series is made again for each pass.
struct GroupedFileEpoch: Workload {
  private let path: String

  init(_ arguments: Arguments) throws { path = try arguments.text("data") + "/grouped.csv" }

  func run() throws -> Int {
    let series = try CSVGroupedSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: path, key: "")]), groupBy: .column("id"), header: .present)
    var batches = try SequenceDataSetIterator(
      features: series, labelColumns: BenchmarkData.columnCount, batchSize: 32,
      labelEncoding: .oneHot(classes: BenchmarkData.classCount),
      alignment: .start)
    return try presentSteps(of: &batches)
  }
}
