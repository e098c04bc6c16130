import Glibc
import Reports
import Timestep

/// The code of `Docs/GettingStarted.md`, word for word; `GettingStartedTests` runs it.
enum GettingStartedProgram {
  static func main() {
    func run() throws {
      // Find the files. A missing file is an error here, which gives its number.
      let features = try CSVSequenceRecordReader(NumberedFileInputSplit("data/series_%d.csv"))
      let labels = try CSVSequenceRecordReader(NumberedFileInputSplit("data/label_%d.csv"))

      // About four fifths for training, the others for testing, chosen by file number: new files do not move others.
      let parts = Partition(["train": 4, "test": 1])
      func sets(_ part: String, order: ExampleOrder) throws -> SequenceBatches {
        try SequenceBatches(
          features: parts.part(part, of: features),
          labels: .reader(parts.part(part, of: labels), .oneHot(classes: 2)),
          batchSize: 16, alignment: .end, order: order)
      }
      let training = try sets("train", order: .shuffled(seed: 1))

      // Scale columns to mean 0 and standard deviation 1, using the training data alone.
      let normalizer = try AffineNormalizer.standardize(fittedTo: training)
      let batches = training.normalized(by: normalizer)
      let test = try sets("test", order: .sequential).normalized(by: normalizer)

      var network = try MultiLayerNetwork(
        for: batches.contract, seed: 1, updater: .adam(learningRate: 0.01)
      ) {
        LSTM(16)
      }
      try TrainingLoop(epochs: 20, listeners: [ProgressBar()]).fit(&network, batches)
      print(try network.evaluate(on: test))

      // Save the model together with the data contract.
      try ModelFile(network: network, contract: batches.contract).save(to: "model.safetensors")
    }

    do {
      try run()
    } catch {
      StandardStream.error.write("hello: \(error)\n")
      exit(1)
    }
  }

  /// Section 5: a page about the run.
  static func report(
    _ network: inout MultiLayerNetwork, _ batches: SequenceBatches, test: SequenceBatches
  ) throws {
    let recorder = RunRecorder()
    try TrainingLoop(epochs: 20, listeners: [ProgressBar(), recorder]).fit(&network, batches)
    var page = TrainingReport("Slow or fast", recorder.run)
    try page.evaluate(network, .classifier("test", on: test, classNames: ["slow", "fast"]))
    try page.page.write(to: "run.html")
  }

  /// Section 7: the same program, which leaves out faulty series.
  static func leavingOut() throws {
    let features = try CSVSequenceRecordReader(
      NumberedFileInputSplit("data/series_%d.csv"), policy: ErrorPolicy(.skipSequence))
    let labels = try CSVSequenceRecordReader(NumberedFileInputSplit("data/label_%d.csv"))

    let parts = Partition(["train": 4, "test": 1])
    func sets(_ part: String, order: ExampleOrder) throws -> SequenceBatches {
      try SequenceBatches(
        features: parts.part(part, of: features),
        labels: .reader(parts.part(part, of: labels), .oneHot(classes: 2)),
        batchSize: 16, alignment: .end, order: order)
    }
    let training = try sets("train", order: .shuffled(seed: 1))
    let normalizer = try AffineNormalizer.standardize(fittedTo: training)
    let batches = training.normalized(by: normalizer)
    let test = try sets("test", order: .sequential).normalized(by: normalizer)
    var network = try MultiLayerNetwork(
      for: batches.contract, seed: 1, updater: .adam(learningRate: 0.01)
    ) {
      LSTM(16)
    }
    let report: @Sendable (Ledger.Entry) -> Void = { entry in
      print("\(entry.file), line \(entry.line ?? 0): \(entry.action)")
    }
    let iterator = SequenceDataSetIterator(batches, errorBudget: .share(0.01), onDecision: report)
    try TrainingLoop(epochs: 20).fit(&network, iterator)
    print(try network.evaluate(on: SequenceDataSetIterator(test, onDecision: report)))
  }
}
