import Platform
import Timestep

// Concludes the flags about columns.
extension DataSurvey {
  /// The columns that are neither labels nor keys.
  func features(besides source: LabelSourceGuess?) -> [ColumnSurvey] {
    let labels =
      switch source {
      case .column(let column, _)?: [column.position]
      case .oneHot(let columns)?: columns.map(\.position)
      default: [Int]()
      }
    return columns.filter { !labels.contains($0.position) && !series.keyColumns.contains($0.position) }
  }

  /// Returns the flags for the columns that are not labels.
  func columnFlags(besides source: LabelSourceGuess?) -> [SuggestedFlag] {
    let features = features(besides: source)
    var (flags, dropped, missing) = ([SuggestedFlag](), [(name: String, reason: String)](), Set<String>())
    // Rows of a clock of their own have partners only by chance, unless these are the nearest ones.
    var (gaps, hasCategoryGaps) = (joinColumn != nil && !joinsNearest, false)
    let all = features.map { (column: $0, set: 0) } + joinedColumns
    var kept: [(column: ColumnSurvey, set: Int)] = []
    for (column, set) in all {
      if set == 0, column.position == 0, guess.hasShortHeader { continue }
      let reference = reference(column, set)
      if let reason = set == 0 ? uselessness(of: column) : joinedUselessness(of: column, in: others[set - 1])
      {
        if joinColumn == nil || set == 0 { dropped.append((reference, reason)) }
        continue
      }
      if set > 0 || column.position != series.idColumn { kept.append((column, set)) }
      switch column.kind {
      case .time(let formats):
        let format = formats.first?.flagText
        let hasRivals = formats.count > 1
        let value = reference + (format.map { "=\($0)" } ?? (hasRivals ? "=iso8601" : ""))
        flags.append(
          SuggestedFlag(
            "time", value,
            because:
              "\(shown(column)) has timestamps, which are a feature: seconds since the first row of the series"
          ))
        if set == 0, isNewestFirst(column), !flags.contains(where: { $0.name == "sort-by-time" }) {
          flags.append(SuggestedFlag("sort-by-time", because: "the files begin with their latest rows"))
        }
      case .category:
        flags.append(
          SuggestedFlag(
            "category", reference,
            because: "\(shown(column)) has \(pluralized(column.values.count, "text"))"))
        hasCategoryGaps = hasCategoryGaps || !column.missing.isEmpty
      case .number where column.name == joinColumn || set == 0 && column.name == labelClock:
        flags.append(
          SuggestedFlag(
            "time", "\(reference)=unix", because: "\(shown(column)) has the times of the rows, as numbers"))
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
    if let id = series.idColumn {
      dropped.insert((reference(columns[id]), "it names the series, whose rows are numbered"), at: 0)
    }
    // A command without any column would only say so.
    if !dropped.isEmpty, dropped.count < all.count + (series.idColumn == nil ? 0 : 1) || joinColumn != nil {
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
    if gaps { flags += fillFlags(for: kept, hasCategoryGaps: hasCategoryGaps) }
    return flags + faultFlags
  }

  /// Returns the flags that fill missing values: numbers between others are interpolated, categories are not.
  private func fillFlags(
    for columns: [(column: ColumnSurvey, set: Int)], hasCategoryGaps: Bool
  ) -> [SuggestedFlag] {
    func names(_ columns: [(column: ColumnSurvey, set: Int)]) -> String {
      columns.map { column, set in
        let name = guess.hasHeader || !others.isEmpty ? reference(column, set) : "\(column.position)"
        return others.isEmpty && name.contains(where: { " ,:=@".contains($0) }) ? "@\(column.position)" : name
      }.joined(separator: " ")
    }
    let categories = columns.filter { $0.column.kind == .category }
    let numbers = columns.filter { $0.column.kind == .number }.filter { column, _ in
      isSampled || !column.missing.isEmpty || column.sentinel(dialect) != nil
    }
    let reason = "missing values are filled before training"
    if categories.isEmpty { return [SuggestedFlag("transform", "fill", because: reason)] }
    if numbers.isEmpty { return [SuggestedFlag("transform", "fill:rule=forward", because: reason)] }
    let ofNumbers = SuggestedFlag("transform", "fill:columns=\(names(numbers))", because: reason)
    if !hasCategoryGaps { return [ofNumbers] }
    return [
      ofNumbers,
      SuggestedFlag(
        "transform", "fill:rule=forward,columns=\(names(categories))",
        because: "a missing category is the one before it"),
    ]
  }

  /// The flags for lines that are no rows.
  private var faultFlags: [SuggestedFlag] {
    // A row that is a series is not left out as one.
    if series.layout == .rows { return [] }
    if tables.contains(where: { $0.emptyRowCount > 0 }) {
      return [SuggestedFlag("on-error", "skip-row", because: "some rows have delimiters only")]
    }
    var flags: [SuggestedFlag] = []
    func skip(_ fault: String, _ reason: String) {
      flags.append(SuggestedFlag("on-error", "\(fault)=skip-row", because: reason))
    }
    let strays = tables.flatMap(\.strays)
    func isFault(_ column: ColumnSurvey) -> Bool {
      strays.contains { row in
        CellKind(row[column.position], decimal: dialect.decimal, thousands: dialect.thousands) == .text
      }
    }
    if columns.contains(where: { $0.kind == .number && isFault($0) }) {
      skip("not-a-number", "some lines are no rows of numbers")
    }
    if columns.contains(where: { if case .time = $0.kind { isFault($0) } else { false } }) {
      skip("not-a-time", "some lines are no rows of numbers")
    }
    if irregular != nil, otherShape == nil {
      skip("column-count", "some rows do not have \(pluralized(guess.fieldCount, "field"))")
    }
    if tables.contains(where: { $0.blankLineCount > 0 }) {
      skip("blank-line", "some lines between the rows are blank")
    }
    return flags
  }

  /// Returns true if the times of a column go back from row to row.
  func isNewestFirst(_ column: ColumnSurvey) -> Bool {
    guard let clock = Clock(column), clock.hasTimestamps else { return false }
    return clock.goesBack(in: seriesRows.joined())
  }

  /// The columns of further sets of feature files.
  private var joinedColumns: [(column: ColumnSurvey, set: Int)] {
    others.enumerated().flatMap { index, set in set.columns.map { ($0, index + 1) } }
  }

  /// The column of times by which label files are joined; `nil` if they are not.
  private var labelClock: String? {
    guard case .files(let labels)? = sources.first, guess.hasHeader else { return nil }
    return labels.clock
  }

  /// True if rows are joined with the nearest ones of other files: these have categories, and no category can be filled in
  /// before their first row.
  var joinsNearest: Bool {
    joinColumn != nil
      && joinedColumns.contains { column, set in
        column.kind == .category && joinedUselessness(of: column, in: others[set - 1]) == nil
      }
  }

  /// Returns why a column of another set of files is not a feature; `nil` if it may be one.
  private func joinedUselessness(of column: ColumnSurvey, in set: FeatureSet) -> String? {
    if set.guess.hasHeader, column.name != joinColumn,
      let identity = IdentityGuess(column, series: set.tables.map(\.rows), files: set.tables.map(\.rows))
    {
      return identity.reason
    }
    switch column.kind {
    case .empty: return "it is empty"
    case .text: return "its texts are neither numbers nor repeated"
    case .time: return "the first files have the times"
    case .number, .category:
      let isShared = Clock(column) != nil && columns.contains { $0.name == column.name && Clock($0) != nil }
      return isShared || column.name == joinColumn ? "the first files have the times" : nil
    }
  }

  /// The name of a column of a set of files as flags refer to it: with the name of the set if others have it too.
  func reference(_ column: ColumnSurvey, _ set: Int) -> String {
    guard !others.isEmpty else { return reference(column) }
    let sets = [(guess, tables, columns)] + others.map { ($0.guess, $0.tables, $0.columns) }
    let (guess, tables, _) = sets[set]
    // Without names, the joined columns are called by their positions in their files.
    let plain =
      guess.hasHeader
      ? TableSample.reference(column.position, names: guess.hasShortHeader ? nil : tables.first?.names)
      : "\(column.position)"
    if guess.hasHeader, column.name == joinColumn { return plain }
    let isElsewhere =
      plain.first == "@"
      ? set > 0
      : sets.count { guess, _, columns in
        guess.hasHeader
          ? columns.contains { $0.name == plain } : columns.contains { "\($0.position)" == plain }
      } > 1
    let names = DataOptions.names(of: [pattern.text] + others.map(\.pattern))
    return isElsewhere && names.indices.contains(set) ? "\(names[set])_\(plain)" : plain
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
  func uselessness(of column: ColumnSurvey) -> String? {
    if series.layout == .rows { return nil }
    switch column.kind {
    case .empty: return "it is empty"
    case .text: return "its texts are neither numbers nor repeated"
    case .category where column.isConstantInFiles && tables.count > 3 && column.values.count == tables.count:
      return "it names the file"
    default: break
    }
    guard guess.hasHeader else { return nil }
    return IdentityGuess(column, series: Array(seriesRows.joined()), files: tables.map(\.rows))?.reason
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
