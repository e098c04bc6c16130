import ArgumentParser
import Timestep

/// `timestep demo`: demonstrates conversion, training and evaluation on real data.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Converts, trains and evaluates on JapaneseVowels, which comes with Timestep.",
    discussion: """
      270 training and 370 test utterances, 7 to 29 time steps of 12 columns; the model names one of 9 speakers at the
      end of each. Trains three times, with three seeds.
      """)

  @Option(help: .flag("fixtures")) var fixtures: String?

  func run() throws {
    let data = try folder() + "/japanese-vowels"
    let scratch = try TemporaryDirectory()
    for part in ["train", "test"] {
      let summary = try convert(
        try dataSets("\(data)/\(part)"), to: "\(scratch.path)/\(part)", format: .safetensors, layout: .nct)
      StandardStream.error.write("converted \(part): \(summary)\n")
    }
    for seed in 1...3 as ClosedRange<UInt64> {
      let accuracy = try train(data, seed: seed, test: "\(scratch.path)/test")
      try StandardStream.output.writeResult("test accuracy \(accuracy.fixed(4)) (seed \(seed))\n")
    }
  }

  private func dataSets(_ folder: String, order: ExampleOrder = .sequential) throws -> SequenceBatches {
    try SequenceBatches(
      features: try CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/myInput_%d.csv")),
      labels: .reader(
        try CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/myLabels_%d.csv")), .oneHot(classes: 9)),
      batchSize: 32, alignment: .end, order: order)
  }

  /// Trains on the CSV files, reshuffled every epoch, and evaluates on the converted test batches.
  private func train(_ data: String, seed: UInt64, test: String) throws -> Double {
    let trainingSets = try dataSets("\(data)/train", order: .shuffled(seed: seed))
    // Standardized with the statistics of the training part alone.
    let source = BatchSource.sequences(trainingSets)
    let normalizer = try AffineNormalizer.standardize(fittedTo: source.iterator)
    let batches: any ResumableDataSetIterator =
      source.normalized(by: normalizer, labels: nil).iterator
    let testBatches: any ResumableDataSetIterator = BatchSource.saved(try SavedDataSets(test))
      .normalized(by: normalizer, labels: nil).iterator

    var network = try MultiLayerNetwork(
      for: trainingSets.contract, seed: seed, updater: .adam(learningRate: 0.003)
    ) {
      LSTM(64)
    }
    try TrainingLoop(epochs: 40, listeners: [ProgressBar()]).fit(&network, batches)
    return try network.evaluate(on: testBatches).accuracy
  }

  /// Returns the path of the folder `Fixtures`, searching upwards from the working directory.
  private func folder() throws -> String {
    if let fixtures { return fixtures }
    let above = ["Fixtures", "../Fixtures", "../../Fixtures", "../../../Fixtures"]
    guard
      let found = try above.first(where: { try Directory.kind(of: "\($0)/japanese-vowels") == .directory })
    else {
      throw FileError(
        path: "Fixtures/japanese-vowels",
        problem:
          "not found here or above; run the demo in Timestep's checkout, or name the folder with --fixtures")
    }
    return found
  }
}
