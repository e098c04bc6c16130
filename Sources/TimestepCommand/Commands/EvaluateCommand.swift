import ArgumentParser
import Timestep

/// `timestep evaluate`: prints a model's metrics on data.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Evaluates a model file on data.",
    discussion: """
      The model stores what these flags say, so that you can omit them: \(FlagDefinition.inContract). One that contradicts \
      the model is an error. These are stored too, and can be given for files that are written in another way: \
      \(FlagDefinition.inFileSettings). Give the other flags about the data as in training. A header in which the model \
      finds its columns is recognized. A toggle that the model stores is turned off with =false: --one-series-per-row=false.
      """
  )

  @OptionGroup(title: "Data") var data: DataOptions

  @OptionGroup var batchFlags: BatchFlags

  @Option(help: .flag("model", .evaluate)) var model: String

  @Flag(help: .flag("json")) var json = false

  @Option(help: .flag("predictions")) var predictions: String?

  @Flag(help: .flag("worst-first")) var worstFirst = false

  @Flag(help: .flag("baseline")) var baseline = false

  @Option(help: .flag("season")) var season: Int?

  @Option(help: .flag("intervals")) var intervals: Double?

  @OptionGroup var allowed: AllowanceOptions

  @Flag(help: .flag("certify")) var certify = false

  private var source: BatchOptions { BatchOptions(data, batchFlags) }

  func validate() throws {
    try source.validate()
    try BaselineReport.check(season: season)
    if let intervals, !(intervals > 0 && intervals < 100) {
      throw ValidationError(
        "--intervals \(intervals.numberText): expected a percentage between 0 and 100, such as 95")
    }
    if source.areMade && !data.hasLabels {
      throw ValidationError(
        "evaluation needs labels: give --labels, --label-column, --labels-from or --label-table")
    }
  }

  func run() throws {
    let format = try predictions.map { try PredictionFormat(ofFile: $0, flag: "--predictions") }
    var outputs = data.outputs
    outputs.add("--predictions", predictions, .predictions)
    try outputs.check(overwriting: data.overwrite) { [model] + source.inputPaths }
    let file = try ModelFile(knownHere: model)
    guard let contract = file.contract else {
      throw TensorFileError(
        path: model, problem: "contains no data contract; save the model with one, as \"train\" does")
    }
    let log = try data.faults.openLog()
    let report = try keeping(log) {
      var source = self.source
      if source.areMade, file.namesAreKnown { source.data = try data.completed(by: contract) }
      let batches = try source.source(contract: data.knowledge(of: file), log: log)
      var file = file
      try file.complete(by: batches.contract, model)
      let contract = file.contract ?? contract
      if source.areMade, batches.contract.window == nil, let window = contract.window {
        RunNotes.write(
          "the model was trained on windows of \(window.size) steps, and whole series are evaluated: cut them in the same way for "
            + "figures like those of the training (\(Remedy.windowOfModel("\(window.size),\(window.stride)")))"
        )
      }
      if source.areMade, let cut = contract.timeCut, cut != data.batching.timeCut {
        try source.data.checkCut(cut, of: file, contract, allowing: allowed.policy)
      }
      let report = try evaluation(of: file, contract, batches)
      if let predictions, let format {
        try write(batches, of: file, contract) { columns in
          let table = try format.file(predictions, columns)
          return worstFirst ? WorstFirst(table) : table
        }
      }
      return report
    }
    for warning in report.warnings { StandardStream.error.write(warning + "\n") }
    if json {
      try StandardStream.output.writeResult(json: try report.json() + "\n")
    } else {
      try StandardStream.output.writeResult(report.text)
    }
    guard report.certificate?.holds ?? true else { throw ExitCode.failure }
  }

  private func evaluation(
    of file: ModelFile, _ contract: DataContract, _ source: BatchSource
  ) throws -> EvaluationReport {
    if source.contract.labels.encoding == .none {
      throw TensorFileError(
        path: self.source.batches ?? model,
        problem: "the batches have no labels to evaluate on; convert with labels")
    }
    if let violation = contract.violation(by: source.contract) {
      throw TensorFileError(
        path: model,
        problem:
          "does not fit the data: \(violation); \(contract.remedy(for: source.contract))evaluate data of the same form"
      )
    }
    try file.network.checkForecast(of: source.contract)
    if let rows = self.source.lanes ?? source.batchSize { try file.network.reserveBuffers(rows: rows) }
    let normalized = source.normalized(
      by: contract.featuresNormalizer, labels: contract.labelsNormalizer)
    var report = try EvaluationReport(
      file.network, normalized.countingStepsOnce.laid(on: try lanes(for: file.network)), contract,
      allowing: allowed.policy)
    if report.isEmpty {
      let ahead = contract.horizon.map { $0.lead + $0.steps }
      throw TensorFileError(
        path: self.source.batches ?? self.source.data.features.first ?? model,
        problem: "no step has a label to evaluate on: "
          + (ahead.map {
            "expected series of more than \($0) rows, which the model predicts ahead, found none; give longer series"
          }
            ?? "expected at least one that the labels mask contains, found none; check the files of labels"))
    }
    if baseline {
      report.baselines = try BaselineReport(file.network, normalized, contract, season: season)
    }
    if let intervals {
      let made = try IntervalReport(
        intervals, file.network, normalized, contract, scale: report.baselines?.scale)
      guard made.seriesCount > 1 else {
        throw RecordError(
          .lengths, path: self.source.batches ?? self.source.data.features.first ?? model,
          "intervals are made by drawing series: expected at least 2 with labels, found \(made.seriesCount); evaluate more "
            + "of them, or leave out --intervals")
      }
      report.intervals = made
    }
    if certify {
      report.certificate = try file.network.verifyConsistency(on: normalized.iterator)
    }
    return report
  }

  /// Writes the predictions behind the figures.
  private func write(
    _ source: BatchSource, of file: ModelFile, _ contract: DataContract,
    to make: (PredictionColumns) throws -> any PredictionFile
  ) throws {
    var table = try PredictionTable(
      file, contract, time: source.timeColumn, hasTruth: true, writing: make)
    try source.normalized(by: contract.featuresNormalizer, labels: contract.labelsNormalizer)
      .countingStepsOnce.keepingTimes.predictions(into: &table)
    try table.finish()
  }

  /// Returns lanes with the length of the model's pieces, if lanes were requested.
  private func lanes(for network: MultiLayerNetwork) throws -> BatchSource.Lanes? {
    guard let count = source.lanes else { return nil }
    do {
      _ = try network.session(rows: 1)
    } catch {
      throw TensorFileError(
        path: model, problem: "cannot be evaluated on lanes: \(error); leave out --lanes")
    }
    // For a model trained on whole series, any length gives the same results, and this one is fast enough.
    return BatchSource.Lanes(count: count, steps: network.stepsPerUpdate ?? 256)
  }
}

/// The flags for examples that an evaluation rejects by default.
struct AllowanceOptions: ParsableArguments {
  @Flag(help: .flag("allow-training-data")) var allowTrainingData = false

  /// The policy that the flags specify.
  var policy: EvaluationPolicy { allowTrainingData ? .fittedExamples : [] }
}
