import ArgumentParser
import Platform
import Timestep

/// The flags of `predict` about files that no other group of its flags has.
struct PredictedFiles: ParsableArguments {
  @Option(help: .flag("features")) var features: [String] = []

  @Option(help: .flag("range")) var range: NumberRange?

  @Option(help: .flag("batch-size")) var batchSize: Int?

  @Option(help: .flag("keep-columns")) var keepColumns: NameList?

  @Option(help: .flag("drop-columns")) var dropColumns: NameList?

  @Flag(help: .flag("columns-by-name")) var columnsByName = false

  @Option(help: .flag("rename")) var rename: [NamePair] = []

  @Option(help: .flag("reader")) var reader: PluginCall?

  @Option(help: .flag("input-split")) var inputSplit: PluginCall?

  @Option(help: .flag("label-table")) var labelTable: LabelTableArgument?

  @Option(help: .flag("label-skip-lines")) var labelSkipLines: Int?

  @Option(help: .flag("label-header")) var labelHeader: CSVHeader?

  @Option(help: .flag("error-budget")) var errorBudget: BudgetArgument?

  @Option(help: .flag("ledger")) var ledger: String?

  /// True if files are predicted, not rows of standard input.
  var areGiven: Bool { !features.isEmpty || inputSplit != nil || reader != nil }
}

/// A value of `--on-error` of `predict`: of rows of standard input, or of files.
enum PredictionFaultRule: NotatedFlagValue, CustomStringConvertible {
  /// A faulty row is reported.
  case report
  /// A faulty row ends the command.
  case stop
  /// A rule for faults in files.
  case files(FaultRule)

  init(flag text: String) throws(ValidationError) {
    switch text {
    case "report": self = .report
    case "stop": self = .stop
    default: self = .files(try FaultRule(flag: text))
    }
  }

  /// True if it is about rows of standard input.
  var isAboutRows: Bool { if case .files = self { false } else { true } }

  var description: String {
    switch self {
    case .report: "report"
    case .stop: "stop"
    case .files(let rule): rule.description
    }
  }
}

// Predicts the series of files.
extension PredictCommand {
  /// The flags about the files, as those of data.
  private func data() throws -> DataOptions {
    var data = try DataOptions.parse([])
    (data.features, data.range, data.batchSize) = (files.features, files.range, files.batchSize)
    (data.skipLines, data.header, data.notationFlags) = (skipLines, header, notationFlags)
    (data.labelSkipLines, data.labelHeader) = (files.labelSkipLines, files.labelHeader)
    (data.layout, data.join, data.store) = (layout, join, store)
    (data.columns.keepColumns, data.columns.dropColumns) = (files.keepColumns, files.dropColumns)
    (data.columns.columnsByName, data.columns.rename) = (files.columnsByName, files.rename)
    (data.plugins.reader, data.plugins.inputSplit) = (files.reader, files.inputSplit)
    data.labelSource.labelTable = files.labelTable
    data.faults.onError = onError.compactMap { if case .files(let rule) = $0 { rule } else { nil } }
    (data.faults.errorBudget, data.faults.ledger) = (files.errorBudget, files.ledger)
    try data.validate()
    return data
  }

  /// Says which rows a forecast is about, if these must be in the files for what is known of them beforehand.
  private func noteKnownAhead(_ contract: DataContract) {
    guard let ahead = contract.transforms?.transforms.lazy.compactMap({ $0 as? KnownAhead }).first else {
      return
    }
    let names = ahead.columns.map { escapedText($0.utf8) }.joined(separator: ", ")
    RunNotes.write(
      "a forecast is about the last \(pluralized(ahead.horizon, "row")) of each series, from the rows before "
        + (ahead.lead > 0 ? "the \(pluralized(ahead.lead, "row")) before them" : "them")
        + ": the columns known ahead (\(names)) are read there")
  }

  /// Writes the predictions for the series of the files.
  func predictFiles() throws {
    let data = try data()
    let format = try output.map { try PredictionFormat(ofFile: $0, flag: "--output") }
    var outputs = data.outputs
    outputs.add("--output", output, .predictions)
    try outputs.check(overwriting: overwrite) { [model] + data.inputPaths }
    let file = try ModelFile(knownHere: model)
    guard let contract = file.contract else {
      throw TensorFileError(
        path: model, problem: "contains no data contract; save the model with one, as \"train\" does")
    }
    let log = try data.faults.openLog()
    try keeping(log) {
      // A model of another program names no columns: it takes them in the order of its inputs.
      let options = file.namesAreKnown ? try data.completed(by: contract, forPredictions: true) : data
      let dataSets = try options.dataSets(
        contract: file.namesAreKnown ? contract.ofFeatures : data.knowledge(of: file), isLabelled: false)
      var file = file
      try file.complete(by: dataSets.contract, model)
      let contract = file.contract ?? contract
      let known = contract.ofFeatures
      if let violation = known.violation(by: dataSets.contract) {
        throw TensorFileError(
          path: model,
          problem:
            "does not fit the data: \(violation); \(known.remedy(for: dataSets.contract))predict data of the same form"
        )
      }
      if dataSets.contract.window == nil, let window = contract.window, rollout == nil {
        RunNotes.write(
          "the model was trained on windows of \(window.size) steps, and whole series are predicted, from their first rows: cut "
            + "them in the same way for what it was evaluated on (\(Remedy.windowOfModel("\(window.size),\(window.stride)")))"
        )
      }
      try file.network.reserveBuffers(rows: dataSets.batchSize)
      let source = BatchSource.sequences(
        dataSets.normalized(by: contract.featuresNormalizer).keepingTimes(),
        FaultHandling(budget: data.faults.budget, log: log))
      noteRelativeLabels(contract)
      noteKnownAhead(contract)
      let rollout = try self.rollout.map { try Rollout($0, contract, model) }
      var table = try PredictionTable(
        file, contract, time: rollout == nil && steps == nil ? source.timeColumn : nil, hasTruth: false,
        rollout: rollout, continuedTo: steps
      ) { columns in
        if steps != nil, columns.isPerSeries {
          throw TensorFileError(
            path: model,
            problem:
              "predicts once for each series, so that no further steps can be predicted; leave out --steps")
        }
        guard let output, let format else { return PredictionFormat.standardOutput(columns) }
        return try format.file(output, columns)
      }
      try source.predictions(into: &table)
      try table.finish()
    }
  }
}
