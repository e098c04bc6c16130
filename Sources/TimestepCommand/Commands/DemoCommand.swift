import ArgumentParser
import Platform
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

  private static let epochCount = 40
  private static let learningRate: Float = 0.003
  private static let seeds: ClosedRange<UInt64> = 1...3

  func run() throws {
    let start = ContinuousClock.now
    let data = try folder() + "/japanese-vowels"
    let (training, test) = (try dataSets("\(data)/train"), try dataSets("\(data)/test"))
    write(try Self.introduction(training, test))
    let scratch = try TemporaryDirectory()
    for (name, part) in [("train", training), ("test", test)] {
      let conversion = try Conversion(
        of: part, to: "\(scratch.path)/\(name)", format: .safetensors, layout: .nct)
      write("converted: \(name): \(conversion)")
    }
    // Standardized with the statistics of the training part alone.
    let normalizer = try AffineNormalizer.standardize(fittedTo: training)
    let testBatches = try SavedDataSets("\(scratch.path)/test").normalized(by: normalizer)
    let outline = RunOutline(training.contract, runsForwards: true)
    try outline.countAll(of: training.makeIterator(), in: "training")
    try outline.countAll(of: test.makeIterator(), in: "test")

    for seed in Self.seeds {
      var network = try MultiLayerNetwork(
        for: training.contract, seed: seed, updater: .adam(learningRate: .constant(Self.learningRate))
      ) {
        LSTM(64)
      }
      if seed == Self.seeds.first {
        write(
          "network: \(network.layersInWords); adam, learning rate \(Self.learningRate), \(Self.epochCount) epochs, "
            + "standardized columns")
      }
      let batches = try dataSets("\(data)/train", order: .shuffled(seed: seed)).normalized(by: normalizer)
      try TrainingLoop(epochs: Self.epochCount, listeners: [SeedProgress(seed)]).fit(&network, batches)
      let evaluation = try network.evaluate(
        on: SavedDataSets.Iterator(testBatches), classNames: training.contract.labels.names)
      try StandardStream.output.writeResult(
        "test accuracy \(try evaluation.accuracy.fixed(4)) (seed \(seed))\n")
      if seed == Self.seeds.last {
        write(
          "confusions of seed \(seed), of \(evaluation.stepCount) test \(evaluation.unit):\n\(evaluation.confusion)"
        )
      }
    }
    if let baseline = outline.baseline { write("for comparison: \(baseline)") }
    write(Self.ending(seconds: start.secondsUntilNow))
  }

  private func write(_ line: String) { StandardStream.error.write("\(line)\n") }

  /// Returns what the data is, with its figures.
  private static func introduction(_ training: SequenceBatches, _ test: SequenceBatches) throws -> String {
    let lengths = try [training, test].flatMap { try SequenceLengths(of: $0).steps }
    let contract = training.contract
    return """
      JapaneseVowels (UCI Machine Learning Repository, doi:10.24432/C5NS47): nine men say two vowels; who is speaking?
      data: \(training.exampleCount) training and \(test.exampleCount) test utterances, \
      \(lengths.min() ?? 0) to \(lengths.max() ?? 0) time steps of \(contract.columns.count) columns (cepstrum \
      coefficients), one of \(contract.labels.names.count) speakers each
      """
  }

  /// Returns what the results compare with, the time, and what to type next.
  ///
  /// The figures are those of Kudo, Toyama and Shimbo, "Multidimensional curve classification using passing-through
  /// regions", Pattern Recognition Letters 20 (1999) 1103-1111, on the same training and test utterances.
  private static func ending(seconds: Double) -> String {
    """
    for comparison: published by Kudo, Toyama and Shimbo (1999) for the same parts: 0.941 by their classifier, 0.962 by a \
    hidden Markov model of 5 states
    \(seeds.count) trainings and evaluations took \(seconds.fixed(1)) s
    next, your own files: this shows what is in them, and prints the command that trains on them
      timestep inspect YOUR-FOLDER
    """
  }

  private func dataSets(_ folder: String, order: ExampleOrder = .sequential) throws -> SequenceBatches {
    try SequenceBatches(
      features: try CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/myInput_%d.csv")),
      labels: .reader(
        try CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/myLabels_%d.csv")), .oneHot(classes: 9)),
      batchSize: 32, alignment: .end, order: order)
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

/// Shows the progress of a training with one seed: on a terminal a line that is redrawn, and one line at the end.
private final class SeedProgress: TrainingListener {
  private let seed: UInt64
  private let start = ContinuousClock.now
  private let isRedrawn: Bool

  init(_ seed: UInt64) {
    self.seed = seed
    if case .lines = ProgressBar.Display.standardError { isRedrawn = false } else { isRedrawn = true }
  }

  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws {
    try Interruption.check()
    let isLast = progress.epoch + 1 == progress.epochCount
    guard isRedrawn || isLast else { return }
    let line =
      "seed \(seed): epoch \(progress.epoch + 1)/\(progress.epochCount), loss \(progress.loss.perStep.short), "
      + "\(start.secondsUntilNow.fixed(1)) s"
    // ECMA-48 CR and EL: the line's first column, and nothing after it.
    StandardStream.error.redraw((isRedrawn ? "\r\u{1B}[K" : "") + line + (isLast ? "\n" : ""))
  }
}

extension ContinuousClock.Instant {
  /// The number of seconds from this instant to now.
  fileprivate var secondsUntilNow: Double {
    let (seconds, attoseconds) = duration(to: .now).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
