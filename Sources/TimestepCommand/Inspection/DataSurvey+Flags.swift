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
    conclusion.commands = [command(first, dialect, in: &conclusion)]
    if dialects.count > 1 {
      let others = dialects.map(\.description)
      conclusion.uncertain.append(others.joined(separator: "; or "))
      var ignored = Conclusion()
      var other = command(first, dialects[1], in: &ignored)
      other.variant = dialects[1].description
      conclusion.commands[0].variant = dialect.description
      conclusion.commands.append(other)
    }
    for source in sources.dropFirst() {
      conclusion.uncertain.append("labels: \(first?.words ?? ""); or \(source.words)")
      var ignored = Conclusion()
      var other = command(source, dialect, in: &ignored)
      other.variant = "labels in \(source.words)"
      conclusion.commands[0].variant = conclusion.commands[0].variant ?? "labels in \(first?.words ?? "")"
      conclusion.commands.append(other)
    }
    addReadings(of: first, to: &conclusion)
    for (words, survey) in alternatives {
      let own = series.isDoubtful ? "every row is a series" : reading
      conclusion.uncertain.append("layout: \(own); or \(words)")
      guard var other = survey.conclusion().commands.first else { continue }
      other.variant = words
      conclusion.commands[0].variant = conclusion.commands[0].variant ?? own
      conclusion.commands.append(other)
    }
    findSuspicious(&conclusion)
    return conclusion
  }

  /// How the files are read, in words.
  private var reading: String {
    others.isEmpty
      ? "every file is a series"
      : "the series are the rows of \(([pattern.text] + others.map(\.pattern)).joined(separator: ", "))"
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
    for set in others {
      flags.append(
        SuggestedFlag("features", set.pattern, because: "its columns belong to the same series"))
    }
    if let joinColumn {
      flags.append(
        SuggestedFlag(
          "join-on", joinColumn,
          because: "the files have rows of their own, and times tell which belong together"))
    }
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
    command.trainingFlags += testFlags(source)
    return command
  }

  /// Returns the flags for the test part; none if its labels are not found as those of the training part are.
  private func testFlags(_ source: LabelSourceGuess?) -> [SuggestedFlag] {
    guard let test = test.first, test.others.count == others.count, test.columns.count == columns.count else {
      return []
    }
    var flags = ([test.pattern.text] + test.others.map(\.pattern)).map {
      SuggestedFlag("test-features", $0, because: "the name says so")
    }
    switch source {
    case .files?:
      guard case .files(let pattern, _, _, _, _)? = test.sources.first else { return [] }
      flags.append(
        SuggestedFlag("test-labels", pattern.text, because: "they are the labels of the test part"))
    case .table(let table)?:
      let keys = series.keyColumns.first.map { key in test.tables.first?.rows.map { $0[key] } ?? [] }
      let names = keys ?? test.files.flatMap { [$0.stem, $0.stem + $0.suffix, $0.relativePath] }
      guard names.contains(where: { table.key.values[$0] != nil }) else { return [] }
    case .folder?, .name?, .column?, nil: break
    }
    return flags
  }

  /// The meaning of the labels of a source; `nil` if there are none.
  func meaning(of source: LabelSourceGuess) -> LabelMeaningGuess? {
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
    case .files(_, _, _, let guess, _):
      guard guess.fieldCount == 1 else {
        return LabelMeaningGuess(["0.5": 1], areCollected: false, Dialect(delimiter: ","))
      }
      return LabelMeaningGuess(
        ColumnSurvey(0, of: labelTables, guess.dialect).values, areCollected: false, guess.dialect)
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
      if let (start, end) = table.interval {
        flags.append(
          SuggestedFlag(
            "label-intervals",
            "\(table.file.path):key=\(name(table.key)),start=\(name(start)),end=\(name(end)),label=\(name(table.label))",
            because: "every row is an interval of a series with its class"))
      } else {
        flags.append(
          SuggestedFlag(
            "label-table", "\(table.file.path):key=\(name(table.key)),label=\(name(table.label))",
            because: "column \(name(table.key)) names the series"))
      }
      flags += labelFormatFlags(table.dialect, [table.sample], table.label.values, isTable: true)
      missing = Set(table.label.missing.keys)
    case .column(let column, let isOnce):
      flags.append(
        SuggestedFlag("label-column", reference(column), because: "column \(shown(column)) has the labels"))
      if isOnce {
        flags.append(SuggestedFlag("label-once", because: "every row of a series has the same label"))
      }
      missing = Set(column.missing.keys)
    case .files(let pattern, let samples, let labels, let guess, let reason):
      flags.append(SuggestedFlag("labels", pattern.text, because: reason))
      flags += labelFormatFlags(
        guess, samples, ColumnSurvey(0, of: labelTables, guess.dialect).values, isTable: false)
      let counts = zip(tables.map(\.rows.count), labels.map(\.rows.count))
      if labels.allSatisfy({ $0.rows.count == 1 }), counts.contains(where: { $0 != $1 }) {
        flags.append(SuggestedFlag("align", "end", because: "a series has one label"))
      } else if let (shorter, _) = doubtfulAlignment(source) {
        flags.append(SuggestedFlag("align", "end", because: "label files are \(shorter) than feature files"))
      } else if isSampled || Set(tables.map(\.rows.count)).count > 1 {
        flags.append(SuggestedFlag("align", "start", because: "the series have different lengths"))
      }
      missing = Set(ColumnSurvey(0, of: labelTables, guess.dialect).missing.keys)
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
    guard case .files(_, _, let labels, _, _)? = source, series.layout == .files,
      labels.contains(where: { $0.rows.count != 1 })
    else {
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

  /// Returns the flags for the form of label files, or of a table.
  ///
  /// - Parameter values: The distinct labels.
  private func labelFormatFlags(
    _ labels: DialectGuess, _ samples: [TextSample], _ values: [String: Int], isTable: Bool
  ) -> [SuggestedFlag] {
    var flags: [SuggestedFlag] = []
    if labels.hasHeader != (isTable || guess.hasHeader) {
      flags.append(
        labels.hasHeader
          ? SuggestedFlag("label-header", "present", because: "their first line is a name")
          : SuggestedFlag("label-header", "none", because: "their first line is a label"))
    }
    let skipped =
      isTable ? 0 : guess.skippedLineCount + (guess.hasShortHeader || guess.numbersColumns ? 1 : 0)
    if labels.skippedLineCount != skipped {
      flags.append(
        SuggestedFlag("label-skip-lines", "\(labels.skippedLineCount)", because: "the labels begin there"))
    }
    // Without flags, labels are written as features are.
    var delimiter = Self.readDelimiter(dialect)
    if labels.fieldCount > 1 {
      if labels.dialect.delimiter != delimiter {
        delimiter = labels.dialect.delimiter
        flags.append(
          SuggestedFlag(
            "label-delimiter", delimiter == "\t" ? "\\t" : delimiter, because: "it separates the fields there"
          ))
      }
    } else if Self.occurs(delimiter, in: samples),
      let other = [",", ";", "|"].first(where: {
        !Self.occurs($0, in: samples) && $0 != String(labels.dialect.decimal)
      })
    {
      delimiter = other
      flags.append(
        SuggestedFlag("label-delimiter", other, because: "every line is one label, and none contains it"))
    }
    let hasDecimals = values.keys.contains { $0.contains(labels.dialect.decimal) }
    if labels.dialect.decimal != dialect.decimal, hasDecimals || delimiter == String(dialect.decimal) {
      flags.append(
        SuggestedFlag(
          "label-decimal", String(labels.dialect.decimal), because: "it is the decimal sign of the labels"))
    }
    let own = samples.lazy.compactMap(\.encoding.flag).first
    let encoding = self.samples.lazy.compactMap(\.encoding.flag).first
    if own != encoding, own != nil || encoding == "utf-16" || !samples.allSatisfy(\.isASCII) {
      flags.append(
        SuggestedFlag("label-encoding", own ?? "utf-8", because: "the labels have an encoding of their own"))
    }
    return flags
  }

  /// Returns the delimiter with which the files are read.
  private static func readDelimiter(_ dialect: Dialect) -> String {
    dialect.delimiter.isEmpty ? dialect.decimal == "," ? ";" : "," : dialect.delimiter
  }

  /// Returns true if a delimiter occurs in one of the lines.
  private static func occurs(_ delimiter: String, in samples: [TextSample]) -> Bool {
    let signs: Set<Character> = delimiter == "space" ? [" ", "\t"] : Set(delimiter)
    return samples.contains { sample in
      sample.lines.contains { line in !line.hasPrefix("\"") && line.contains(where: signs.contains) }
    }
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
    // Rows of a clock of their own have partners only by chance.
    var (gaps, hasCategoryGaps) = (joinColumn != nil, false)
    let all = features.map { (column: $0, set: 0) } + joinedColumns
    for (column, set) in all {
      let reference = reference(column, set)
      if let reason = set == 0 ? uselessness(of: column) : joinedUselessness(of: column) {
        if joinColumn == nil || set == 0 { dropped.append((reference, reason)) }
        continue
      }
      switch column.kind {
      case .time(let formats):
        let format = formats.first?.flagText
        let hasRivals = formats.count > 1
        let value = reference + (format.map { "=\($0)" } ?? (hasRivals ? "=iso8601" : ""))
        flags.append(SuggestedFlag("time", value, because: "\(shown(column)) has timestamps"))
      case .category:
        flags.append(
          SuggestedFlag(
            "category", reference,
            because: "\(shown(column)) has \(pluralized(column.values.count, "text"))"))
        hasCategoryGaps = hasCategoryGaps || !column.missing.isEmpty
      case .number, .text, .empty: break
      }
      if !column.missing.isEmpty { gaps = true }
      missing.formUnion(column.missing.keys)
      if let sentinel = column.sentinel(dialect) {
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
      // Numbers between others are interpolated, categories are not.
      let hasCategories = all.contains { $0.column.kind == .category && uselessness(of: $0.column) == nil }
      let names = all.filter { $0.column.kind == .number }.filter { column, _ in
        isSampled || !column.missing.isEmpty || column.sentinel(dialect) != nil
      }.map { guess.hasHeader ? reference($0.column, $0.set) : "\($0.column.position)" }
      let canBeNamed = !names.contains { name in name.contains { " ,:=@".contains($0) } }
      let fill =
        !hasCategories
        ? "fill"
        : hasCategoryGaps || !canBeNamed
          ? "fill:rule=forward" : "fill:columns=\(names.joined(separator: " "))"
      flags.append(
        SuggestedFlag("transform", fill, because: "missing values are filled before training"))
    }
    if tables.contains(where: { $0.emptyRowCount > 0 }) {
      flags.append(SuggestedFlag("on-error", "skip-row", because: "some rows have delimiters only"))
    }
    return flags
  }

  /// The columns of further sets of feature files.
  private var joinedColumns: [(column: ColumnSurvey, set: Int)] {
    others.enumerated().flatMap { index, set in set.columns.map { ($0, index + 1) } }
  }

  /// Returns why a column of another set of files is not a feature; `nil` if it may be one.
  private func joinedUselessness(of column: ColumnSurvey) -> String? {
    switch column.kind {
    case .empty: "it is empty"
    case .text: "its texts are neither numbers nor repeated"
    case .time: "the first files have the times"
    case .number, .category: nil
    }
  }

  /// The name of a column of a set of files as flags refer to it: with the name of the set if others have it too.
  private func reference(_ column: ColumnSurvey, _ set: Int) -> String {
    let plain = reference(column)
    guard !others.isEmpty, guess.hasHeader, column.name != joinColumn else { return plain }
    let count = ([columns] + others.map(\.columns)).count { $0.contains { $0.name == column.name } }
    let names = DataOptions.names(of: [pattern.text] + others.map(\.pattern))
    return count > 1 && names.indices.contains(set) ? "\(names[set])_\(column.name)" : plain
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
