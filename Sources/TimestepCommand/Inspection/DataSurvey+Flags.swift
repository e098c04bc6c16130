import Platform
import Timestep

// Concludes flags from what the files contain.
extension DataSurvey {
  /// What the files do not tell, and the flags of each reading.
  struct Conclusion {
    /// The command of each reading, the likeliest first.
    var commands: [SuggestedCommand] = []
    /// What is not certain, in words.
    var uncertain: [String] = []
    /// What looks like a mistake, in words.
    var suspicious: [String] = []
    /// The classes in order with their counts; empty if labels are no classes.
    var classes: [(name: String, count: Int)] = []
  }

  /// Returns the flags that read the files, and what is in doubt.
  func conclusion() -> Conclusion {
    var conclusion = Conclusion()
    let first = sources.first
    conclusion.commands = [command(first, guess.dialect, in: &conclusion)]
    if guess.candidates.count > 1 {
      let others = guess.candidates.map(\.description)
      conclusion.uncertain.append(others.joined(separator: "; or "))
      var ignored = Conclusion()
      var other = command(first, guess.candidates[1], in: &ignored)
      other.variant = guess.candidates[1].description
      conclusion.commands[0].variant = guess.dialect.description
      conclusion.commands.append(other)
    }
    for source in sources.dropFirst() {
      conclusion.uncertain.append("labels: \(first?.words ?? ""); or \(source.words)")
      var ignored = Conclusion()
      var other = command(source, guess.dialect, in: &ignored)
      other.variant = "labels in \(source.words)"
      conclusion.commands[0].variant = conclusion.commands[0].variant ?? "labels in \(first?.words ?? "")"
      conclusion.commands.append(other)
    }
    addReadings(of: first, to: &conclusion)
    if series.isDoubtful {
      conclusion.uncertain.append(
        "layout: every row is a series; or the file is one series of \(columns.count) columns")
    }
    findSuspicious(&conclusion)
    return conclusion
  }

  /// Adds a command for every other reading of the labels and of timestamps.
  private func addReadings(of source: LabelSourceGuess?, to conclusion: inout Conclusion) {
    if let meaning = source.flatMap({ self.meaning(of: $0) }), meaning.readings.count > 1 {
      conclusion.uncertain.append("labels: \(meaning.readings.map(\.name).joined(separator: ", or "))")
      let own = Set(meaning.readings[0].flags.map(\.name))
      var other = conclusion.commands[0]
      other.flags.removeAll { own.contains($0.name) }
      other.flags += meaning.readings[1].flags
      other.variant = "labels are \(meaning.readings[1].name)"
      conclusion.commands[0].variant =
        conclusion.commands[0].variant ?? "labels are \(meaning.readings[0].name)"
      conclusion.commands.append(other)
    }
    if let (shorter, other) = doubtfulAlignment(source) {
      conclusion.uncertain.append(
        "alignment: label files are \(shorter) than feature files, and begin or end with them")
      var command = conclusion.commands[0]
      command.flags = command.flags.map { $0.name == "align" ? other : $0 }
      command.variant = "aligned at the start"
      conclusion.commands[0].variant = conclusion.commands[0].variant ?? "aligned at the end"
      conclusion.commands.append(command)
    }
    for column in features(besides: source) {
      guard case .time(let formats) = column.kind, formats.count > 1 else { continue }
      let texts = formats.prefix(2).map { $0.flagText ?? "iso8601" }
      conclusion.uncertain.append("column \(shown(column)): \(texts.joined(separator: ", or "))")
      var other = conclusion.commands[0]
      other.flags = other.flags.map { flag in
        flag.name == "time" && flag.value?.hasSuffix("=\(texts[0])") == true
          ? SuggestedFlag("time", "\(reference(column))=\(texts[1])", because: flag.reason) : flag
      }
      other.variant = "\(shown(column)) is \(texts[1])"
      conclusion.commands[0].variant = conclusion.commands[0].variant ?? "\(shown(column)) is \(texts[0])"
      conclusion.commands.append(other)
    }
  }

  /// Returns the flags for one reading.
  private func command(
    _ source: LabelSourceGuess?, _ dialect: Dialect, in conclusion: inout Conclusion
  ) -> SuggestedCommand {
    var flags = [SuggestedFlag("features", pattern.text, because: pattern.reason)]
    switch series.layout {
    case .files: break
    case .rows: flags.append(SuggestedFlag("one-series-per-row", because: series.reason))
    case .groups(let keys, let restart, let areScattered):
      let names =
        (restart ? ["file"] : []) + keys.map { TableSample.reference($0, names: tables.first?.names) }
      flags.append(SuggestedFlag("group-by", names.joined(separator: ","), because: series.reason))
      if areScattered {
        flags.append(SuggestedFlag("sort", because: "the rows of a series do not lie together"))
      }
    }
    flags += labelFlags(source, in: &conclusion)
    flags += formatFlags(dialect)
    flags += columnFlags(besides: source)
    var command = SuggestedCommand(flags: flags)
    command.hasLabels = source != nil
    if let widest = features(besides: source).filter({ $0.kind == .number && $0.numberCount > 0 }).max(by: {
      $0.maximum - $0.minimum < $1.maximum - $1.minimum
    }) {
      command.trainingFlags.append(
        SuggestedFlag(
          "normalize", "standardize",
          because:
            "networks learn better from columns of one scale; \(shown(widest)) is from \(widest.minimum.short) to \(widest.maximum.short)"
        ))
    }
    if !testFiles.isEmpty, let test = FilePattern(testFiles, in: folder) {
      command.trainingFlags.append(SuggestedFlag("test-features", test.text, because: "the name says so"))
    }
    return command
  }

  /// The meaning of the labels of a source; `nil` if there are none.
  func meaning(of source: LabelSourceGuess) -> LabelMeaningGuess? {
    let dialect = guess.dialect
    switch source {
    case .folder:
      let classes = files.reduce(into: [String: Int]()) { counts, file in
        counts[file.directory.split(separator: "/").last.map(String.init) ?? "", default: 0] += 1
      }
      return LabelMeaningGuess(classes, areCollected: true, dialect)
    case .name(_, let values): return LabelMeaningGuess(values, areCollected: true, dialect)
    case .table(let table):
      return LabelMeaningGuess(table.label.values, areCollected: true, table.dialect.dialect)
    case .column(let column, let isOnce):
      return LabelMeaningGuess(column.values, areCollected: isOnce, dialect)
    case .files(_, let tables, let guess, _):
      guard guess.fieldCount == 1 else {
        return LabelMeaningGuess(["0.5": 1], areCollected: false, Dialect(delimiter: ","))
      }
      return LabelMeaningGuess(
        ColumnSurvey(0, of: tables, guess.dialect).values, areCollected: false, guess.dialect)
    }
  }

  private func labelFlags(_ source: LabelSourceGuess?, in conclusion: inout Conclusion) -> [SuggestedFlag] {
    guard let source else { return [] }
    var flags: [SuggestedFlag] = []
    var missing: Set<String> = []
    switch source {
    case .folder:
      flags.append(
        SuggestedFlag(
          "labels-from", "folder", because: "the files lie in \(Set(files.map(\.directory)).count) folders"))
    case .name(let pattern, let values):
      let shown = values.keys.sorted().prefix(3).joined(separator: ", ")
      flags.append(
        SuggestedFlag("labels-from", "name:\(pattern)", because: "the names of the files contain \(shown)"))
    case .table(let table):
      let names = table.names
      func name(_ column: ColumnSurvey) -> String { TableSample.reference(column.position, names: names) }
      flags.append(
        SuggestedFlag(
          "label-table", "\(table.file.path):key=\(name(table.key)),label=\(name(table.label))",
          because: "column \(name(table.key)) names the series"))
      flags += labelFormatFlags(table.dialect, headerByDefault: true)
      missing = Set(table.label.missing.keys)
    case .column(let column, let isOnce):
      flags.append(
        SuggestedFlag("label-column", reference(column), because: "column \(shown(column)) has the labels"))
      if isOnce {
        flags.append(SuggestedFlag("label-once", because: "every row of a series has the same label"))
      }
      missing = Set(column.missing.keys)
    case .files(let pattern, let labels, let guess, let reason):
      flags.append(SuggestedFlag("labels", pattern.text, because: reason))
      flags += labelFormatFlags(guess, headerByDefault: self.guess.hasHeader)
      let counts = zip(tables.map(\.rows.count), labels.map(\.rows.count))
      if labels.allSatisfy({ $0.rows.count == 1 }), counts.contains(where: { $0 != $1 }) {
        flags.append(SuggestedFlag("align", "end", because: "a series has one label"))
      } else if let (shorter, _) = doubtfulAlignment(source) {
        flags.append(SuggestedFlag("align", "end", because: "label files are \(shorter) than feature files"))
      } else if isSampled || Set(tables.map(\.rows.count)).count > 1 {
        flags.append(SuggestedFlag("align", "start", because: "the series have different lengths"))
      }
      missing = Set(ColumnSurvey(0, of: labels, guess.dialect).missing.keys)
    }
    let meaning = meaning(of: source)
    flags += meaning?.readings.first?.flags ?? []
    conclusion.classes = meaning?.classes ?? []
    if let problem = meaning?.problem { conclusion.suspicious.append(problem) }
    if !missing.isEmpty {
      for text in missing.subtracting([""]).sorted() {
        flags.append(SuggestedFlag("label-missing", text, because: "some labels are missing"))
      }
      if missing == [""] {
        flags.append(SuggestedFlag("label-missing", "NA", because: "some labels are empty, and may be so"))
      }
    }
    return flags
  }

  /// Returns how the lengths of labels and features differ if it is not known where they belong, and the other alignment.
  private func doubtfulAlignment(_ source: LabelSourceGuess?) -> (difference: String, other: SuggestedFlag)? {
    guard case .files(_, let labels, _, _)? = source, labels.contains(where: { $0.rows.count != 1 }) else {
      return nil
    }
    let whole = zip(tables, labels).filter { $0.isWhole && $1.isWhole }.map { ($0.rows.count, $1.rows.count) }
    guard whole.contains(where: { $0 != $1 }) else { return nil }
    let difference =
      whole.allSatisfy { $0 >= $1 }
      ? "shorter" : whole.allSatisfy { $0 <= $1 } ? "longer" : "shorter or longer"
    return (
      difference, SuggestedFlag("align", "start", because: "label files are \(difference) than feature files")
    )
  }

  /// Returns the flags for the form of label files.
  private func labelFormatFlags(_ labels: DialectGuess, headerByDefault: Bool) -> [SuggestedFlag] {
    var flags: [SuggestedFlag] = []
    if labels.hasHeader != headerByDefault {
      flags.append(
        labels.hasHeader
          ? SuggestedFlag("label-header", "present", because: "their first line is a name")
          : SuggestedFlag("label-header", "none", because: "their first line is a label"))
    }
    if labels.skippedLineCount != guess.skippedLineCount {
      flags.append(
        SuggestedFlag("label-skip-lines", "\(labels.skippedLineCount)", because: "the labels begin there"))
    }
    let delimiter = labels.dialect.delimiter
    if labels.fieldCount > 1, delimiter != guess.dialect.delimiter {
      flags.append(
        SuggestedFlag(
          "label-delimiter", delimiter == "\t" ? "\\t" : delimiter, because: "it separates the fields there"))
    }
    return flags
  }

  private func formatFlags(_ dialect: Dialect) -> [SuggestedFlag] {
    var flags: [SuggestedFlag] = []
    let skipped = guess.skippedLineCount + (guess.hasShortHeader || guess.numbersColumns ? 1 : 0)
    if skipped > 0 {
      let reason =
        guess.hasShortHeader
        ? "the header is one name short"
        : guess.numbersColumns ? "the first line numbers the columns" : "the lines above are no rows"
      flags.append(SuggestedFlag("skip-lines", "\(skipped)", because: reason))
    }
    if guess.hasHeader, !guess.hasShortHeader {
      let names = guess.names.prefix(4).joined(separator: ", ")
      flags.append(
        SuggestedFlag(
          "header", because: "the first line has names: \(names)\(guess.names.count > 4 ? ", ..." : "")"))
      if Set(tables.map { $0.names ?? [] }).count > 1 {
        flags.append(
          SuggestedFlag("columns-by-name", because: "the columns have another order in some files"))
      }
    }
    switch dialect.delimiter {
    case ",", "": break
    case "\t": flags.append(SuggestedFlag("delimiter", "\\t", because: "a tab separates the fields"))
    case "space": flags.append(SuggestedFlag("delimiter", "space", because: "blanks separate the fields"))
    default: flags.append(SuggestedFlag("delimiter", dialect.delimiter, because: "it separates the fields"))
    }
    if dialect.delimiter.isEmpty, dialect.decimal == "," {
      // A row is one field, which must not end at the comma.
      flags.append(
        SuggestedFlag("delimiter", ";", because: "a comma is the decimal sign, and rows have one field"))
    }
    if dialect.decimal != "." {
      flags.append(SuggestedFlag("decimal", String(dialect.decimal), because: "numbers have a decimal comma"))
    }
    if let thousands = dialect.thousands {
      flags.append(
        SuggestedFlag("thousands", String(thousands), because: "it separates groups of three digits"))
    }
    if let encoding = samples.lazy.compactMap(\.encoding.flag).first {
      flags.append(SuggestedFlag("encoding", encoding, because: "the bytes are not UTF-8"))
    }
    return flags
  }

  /// The columns that are neither labels nor keys.
  func features(besides source: LabelSourceGuess?) -> [ColumnSurvey] {
    var label: Int?
    if case .column(let column, _)? = source { label = column.position }
    return columns.filter { $0.position != label && !series.keyColumns.contains($0.position) }
  }

  private func columnFlags(besides source: LabelSourceGuess?) -> [SuggestedFlag] {
    let features = features(besides: source)
    var (flags, dropped, missing) = ([SuggestedFlag](), [(name: String, reason: String)](), Set<String>())
    var (gaps, hasCategoryGaps) = (false, false)
    for column in features {
      if let reason = uselessness(of: column) {
        dropped.append((reference(column), reason))
        continue
      }
      switch column.kind {
      case .time(let formats):
        let format = formats.first?.flagText
        let hasRivals = formats.count > 1
        let value = reference(column) + (format.map { "=\($0)" } ?? (hasRivals ? "=iso8601" : ""))
        flags.append(SuggestedFlag("time", value, because: "\(shown(column)) has timestamps"))
      case .category:
        flags.append(
          SuggestedFlag(
            "category", reference(column),
            because: "\(shown(column)) has \(pluralized(column.values.count, "text"))"))
        hasCategoryGaps = hasCategoryGaps || !column.missing.isEmpty
      case .number, .text, .empty: break
      }
      if !column.missing.isEmpty { gaps = true }
      missing.formUnion(column.missing.keys)
      if let sentinel = column.sentinel(guess.dialect) {
        missing.insert(sentinel.text)
        gaps = true
      }
    }
    if guess.hasShortHeader { dropped.insert(("@0", "it has the names of the rows"), at: 0) }
    if !dropped.isEmpty {
      let names = dropped.map(\.name)
      flags.append(
        SuggestedFlag(
          "drop-columns", names.joined(separator: ","),
          because: dropped.map { "\($0.name): \($0.reason)" }.joined(separator: "; ")))
    }
    // Missing values at the end of a row only end its series.
    if series.layout == .rows, !hasInnerGaps(features) { (gaps, missing) = (false, []) }
    for text in missing.subtracting([""]).sorted() {
      flags.append(SuggestedFlag("missing", text, because: "it stands for missing values"))
    }
    if gaps {
      flags.append(
        SuggestedFlag(
          "transform", hasCategoryGaps ? "fill:rule=forward" : "fill",
          because: "missing values are filled before training"))
      if hasEmptyRows {
        flags.append(SuggestedFlag("on-error", "skip-row", because: "some rows have delimiters only"))
      }
    }
    return flags
  }

  /// Returns true if a row has missing values before others.
  private func hasInnerGaps(_ features: [ColumnSurvey]) -> Bool {
    tables.contains { table in
      table.rows.contains { row in
        var cells = features.map { CellKind.missingTexts.contains(row[$0.position]) }
        while cells.last == true { cells.removeLast() }
        return cells.contains(true)
      }
    }
  }

  /// True if some rows have no values at all.
  private var hasEmptyRows: Bool {
    tables.contains { table in
      table.rows.contains { row in row.allSatisfy { CellKind.missingTexts.contains($0) } }
    }
  }

  /// Returns why a column is not a feature; `nil` if it may be one.
  private func uselessness(of column: ColumnSurvey) -> String? {
    if series.layout == .rows { return nil }
    switch column.kind {
    case .empty: return "it is empty"
    case .text: return "its texts are neither numbers nor repeated"
    case .category where column.isConstantInFiles && tables.count > 3 && column.values.count == tables.count:
      return "it names the file"
    default: break
    }
    return guess.hasHeader && numbersRows(column) ? "it numbers the rows" : nil
  }

  /// Returns true if a first column without a name of its own counts the rows.
  private func numbersRows(_ column: ColumnSurvey) -> Bool {
    let names = ["", "index", "unnamed: 0", "row", "nr", "no"]
    guard column.position == 0, column.kind == .number, column.isWhole, column.minimum <= 1,
      names.contains(column.name.lowercased())
    else { return false }
    return tables.allSatisfy { table in
      let numbers = table.rows.compactMap { Int($0[0]) }
      return numbers.count == table.rows.count
        && zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
    }
  }

  /// The name of a column as flags refer to it.
  func reference(_ column: ColumnSurvey) -> String {
    TableSample.reference(column.position, names: guess.hasShortHeader ? nil : tables.first?.names)
  }

  /// The name of a column in words.
  func shown(_ column: ColumnSurvey) -> String {
    guess.hasHeader && !column.name.isEmpty ? "\"\(escapedText(column.name.utf8))\"" : "@\(column.position)"
  }
}
