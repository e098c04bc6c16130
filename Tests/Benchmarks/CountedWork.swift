import Timestep

/// `count csv|train|step`: fixed work on one thread, for `Tests/Benchmarks/count`, which counts its instructions.
///
/// Each takes much longer than starting a process.
struct CountedWork {
  private let arguments: Arguments
  private let workers = WorkerPool(threads: 1)

  init(_ arguments: Arguments) { self.arguments = arguments }

  func run() throws {
    switch try arguments.word(1) {
    case "csv": try csv()
    case "train": try train()
    case "step": try step()
    case let other:
      throw ArgumentError(problem: "nothing is counted of \"\(other)\"; there are csv, train, step")
    }
  }

  /// Five passes over 100 series of 20 columns with their labels, from the file names to masked batches.
  private func csv() throws {
    let path = try arguments.text("data") + "/directory"
    for _ in 0..<5 {
      let features = try CSVSequenceRecordReader(NumberedFileInputSplit("\(path)/f_%d.csv", 0..<100))
      let labels = try CSVSequenceRecordReader(NumberedFileInputSplit("\(path)/l_%d.csv", 0..<100))
      var batches = SequenceDataSetIterator(
        try SequenceBatches(
          features: features, labels: .reader(labels, .oneHot(classes: BenchmarkData.classCount)),
          batchSize: 32, alignment: .end), workers: workers)
      let steps = try presentSteps(of: &batches)
      precondition(steps > 5_000, "the data is not that of `generate --divisor 50`")
    }
  }

  /// Ten updates on series of unequal lengths.
  private func train() throws {
    var network = try lstm(inputs: 12, size: 64, workers: workers)
    let batch = randomBatch(lengths: (0..<16).map { 10 + $0 * 4 }, columns: 12, classes: 10, seed: 1)
    for _ in 0..<10 { _ = try network.fit(batch) }
  }

  /// 5,000 steps of one series.
  private func step() throws {
    var session = try lstm(inputs: 12, size: 64, workers: workers).session(rows: 1)
    let input = Tensor(shape: [1, 12], elements: (0..<12).map { Float($0) / 12 })
    for _ in 0..<5_000 { _ = try session.step(input) }
  }
}
