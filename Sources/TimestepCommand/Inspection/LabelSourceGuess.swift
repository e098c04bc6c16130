import Timestep

/// Where labels may be.
enum LabelSourceGuess {
  /// In files of their own.
  case files(FilePattern, tables: [TableSample], DialectGuess, reason: String)
  /// In the name of the directory of every file.
  case folder
  /// In the name of every file: the first group of a regular expression.
  case name(String, values: [String: Int])
  /// In a table with a row for each series.
  case table(LabelTableGuess)
  /// In a column of the data; `isOnce`: every row of a series repeats its label.
  case column(ColumnSurvey, isOnce: Bool)

  /// The source in words.
  var words: String {
    switch self {
    case .files(let pattern, _, _, _): "label files (\(pattern.text))"
    case .folder: "the folder of each file"
    case .name: "the name of each file"
    case .table(let table): "the table \(table.file.path)"
    case .column(let column, let isOnce):
      "column \(column.name.isEmpty ? "@\(column.position)" : column.name)\(isOnce ? ", once per series" : "")"
    }
  }
}

/// A table of labels beside the data files.
struct LabelTableGuess {
  let file: FolderSurvey.File
  let dialect: DialectGuess
  /// The columns of names and of labels.
  let key, label: ColumnSurvey
  let names: [String]?

  /// Looks for the names of series in a file; `nil` if no column has them.
  ///
  /// - Parameter isSeries: Returns true for the name of a series.
  init?(_ file: FolderSurvey.File, _ sample: TextSample, isSeries: (String) -> Bool) {
    var guess = DialectGuess([sample])
    var table = TableSample(sample, guess)
    guard guess.fieldCount > 1, !table.rows.isEmpty else { return nil }
    guard
      let keyPosition = (0..<guess.fieldCount).first(where: { position in
        table.rows.count { isSeries($0[position]) } * 5 >= table.rows.count * 4
          && Set(table.rows.map { $0[position] }).count == table.rows.count
      })
    else { return nil }
    // Of texts alone, the names of series tell a header.
    if !guess.hasHeader, table.rows.count > 1, let first = table.rows.first, !isSeries(first[keyPosition]),
      isSeries(table.rows[1][keyPosition])
    {
      guess = guess.withHeader(first)
      table = TableSample(sample, guess)
    }
    let (found, rows) = (guess, table)
    let columns = (0..<found.fieldCount).map { ColumnSurvey($0, of: [rows], found.dialect) }
    let key = columns[keyPosition]
    let others = columns.filter { $0.position != key.position }
    guard
      let label = others.first(where: { PairGuess.labelWords.contains($0.name.lowercased()) })
        ?? others.first(where: {
          $0.kind == .category
            || $0.kind == .number && $0.isWhole && $0.values.count * 2 <= max(4, table.rows.count)
        })
        ?? others.first(where: { $0.kind == .number || $0.kind == .text })
    else { return nil }
    (self.file, dialect, self.key, self.label, names) = (file, guess, key, label, table.names)
  }
}

extension LabelSourceGuess {
  /// Finds the columns that may hold labels, the likeliest first.
  static func columns(
    _ columns: [ColumnSurvey], of tables: [TableSample], _ series: SeriesGuess
  ) -> [LabelSourceGuess] {
    let free = columns.filter { !series.keyColumns.contains($0.position) }
    guard free.count > 1 else { return [] }
    func source(_ column: ColumnSurvey) -> LabelSourceGuess {
      .column(column, isOnce: series.layout != .rows && isRepeated(column, in: tables, series))
    }
    let words = free.filter { $0.name.count > 1 && PairGuess.labelWords.contains($0.name.lowercased()) }
    // A "y" may be a coordinate beside them.
    let named = words.isEmpty ? free.filter { $0.name.lowercased() == "y" } : words
    if !named.isEmpty { return named.prefix(1).map(source) }
    if series.layout == .rows {
      return SeriesGuess.labelPosition(columns).map { [source(columns[$0])] } ?? []
    }
    // Texts that are the same in every row of a series, and shared by several.
    let repeated = free.filter { column in
      column.kind == .category && (2...64).contains(column.values.count)
        && isRepeated(column, in: tables, series)
        && seriesCount(tables, series) > column.values.count
    }
    if !repeated.isEmpty { return repeated.map(source) }
    // A number for every series, at the end of its rows.
    if let last = free.last, last.position == columns.count - 1, last.kind == .number,
      isRepeated(last, in: tables, series)
    {
      return [source(last)]
    }
    guard tables.first?.names == nil, let last = free.last, last.position == columns.count - 1,
      last.missing.isEmpty,
      last.kind == .number && last.isWhole && last.minimum >= 0 || last.kind == .category,
      (2...20).contains(last.values.count), last.values.count * 3 <= max(6, last.cellCount),
      free.dropLast().contains(where: { $0.kind == .number && !$0.isWhole })
    else { return [] }
    return [source(last)]
  }

  private static func seriesCount(_ tables: [TableSample], _ series: SeriesGuess) -> Int {
    tables.reduce(0) { $0 + series.series(in: $1).count }
  }

  /// Returns true if every series has one value in a column, and there are several series and values.
  private static func isRepeated(_ column: ColumnSurvey, in tables: [TableSample], _ series: SeriesGuess)
    -> Bool
  {
    let parts = tables.flatMap { series.series(in: $0) }
    return parts.count > 1 && column.values.count > 1 && parts.contains { $0.count > 1 }
      && parts.allSatisfy { rows in rows.allSatisfy { $0[column.position] == rows[0][column.position] } }
  }
}
