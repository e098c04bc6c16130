import ArgumentParser
import Platform
import Timestep

/// `timestep inspect`: shows the contents of data before it is used.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract:
      "Shows what a folder contains and the flags that read it; or, with flags, counts, lengths, columns, missing values, padding and the masks of a batch; or the layers of a model."
  )

  @Argument(
    help:
      "Data to look at without any flags about it: a directory, a file, or a quoted pattern. The flags that read it are printed."
  ) var location: String?

  @OptionGroup(title: "Data") var data: DataOptions

  @Option(help: .flag("batches")) var batches: String?

  @Option(name: [.customLong("batch"), .customLong("step")], help: .flag("batch", .inspect)) var batch = 0

  @Option(help: .flag("epoch")) var epoch: Int?

  @Option(help: .flag("seed", .inspect)) var seed: UInt64 = 0

  @Option(help: .flag("order", .inspect)) var order = TrainCommand.OrderName.shuffled

  @Flag(help: .flag("plan")) var plan = false

  @Option(help: .flag("explain")) var explain: CellArgument?

  @Option(help: .flag("model", .inspect)) var model: String?

  @Option(help: .flag("save")) var save: String?

  @Flag(help: .flag("json", .inspect)) var json = false

  func validate() throws {
    guard location != nil || data.hasFeatures || batches != nil || model != nil else {
      throw ValidationError(
        "give a directory or a file, --features (the files that contain the sequences), --batches (what \"timestep convert\" "
          + "wrote) or --model (a model file)")
    }
    if let epoch, epoch < 0 { throw ValidationError("--epoch \(epoch): passes are numbered from 0") }
    if save?.isEmpty == true { throw ValidationError("--save is empty; name the file to write") }
    if batch < 0 { throw ValidationError("--batch \(batch): batches are numbered from 0") }
  }

  func run() throws {
    let output = StandardStream.output
    var outputs = data.outputs
    outputs.add("--save", save, .dataSetFile)
    try outputs.check(overwriting: data.overwrite) { data.inputPaths }
    if let location {
      if let survey = try TSSurvey(location) { return try show(survey) }
      return try show(DataSurvey(location))
    }
    if let model {
      let survey = ModelSurvey(try ModelFile(knownHere: model), rows: data.batchSize ?? 32)
      return try output.writeResult(json ? jsonText(survey) + "\n" : survey.text)
    }
    if let batches {
      return try show(SavedDataSets(batches, transforms: PluginRegistry.current.transformTypes))
    }
    try save(GivenFlags.current.dataFlags)
    if plan { return try output.writeResult(try paddingPlan().text) }
    if epoch != nil || explain != nil {
      return try output.writeResult(try explain.map(explanation) ?? listing())
    }
    let log = try data.faults.openLog()
    try keeping(log) { try showData(log) }
  }

  /// Shows what a look at files tells, and the commands to run next.
  private func show(_ survey: DataSurvey) throws {
    let conclusion = survey.conclusion()
    let program = String(CommandLine.arguments.first?.split(separator: "/").last ?? "timestep")
    let commands = conclusion.commands
    try save((commands.first(where: \.hasLabels) ?? commands[0]).given)
    if json {
      try StandardStream.output.writeResult(
        json: try jsonText(survey.inspection(conclusion, program: program)) + "\n")
    } else {
      try StandardStream.output.writeResult(survey.text(conclusion, program: program))
    }
  }

  /// Shows what files that describe themselves contain, and the commands to run next.
  private func show(_ survey: TSSurvey) throws {
    let program = String(CommandLine.arguments.first?.split(separator: "/").last ?? "timestep")
    try save(survey.command.given)
    if json {
      try StandardStream.output.writeResult(json: try jsonText(survey.inspection(program: program)) + "\n")
    } else {
      try StandardStream.output.writeResult(survey.text(program: program))
    }
  }

  /// Writes the flags of the data into a file, if one is asked for.
  private func save(_ flags: [GivenFlags.Flag]) throws {
    guard let save else { return }
    try DataSetFile.write(flags, to: save)
    StandardStream.error.write("written: \(escapedText(save.utf8, limit: nil)) (data set file)\n")
  }

  /// Shows the contents of files, and the batches that they become.
  private func showData(_ log: DecisionLog) throws {
    let output = StandardStream.output
    let (features, labelColumns) = try featureSurvey()
    if !json { try output.writeResult(features.text(title: "features")) }
    let labels = try labelColumns ?? labelSurvey()
    if !json, let labels { try output.writeResult(labels.text(title: "labels")) }
    // Other commands read no values that are missing, unless something is done about them.
    let canFill = data.transforms.fillsMissing || data.faults.policy[.missingValue] != .raise
    let missingLabelCount = data.labelSource.labelMissing.isEmpty ? labelColumns?.missingCount ?? 0 : 0
    let dataSets = features.missingCount + missingLabelCount == 0 || canFill ? try described.dataSets() : nil
    let transformed =
      data.transforms.transform.isEmpty && data.labelSource.knownAhead == nil
      ? nil : try dataSets.map(ReaderSurvey.init(transformed:))
    if !json, let transformed { try output.writeResult(transformed.text(title: "features after transforms")) }
    if !json, let dataSets { try checkBatch(dataSets.batchCount) }
    let survey = try dataSets.map { try BatchSurvey($0, data.faults.budget) { log.append($0) } }
    if json {
      try output.writeResult(
        json: try jsonText(inspection(features, transformed, labels, survey)) + "\n")
    } else if let dataSets, let survey {
      try output.writeResult(survey.text)
      try output.writeResult(maskDrawing(try dataSets.batch(epoch: 0, index: batch), number: batch))
    } else {
      let remedy = data.columns.category.isEmpty ? Remedy.fill : .fillForward
      try output.writeResult("batches: none can be made while values are missing (\(remedy) fills them)\n")
    }
  }

  /// Shows batches that `convert` wrote.
  private func show(_ saved: SavedDataSets) throws {
    let output = StandardStream.output
    let (features, labels) = try ReaderSurvey.ofSaved(saved)
    let survey = try BatchSurvey(saved)
    if json {
      return try output.writeResult(
        try jsonText(
          Inspection(
            columns: features.jsonColumns, labels: labels?.jsonColumns, sequences: saved.exampleCount,
            lengths: features.jsonLengths, batches: survey.json, classes: survey.jsonClasses)) + "\n")
    }
    try checkBatch(saved.batchCount)
    try output.writeResult(features.text(title: "features") + (labels?.text(title: "labels") ?? ""))
    try output.writeResult(survey.text)
    try output.writeResult(maskDrawing(try saved.batch(epoch: 0, index: batch), number: batch))
  }

  private func checkBatch(_ count: Int) throws {
    guard batch >= count else { return }
    throw ValidationError(
      "--batch \(batch): there \(count == 1 ? "is 1 batch" : "are \(count) batches"), numbered from 0")
  }

  private func inspection(
    _ features: ReaderSurvey, _ transformed: ReaderSurvey?, _ labels: ReaderSurvey?, _ batches: BatchSurvey?
  ) -> Inspection {
    let isDescribed = described.regression == data.regression
    return Inspection(
      columns: features.jsonColumns, transformed: transformed?.jsonColumns, labels: labels?.jsonColumns,
      sequences: features.lengths.count,
      lengths: features.jsonLengths, batches: batches?.json ?? Inspection.Batches(count: 0),
      classes: batches?.jsonClasses,
      command: Inspection.conversion(
        of: GivenFlags.current, program: CommandLine.arguments.first,
        adding: isDescribed ? [] : ["--regression"]))
  }

  /// The options with labels that are numbers unless flags describe them.
  private var described: DataOptions {
    var data = data
    if data.hasLabels && !data.describesLabels && !data.labelSource.isGiven && !data.stateLabels {
      data.regression = true
    }
    return data
  }

  /// The options without a cache, which other options would rebuild.
  private var uncached: DataOptions {
    var uncached = data
    (uncached.store.cache, uncached.store.verify) = (nil, false)
    return uncached
  }

  /// Surveys the columns of the features, and those of labels that are in the same files; `nil`: there are none.
  private func featureSurvey() throws -> (features: ReaderSurvey, labels: ReaderSurvey?) {
    if data.store.cache != nil {
      // The data is read as in all other commands, so that the cache remains useful to them.
      var policy = data.faults.policy
      policy[.missingValue] = .raise
      do {
        return try survey(data.featureReader(), policy)
      } catch let error as RecordError where error.kind == .missingValue {}
    }
    // Missing values are counted here, and rejected by all other commands.
    return try survey(uncached.featureReader(missingValues: .nan), data.faults.policy)
  }

  /// Surveys the windows of a reader, and the timestamps of its whole sequences.
  private func survey(
    _ reader: any SequenceRecordReader, _ policy: ErrorPolicy
  ) throws -> (features: ReaderSurvey, labels: ReaderSurvey?) {
    let pieces = try data.store.cutAtGaps(reader).features
    let windows = try data.store.cut(pieces, nil).features
    let times = try TimeSurvey(reader, policy)
    let labels = Set(try data.labelNames(in: reader))
    let survey = try ReaderSurvey(windows, policy, times: times)
    // Labels once per series have a survey of their own, with one value for each.
    return (
      survey.choosing { !labels.contains($0) },
      labels.isEmpty || data.hasOwnLabels ? nil : survey.choosing(labels.contains)
    )
  }

  private func labelSurvey() throws -> ReaderSurvey? {
    guard data.hasOwnLabels else { return nil }
    let rule = CollectionRule(partKey: data.partKey(nil))
    let features = try uncached.allFeatures(missingValues: .nan, collecting: rule)
    guard let labels = try data.labelReader(besides: features, collecting: rule) else { return nil }
    do {
      let parts = try data.parts(of: features, by: rule.partKey, nil)
      return try ReaderSurvey(data.part(ofLabels: labels, parts, of: features), data.faults.policy)
    } catch let error as RecordError {
      throw error.ofLabels(data.labelCategories.map { Vocabulary($0.names) }, classCount: data.classes)
    }
  }

  /// Returns the batches in the order of `train`, or, with --explain alone, in that of the other commands.
  private func madeBatches() throws -> SequenceBatches {
    var data = described
    // The source of a number does not depend on the lengths of the others.
    if explain != nil, !data.hasOwnLabels { data.align = data.align ?? .start }
    let isShuffled = epoch != nil && order == .shuffled
    return try data.dataSets(order: isShuffled ? .shuffled(seed: seed) : .sequential)
  }

  private func requestedBatch(of dataSets: SequenceBatches) throws -> DataSet {
    try checkBatch(dataSets.batchCount)
    return try dataSets.batch(epoch: epoch ?? 0, index: batch)
  }

  /// Returns a listing of one batch with its files and lines, made without the batches before it.
  private func listing() throws -> String {
    let batch = try requestedBatch(of: try madeBatches())
    var text =
      "batch \(self.batch) of pass \(epoch ?? 0): \(pluralized(batch.exampleCount, "example")), "
      + "\(pluralized(batch.stepCount, "step"))\n"
    func location(_ source: SequenceRecord.Source, _ lines: ClosedRange<Int>) -> String {
      "\(escapedText(source.path.utf8, limit: nil)):\(lines.lowerBound)-\(lines.upperBound)"
    }
    for (row, example) in batch.metadata.enumerated() {
      text += "  \(row): example \(example.index), \(location(example.features, example.featureLines))"
      if let labels = example.labels, let lines = example.labelLines {
        text += ", labels \(location(labels, lines))"
      }
      text += "\n"
    }
    return text + maskDrawing(batch, number: self.batch)
  }

  private func paddingPlan() throws -> PaddingPlan {
    let dataSets = try madeBatches()
    return PaddingPlan(
      dataSets.ordered(order == .file ? .sequential : .shuffled(seed: seed)),
      try SequenceLengths(of: dataSets))
  }

  private func explanation(_ cell: CellArgument) throws -> String {
    let dataSets = try madeBatches()
    let (batch, row) = try place(cell, in: dataSets)
    let contract = dataSets.contract
    let names = contract.columns + (contract.labels.encoding == .none ? [] : contract.labels.names)
    let columns = batch.features.shape[1] + (batch.labels?.shape[1] ?? 0)
    // A number is a position, whatever columns are called.
    let column = Int(cell.column) ?? names.firstIndex(of: cell.column)
    guard row < batch.exampleCount, cell.step < batch.stepCount, let column, column < columns else {
      let features = batch.features.shape[1]
      let labels = columns - features
      let unknown = column == nil ? suggestion(for: cell.column, among: names) : ""
      throw ValidationError(
        "--explain \(cell): the batch has \(pluralized(batch.exampleCount, "example")), "
          + "\(pluralized(batch.stepCount, "step")) and \(pluralized(features, "feature column"))\(labels > 0 ? " (and \(labels) of labels after them)" : ""), all numbered from 0\(unknown)"
      )
    }
    let features = batch.features.shape[1]
    let origin =
      column < features
      ? batch.explain(example: row, step: cell.step, column: column)
      : batch.explainLabel(example: row, step: cell.step, column: column - features)
    return (origin.map { "\($0)" } ?? "padding: 0, from no file") + "\n"
  }

  /// Checks that no other series of the data has the number of a row as its key, where no batch is named.
  private func checkNoKey(_ row: Int, _ cell: CellArgument, in dataSets: SequenceBatches) throws {
    if batch != 0 || epoch != nil { return }
    let found = (0..<dataSets.exampleCount).first { dataSets.exampleKey(of: $0) == "\(row)" }
    guard let found else { return }
    let examples = dataSets.examples(epoch: 0, index: 0)
    if examples.indices.contains(row), examples[row] == found { return }
    throw ValidationError(
      "--explain \(cell): \(row) is the key of a series that is not row \(row) of the first batch: name the series "
        + "with --explain key=\(cell), or show the row of the first batch (add --epoch 0 --order file)")
  }

  /// Returns the batch of a cell, and its row there: that of the requested batch, or the series with a key.
  private func place(_ cell: CellArgument, in dataSets: SequenceBatches) throws -> (batch: DataSet, row: Int)
  {
    let key: String
    switch cell.example {
    case .row(let row):
      try checkNoKey(row, cell, in: dataSets)
      return (try requestedBatch(of: dataSets), row)
    case .key(let text): key = text
    }
    if batch != 0 || epoch != nil {
      throw ValidationError(
        "--explain \(cell) names a series by its key: --batch and --epoch have no effect; leave them out")
    }
    let all = dataSets.ordered(.sequential)
    guard let index = (0..<all.exampleCount).first(where: { all.exampleKey(of: $0) == key }) else {
      let some = (0..<min(all.exampleCount, 1000)).map { all.exampleKey(of: $0) }
      throw ValidationError(
        "--explain \(cell): no series has the key \"\(escapedText(key.utf8))\": expected one of \(all.exampleCount), such as "
          + "\"\(escapedText((some.first ?? "").utf8))\", or the number of a row\(suggestion(for: key, among: some))"
      )
    }
    for number in 0..<all.batchCount where all.examples(epoch: 0, index: number).contains(index) {
      let batch = try all.batch(epoch: 0, index: number)
      if let row = batch.metadata.firstIndex(where: { $0.index == index }) { return (batch, row) }
    }
    throw ValidationError("--explain \(cell): the policy leaves out the series")
  }
}

/// A cell of a batch, or of a series: `12,4,2` is row 12, step 4, column 2, and `walk/f_3,4,load` the column `load` of the
/// series with the key `walk/f_3`.
struct CellArgument: NotatedFlagValue, CustomStringConvertible {
  /// A row of a batch, or the key of a series.
  enum Example {
    case row(Int)
    case key(String)
  }

  let example: Example
  let step: Int
  /// The position or the name of the column.
  let column: String
  let description: String

  init(flag text: String) throws(ValidationError) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count >= 3, let step = Int(parts[parts.count - 2]), step >= 0,
      let column = parts.last, !column.isEmpty, Int(column).map({ $0 >= 0 }) ?? true
    else {
      throw ValidationError(
        "expected N,T,C, such as 12,4,2: a row (or the key of a series), a step and a column, numbered from 0"
      )
    }
    // A key may contain commas.
    let first = parts.dropLast(2).joined(separator: ",")
    if first.hasPrefix("key="), first.utf8.count > 4 {
      example = .key(String(first.dropFirst(4)))
    } else if let row = Int(first) {
      guard row >= 0 else { throw ValidationError("rows are numbered from 0: found \(row)") }
      example = .row(row)
    } else {
      guard !first.isEmpty else {
        throw ValidationError("expected a row, or the key of a series, before the step")
      }
      example = .key(first)
    }
    (self.step, self.column, description) = (step, String(column), text)
  }
}
