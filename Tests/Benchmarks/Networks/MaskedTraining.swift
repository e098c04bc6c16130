import Timestep

/// Updates on batches of series of unequal lengths.
///
/// - `masked vowels`: a pass over JapaneseVowels (LSTM of 64, one class per series), batches made in advance.
/// - `masked lengths`: 32 series of 10 to 1000 steps and 20 columns (LSTM of 128, one class per step).
struct MaskedTraining: Workload {
  private var network: MultiLayerNetwork
  private var batches: [DataSet]

  init(_ arguments: Arguments) throws {
    let workers = try arguments.workers()
    if try arguments.word(1) == "vowels" {
      let folder = try arguments.text("fixtures") + "/japanese-vowels/train"
      var reading = try SequenceDataSetIterator(
        features: CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/myInput_%d.csv")),
        labels: CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/myLabels_%d.csv")), batchSize: 32,
        labelEncoding: .oneHot(classes: 9), alignment: .end)
      batches = []
      while let batch = try reading.next() { batches.append(batch) }
      network = try lstm(inputs: 12, size: 64, classes: 9, workers: workers)
    } else {
      batches = [randomBatch(lengths: Self.lengths, columns: 20, classes: 10, seed: 1)]
      network = try lstm(inputs: 20, size: 128, workers: workers)
    }
  }

  /// 32 lengths from 10 to 1000, evenly spread, unordered; the peers use the same formula.
  static let lengths = (0..<32).map { 10 + ($0 * 13 % 32) * 990 / 31 }

  mutating func run() throws -> Int {
    var count = 0
    for batch in batches { count += try network.fit(batch)?.stepCount ?? 0 }
    return count
  }
}
