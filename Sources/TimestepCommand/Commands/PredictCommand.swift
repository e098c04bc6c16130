import ArgumentParser
import Timestep

/// `timestep predict`: reads rows and writes predictions, one at a time.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predicts row by row from standard input, or for whole files with --features.",
    discussion: """
      With --features, every series of the files gets its predictions, in a table with the keys of the series: one row per \
      series if the model was trained on one label per series, otherwise one per step. The files may be those of the \
      training, with their labels, or without them.

      Rows are written as those of the training data were (delimiter, decimal sign, encoding, missing values, of files also \
      header and layout), unless flags say otherwise.

      Without --features, each row of standard input immediately produces one output row; the recurrent \
      state carries over: class probabilities, or values in the labels' own units. An empty \
      line starts a new series; with --steps, the one before it is first continued to that many steps. With --group-by, \
      each row continues the series of its key, and an empty line ends all of them. Rows are read, \
      transformed and normalized like the model's training data. They contain the columns that the model needs, or all \
      columns of the feature files, with or without those of the labels; the first row decides.
      """)

  @Option(help: .flag("model", .predict)) var model: String

  @OptionGroup var files: PredictedFiles

  @OptionGroup var notationFlags: NotationOptions

  @OptionGroup var layout: LayoutOptions

  @OptionGroup var join: JoinOptions

  @OptionGroup var store: CacheAndWindowOptions

  @Option(help: .flag("on-error", .predict)) var onError: [PredictionFaultRule] = []

  @Option(help: .flag("skip-lines", .predict)) var skipLines = 0

  @Flag(help: .flag("header", .predict)) var header = false

  @Option(help: .flag("steps")) var steps: Int?

  @Option(help: .flag("rollout")) var rollout: Int?

  @Option(help: .flag("streams")) var streams: Int?

  @Flag(help: .flag("header-out")) var headerOut = false

  @Option(help: .flag("output", .predict)) var output: String?

  @Flag(help: .flag("overwrite")) var overwrite = false

  func validate() throws {
    if let steps, !(1...1 << 24 ~= steps) {
      throw ValidationError("--steps \(steps): expected 1 to \(1 << 24) steps")
    }
    if let rollout, !(1...1_000_000 ~= rollout) {
      throw ValidationError("--rollout \(rollout): expected 1 to 1000000 rows")
    }
    if let streams, streams < 1 { throw ValidationError("--streams \(streams): at least 1 series is needed") }
    if skipLines < 0 { throw ValidationError("--skip-lines \(skipLines): expected 0 or more lines") }
    for rule in onError where rule.isAboutRows == files.areGiven {
      throw ValidationError(
        files.areGiven
          ? "--on-error \(rule): it is about rows of standard input; with --features, expected raise, skip-row, skip-sequence or "
            + "repair:VALUE"
          : "--on-error \(rule): it is about files; for rows of standard input, expected report or stop")
    }
    if !files.areGiven, let encoding = notationFlags.encoding, encoding.isWide {
      throw ValidationError(
        "--encoding \(encoding.rawValue): rows are read one by one; convert them first (iconv)")
    }
  }

  /// Returns the notation of rows: that of the model's data, where no flag says otherwise.
  private func notation(_ contract: DataContract?) -> TextNotation {
    var notation = contract?.notation ?? .plain
    // Rows that programs write one by one are not in UTF-16.
    if notation.encoding.isWide { notation.encoding = .utf8 }
    return notation.with(
      delimiter: notationFlags.delimiter, decimal: notationFlags.decimal, thousands: notationFlags.thousands,
      quote: notationFlags.quote, encoding: notationFlags.encoding)
  }

  func run() throws { try files.areGiven ? predictFiles() : predictRows() }

  /// Predicts rows of standard input, one by one.
  private func predictRows() throws {
    let missing = layout.missing
    let keys = layout.groupBy?.names ?? []
    if keys.contains("@file") {
      throw ValidationError("--group-by @file: rows of standard input are in no file; name columns")
    }
    let file = try ModelFile(knownHere: model)
    let transforms = try RowTransforms(file.contract, model)
    if transforms == nil, !missing.isEmpty {
      throw ValidationError("--missing: the model has no transforms that fill missing values")
    }
    let notation = notation(file.contract)
    var missingTokens = [""] + missing
    if transforms?.fills == true, case .list(let known)? = file.contract?.fileSettings?["missing"] {
      missingTokens += known
    }
    let inputs = file.network.configuration.inputs.size
    let rows = try CSVRowParser(
      columns: transforms?.inputColumns ?? file.contract?.columns ?? (0..<inputs).map { String($0) },
      of: file.contract.map(wholeRows) ?? [], keys: keys, encodings: file.contract?.encodings ?? [:],
      notation: notation,
      missingValues: MissingValues(transforms?.fills ?? false ? .nan : .rejected, tokens: missingTokens),
      name: LineReader.standardInput.name)
    noteRelativeLabels(file.contract)
    if keys.isEmpty, case .text(let column)? = file.contract?.fileSettings?["group-by"] {
      StandardStream.error.write(
        "all rows up to an empty line are taken for one series, whatever their \(escapedText(column.utf8)): "
          + "--group-by \(shellQuoted(column)) keeps a state for each\n")
    }
    let settings = LivePredictions.Settings(
      keys: keys, limit: streams ?? 10_000, steps: steps,
      stopsAtFault: onError.last.map { if case .stop = $0 { true } else { false } } ?? false)
    var predictions = try LivePredictions(
      file, path: model, rows: rows, transforms,
      delimiter: notation.delimiter == TextNotation.blanks ? " " : notation.delimiter, settings)
    var lines = LineReader.standardInput
    var line = 0
    while line < skipLines, try lines.next() != nil { line += 1 }
    if header, let text = try lines.next() {
      line += 1
      // A model of another program names no columns: it takes them in the order of its inputs.
      if file.namesAreKnown || !keys.isEmpty { try predictions.readHeader(text, line: line) }
    }
    try predictions.predict(&lines, after: line, output: headerOut ? predictions.header : "")
  }

  /// Returns the columns of rows that contain more than the model needs: all those of the feature files,
  /// without and with those of the labels, before the attributes of their series.
  private func wholeRows(of contract: DataContract) -> [[String]] {
    guard let source = contract.source else { return [] }
    let columns = source.fileColumns ?? source.columns
    var labels = Set(source.labels)
    // One label for a whole series is no column of the sequences.
    let places = (contract.labelReferences ?? []).compactMap {
      try? ColumnReference($0).position(among: columns)
    }
    labels.formUnion(places.map { columns[$0] })
    let attributes = contract.staticColumns ?? []
    return [columns.filter { !labels.contains($0) }, columns].map { rows in
      rows + attributes.filter { !rows.contains($0) }
    }
  }

  /// Says of which label columns a prediction is a difference from a number that the model does not know.
  func noteRelativeLabels(_ contract: DataContract?) {
    guard let contract else { return }
    for (name, encoding) in zip(contract.labels.names, contract.labelEncodings) {
      switch encoding {
      case .offset(.first)?, .time?: break
      default: continue
      }
      StandardStream.error.write(
        "the predictions of column \"\(escapedText(name.utf8))\" are what the model was trained on: "
          + "\(encoding.map(\.description) ?? "")\n")
    }
  }
}

extension DataContract {
  /// The encodings of regression labels that are columns of the feature files, or future values of these; `nil` for plain
  /// numbers.
  var labelEncodings: [ColumnEncoding?] {
    guard labels.encoding == .values else { return labels.names.map { _ in nil } }
    // `load+1` is a value of `load`.
    let own = Set(source?.labels ?? [])
    return labels.plainNames.flatMap { name in
      let known =
        horizon == nil
        ? own.contains(name) ? encodings?[name] : nil
        : encodings?[String(name[..<(name.lastIndex(of: "+") ?? name.endIndex)])]
      return Array(repeating: known, count: labels.quantiles?.count ?? 1)
    }
  }
}
