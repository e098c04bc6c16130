import Platform
import Timestep

// Concludes the flags about labels.
extension DataSurvey {
  /// The meaning of the labels of a source; `nil` if there are none.
  func meaning(of source: LabelSourceGuess) -> LabelMeaningGuess? {
    switch source {
    case .absent, .oneHot: return nil
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
    case .files(let labels):
      return LabelMeaningGuess(
        labels.columns(of: labelTables), rows: labelTables.flatMap(\.rows), labels.guess.dialect)
    }
  }

  /// Returns the flags for the labels of a source, and adds their classes, and what is suspicious, to `conclusion`.
  func labelFlags(_ source: LabelSourceGuess?, in conclusion: inout Conclusion) -> [SuggestedFlag] {
    guard let source else { return [] }
    var flags: [SuggestedFlag] = []
    var missing: Set<String> = []
    switch source {
    case .absent: return []
    case .oneHot(let columns):
      flags.append(
        SuggestedFlag(
          "label-column", columns.map { reference($0, 0) }.joined(separator: ","),
          because: "every row has a single 1 in these columns"))
      flags.append(SuggestedFlag("one-hot", because: "the columns are classes"))
      conclusion.classes = columns.map { (name: $0.name, count: $0.values["1"] ?? 0) }
      return flags
    case .folder:
      flags.append(
        SuggestedFlag(
          "labels-from", "folder", because: "the files lie in \(Set(files.map(\.directory)).count) folders"))
    case .name(let pattern, let values):
      let shown = values.keys.sorted().prefix(3).joined(separator: ", ")
      flags.append(
        SuggestedFlag("labels-from", "name:\(pattern)", because: "the names of the files contain \(shown)"))
    case .table(let table):
      flags += self.flags(of: table)
      missing = Set(table.label.missing.keys)
      flags += timeFlags(of: table, in: &conclusion)
      let unmatched = unmatched(table)
      if !unmatched.isEmpty {
        flags.append(
          SuggestedFlag(
            "on-error", "unpaired=skip-sequence",
            because: "series without a row, and rows without a series, are left out"))
        conclusion.suspicious += unmatched
      }
    case .column(let column, let isOnce):
      flags.append(
        SuggestedFlag("label-column", reference(column, 0), because: "column \(shown(column)) has the labels")
      )
      if isOnce {
        flags.append(SuggestedFlag("label-once", because: "every row of a series has the same label"))
      }
      missing = Set(column.missing.keys)
    case .files(let labels):
      let columns = labels.columns(of: labelTables)
      flags.append(SuggestedFlag("labels", labels.pattern.text, because: labels.reason))
      flags += labelFormatFlags(labels.guess, labels.samples, columns.first?.values ?? [:], isTable: false)
      let counts = zip(tables.map(\.rows.count), labels.tables.map(\.rows.count))
      if let clock = labels.clock {
        flags.append(
          SuggestedFlag(
            "join-on", Self.joinText(clock),
            because: "the labels have times of their own: a label holds until the next one")
        )
      } else if labels.tables.allSatisfy({ $0.rows.count == 1 }), counts.contains(where: { $0 != $1 }) {
        flags.append(SuggestedFlag("align", "end", because: "a series has one label"))
      } else if let (shorter, _) = doubtfulAlignment(source) {
        flags.append(SuggestedFlag("align", "end", because: "label files are \(shorter) than feature files"))
      } else if isSampled || Set(tables.map(\.rows.count)).count > 1 {
        flags.append(SuggestedFlag("align", "start", because: "the series have different lengths"))
      }
      for column in columns { missing.formUnion(column.missing.keys) }
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

  /// Returns the flags that name a table of labels, and how it is written.
  func flags(of table: LabelTableGuess) -> [SuggestedFlag] {
    func name(_ column: ColumnSurvey) -> String {
      TableSample.reference(column.position, names: table.names)
    }
    let place =
      if let (start, end) = table.interval {
        SuggestedFlag(
          "label-intervals",
          "\(table.file.path):key=\(name(table.key)),start=\(name(start)),end=\(name(end)),label=\(name(table.label))",
          because: "every row is an interval of a series with its class")
      } else {
        SuggestedFlag(
          "label-table",
          "\(table.file.path):key=\(table.isInOrder ? "@row" : name(table.key)),label=\(name(table.label))",
          because: table.isInOrder
            ? "its rows are in the order of the series"
            : "column \(name(table.key)) names the \(table.folders == nil ? "series" : "folders of the series")"
        )
      }
    return [place] + labelFormatFlags(table.dialect, [table.sample], table.label.values, isTable: true)
  }

  /// The series that have no row in a table, by their names.
  func unnamed(in table: LabelTableGuess) -> [String] {
    guard table.sample.isWhole, !table.isInOrder else { return [] }
    if let key = series.keyColumns.first {
      return Set(tables.flatMap { $0.rows.map { $0[key] } }).subtracting(table.keys).sorted(
        by: naturallyPrecedes)
    }
    return files.filter { table.names(of: $0).isDisjoint(with: table.keys) }.map(\.relativePath)
  }

  /// Returns what a table and the series do not have in common, in words.
  private func unmatched(_ table: LabelTableGuess) -> [String] {
    if table.isInOrder { return [] }
    var known: Set<String>?
    if let key = series.keyColumns.first {
      if !isSampled { known = Set(tables.flatMap { $0.rows.map { $0[key] } }) }
    } else {
      known = Set(files.flatMap(table.names(of:)))
    }
    let strangers = known.map { table.keys.subtracting($0).sorted(by: naturallyPrecedes) } ?? []
    let unnamed = unnamed(in: table)
    func shown(_ names: [String]) -> String {
      "\(escapedText(names[0].utf8))\(names.count > 1 ? ", ..." : "")"
    }
    var words: [String] = []
    let path = escapedText(table.file.path.utf8, limit: nil)
    if !strangers.isEmpty {
      words.append(
        "\(path): \(pluralized(strangers.count, "key names", "keys name")) none of these series (\(shown(strangers))); their rows are left out"
      )
    }
    if !unnamed.isEmpty {
      words.append(
        "\(path): \(pluralized(unnamed.count, "series has", "series have")) no row (\(shown(unnamed))), and \(unnamed.count == 1 ? "is" : "are") left out"
      )
    }
    if !table.repeatedKeys.isEmpty {
      let count = table.repeatedKeys.count
      words.append(
        "\(path): \(pluralized(count, "series has", "series have")) several rows (\(shown(table.repeatedKeys))), which commands "
          + "reject: leave one of each")
    }
    return words
  }

  /// The numeric column that the times of a table's intervals are in, and whether they may be row numbers as well.
  ///
  /// - Returns: `nil` if the times are row numbers, or timestamps.
  func clock(of table: LabelTableGuess) -> (column: ColumnSurvey, isDoubtful: Bool)? {
    guard let bounds = table.bounds,
      !columns.contains(where: { if case .time = $0.kind { true } else { false } })
    else { return nil }
    let rising = features(besides: nil).filter { column in
      guard column.kind == .number, column.missing.isEmpty, column.maximum >= bounds.least else {
        return false
      }
      return seriesRows.joined().allSatisfy { rows in
        let times = rows.compactMap {
          CellKind.number($0[column.position], decimal: dialect.decimal, thousands: dialect.thousands)
        }
        return zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
      }
    }
    let named = rising.first { SeriesGuess.isNamedTime($0.name) }
    let longest = seriesRows.joined().map(\.count).max() ?? 0
    let fitsRows = bounds.areWhole && (isSampled || bounds.greatest <= Double(longest))
    if !fitsRows { return (named ?? rising.first).map { ($0, false) } }
    // Times that number the rows mean the same.
    guard let named, !named.isWhole || named.minimum != 0 || named.maximum != Double(longest - 1) else {
      return nil
    }
    return named.maximum * 2 >= bounds.greatest ? (named, true) : nil
  }

  private func timeFlags(of table: LabelTableGuess, in conclusion: inout Conclusion) -> [SuggestedFlag] {
    if let (column, isDoubtful) = clock(of: table) {
      if isDoubtful { return [] }
      if !SeriesGuess.isNamedTime(column.name) {
        conclusion.suspicious.append(
          "the intervals are taken to be in the unit of column \(shown(column)), which always rises")
      }
      return [
        SuggestedFlag(
          "time", "\(reference(column))=unix", because: "the intervals are in the unit of \(shown(column))")
      ]
    }
    if let bounds = table.bounds, !bounds.areWhole {
      conclusion.suspicious.append(
        "\(escapedText(table.file.path.utf8, limit: nil)): intervals are not at whole rows, and no column has the times of rows; add one"
      )
    }
    return []
  }

  /// Returns how the lengths of labels and features differ if it is not known where they belong, and the other alignment.
  func doubtfulAlignment(_ source: LabelSourceGuess?) -> (difference: String, other: SuggestedFlag)? {
    guard case .files(let files)? = source, files.clock == nil, case let labels = files.tables,
      series.layout == .files,
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
    var delimiter = dialect.readDelimiter
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

  /// Returns true if a delimiter occurs in one of the lines.
  private static func occurs(_ delimiter: String, in samples: [TextSample]) -> Bool {
    let signs: Set<Character> = delimiter == "space" ? [" ", "\t"] : Set(delimiter)
    return samples.contains { sample in
      sample.lines.contains { line in !line.hasPrefix("\"") && line.contains(where: signs.contains) }
    }
  }
}
