import Timestep

/// Where labels may be.
enum LabelSourceGuess {
  /// In files of their own.
  case files(LabelFilesGuess)
  /// In the name of the directory of every file.
  case folder
  /// In the name of every file: the first group of a regular expression.
  case name(String, values: [String: Int])
  /// In a table with a row for each series.
  case table(LabelTableGuess)
  /// In a column of the data; `isOnce`: every row of a series repeats its label.
  case column(ColumnSurvey, isOnce: Bool)
  /// In columns of the data, of which one is 1 in every row.
  case oneHot([ColumnSurvey])
  /// Nowhere.
  case absent

  /// The source in words.
  var words: String {
    switch self {
    case .files(let labels): "label files (\(labels.pattern.text))"
    case .folder: "the folder of each file"
    case .name(_, let values):
      "the name of each file (\(values.keys.sorted().prefix(3).joined(separator: ", ")))"
    case .oneHot(let columns): "the one-hot columns \(columns.map(\.name).joined(separator: ", "))"
    case .absent: "none"
    case .table(let table):
      "column \(TableSample.reference(table.label.position, names: table.names)) of the table \(table.file.path)"
    case .column(let column, let isOnce):
      "column \(column.name.isEmpty ? "@\(column.position)" : column.name)\(isOnce ? ", once per series" : "")"
    }
  }
}

/// Label files, one for each series.
struct LabelFilesGuess {
  let pattern: FilePattern
  /// The beginnings of some of the files.
  let samples: [TextSample]
  /// The rows of these.
  let tables: [TableSample]
  let guess: DialectGuess
  /// Why the files are such.
  let reason: String
  /// The column of times, by which rows belong to those of the features; `nil`: the files have the same rows.
  let clock: String?

  /// The columns of labels, in the rows of some tables.
  func columns(of tables: [TableSample]) -> [ColumnSurvey] {
    let columns = (0..<guess.fieldCount).map { ColumnSurvey($0, of: tables, guess.dialect) }
    return columns.filter { clock == nil || $0.name != clock }
  }
}

/// A table of labels beside the data files: a row for each series, or for each interval of one.
struct LabelTableGuess {
  let file: FolderSurvey.File
  let sample: TextSample
  let dialect: DialectGuess
  /// The columns of names and of labels.
  let key: ColumnSurvey
  private(set) var label: ColumnSurvey
  /// The columns of the beginnings and ends of intervals; `nil`: a row is the label of a series.
  let interval: (start: ColumnSurvey, end: ColumnSurvey)?
  let names: [String]?
  /// Other columns that may be the labels.
  private(set) var rivals: [ColumnSurvey]
  /// The number of rows.
  let rowCount: Int
  /// The names of series in the table.
  let keys: Set<String>
  /// Those that several rows have, although a row labels a whole series.
  let repeatedKeys: [String]
  /// True if the rows are those of the series in their order, and names are not needed.
  private(set) var isInOrder = false
  /// True if its names of series are the numbers in the names of files, which are the keys of patterns alone.
  var namesNumbers = false
  /// The folders whose names its names of series are; `nil`: they are those of files or groups.
  var folders: FolderSeries?
  /// Why it does not label series; `nil`: it may.
  var objection: String?

  /// Looks for the names of series in a file; `nil` if no column has them.
  ///
  /// - Parameters:
  ///   - other: The dialect of the data files; `nil`: it is not known.
  ///   - isCalledSo: True if the name of the file says that it is such a table, which may name other series too.
  ///   - series: The numbers of the series by their names.
  init?(
    _ file: FolderSurvey.File, _ sample: TextSample, beside other: Dialect? = nil, isCalledSo: Bool,
    series: [String: Int]
  ) {
    // Of texts alone, the names of series tell the delimiter too.
    let single = Dialect.delimiters.map { delimiter in
      {
        DialectGuess(
          [sample], beside: other,
          among: Dialect.all.filter { $0.delimiter == delimiter && $0.thousands == nil })
      }
    }
    for make in [{ DialectGuess([sample], beside: other) }] + single {
      if let table = LabelTableGuess(file, sample, make(), isCalledSo, series) {
        self = table
        return
      }
    }
    return nil
  }

  private init?(
    _ file: FolderSurvey.File, _ sample: TextSample, _ first: DialectGuess, _ isCalledSo: Bool,
    _ series: [String: Int]
  ) {
    func number(_ text: String) -> Int? { series[Self.plain(text)] }
    func isSeries(_ text: String) -> Bool { number(text) != nil }
    var guess = first
    var table = TableSample(sample, guess)
    guard guess.fieldCount > 1, !table.rows.isEmpty else { return nil }
    // Of texts alone, the names of series tell a header.
    func isHeader(_ row: [String], before next: ArraySlice<[String]>) -> Bool {
      !row.contains(where: isSeries) && next.contains { $0.contains(where: isSeries) }
        && !row.contains { CellKind.number($0, decimal: ".", thousands: nil) != nil }
    }
    if !guess.hasHeader, table.rows.count > 1, let first = table.rows.first,
      isHeader(first, before: isCalledSo ? table.rows.dropFirst() : table.rows[1...1])
    {
      guess = guess.withHeader(first)
      table = TableSample(sample, guess)
    }
    let (found, rows) = (guess, table)
    let columns = (0..<found.fieldCount).map { ColumnSurvey($0, of: [rows], found.dialect) }
    let all = Set(series.values)
    let candidates = (0..<found.fieldCount).filter { position in
      let hits = rows.rows.compactMap { number($0[position]) }
      // A table for more series than these names most of these.
      return hits.count * 5 >= rows.rows.count * 4
        || isCalledSo && !hits.isEmpty && Set(hits).count * 5 >= all.count * 4
    }
    let interval = Self.interval(columns, rows, besides: candidates.first)
    // A word of a text can be the name of a file too.
    guard guess.irregularShare <= 0.2, interval != nil || rows.rows.count > 1 else { return nil }
    guard
      let keyPosition = candidates.first(where: { position in
        let distinct = Set(rows.rows.map { $0[position] }).count
        return interval != nil || distinct == rows.rows.count
          || isCalledSo && distinct * 10 >= rows.rows.count * 8
      })
    else { return nil }
    let key = columns[keyPosition]
    let taken = [key.position, interval?.start.position, interval?.end.position]
    let labels = Self.labels(among: columns.filter { !taken.contains($0.position) }, rows.rows.count)
    guard let label = labels.first else { return nil }
    (self.file, self.sample, dialect, self.key, self.label) = (file, sample, guess, key, label)
    (self.interval, names, rivals) = (interval, table.names, Array(labels.dropFirst()))
    rowCount = table.rows.count
    let counts = Dictionary(grouping: table.rows.map { Self.plain($0[key.position]) }) { $0 }.mapValues(
      \.count)
    keys = Set(counts.keys)
    repeatedKeys = interval == nil ? counts.filter { $0.value > 1 }.keys.sorted() : []
  }

  /// Returns the names by which the table can refer to a file.
  func names(of file: FolderSurvey.File) -> Set<String> {
    if let folders { return Set([folders.keys.key(of: file)].compactMap { $0 }) }
    return namesNumbers ? Set([DataSurvey.number(of: file)].compactMap { $0 }) : DataSurvey.names(of: file)
  }

  /// True if the rows may explain names, each with a text or a number of its own, rather than label series.
  var mayBeLegend: Bool {
    guard label.values.count == rowCount else { return false }
    let numbers = label.values.keys.compactMap { Int($0) }.sorted()
    guard numbers.count == rowCount, let first = numbers.first else { return label.kind != .number }
    return first <= 1 && zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
  }

  /// Returns true if every one of some files has a row of its own.
  func namesEach(of files: [FolderSurvey.File]) -> Bool {
    let named = files.map { names(of: $0).intersection(keys) }
    return named.allSatisfy { !$0.isEmpty } && Set(named).count == files.count
  }

  /// Returns the table for series of these names; `nil` unless its rows are in their order.
  func inOrder(of names: [String]) -> LabelTableGuess? {
    guard sample.isWhole, TableSample(sample, dialect).rows.map({ $0[key.position] }) == names else {
      return nil
    }
    var table = self
    table.isInOrder = true
    return table
  }

  /// Returns the name of a series as readers understand it.
  private static func plain(_ name: String) -> String {
    name.hasPrefix("./") ? String(name.dropFirst(2)) : name
  }

  /// The least and the greatest number in the columns of intervals, and whether all are whole; `nil` if they are not numbers.
  var bounds: (least: Double, greatest: Double, areWhole: Bool)? {
    guard let (start, end) = interval, start.kind == .number, end.kind == .number else { return nil }
    return (start.minimum, end.maximum, start.isWhole && end.isWhole)
  }

  /// Returns the columns that may be labels, the likeliest first.
  ///
  /// That is the one of such a name alone, or those that repeat texts, then those that repeat numbers. Other names of
  /// series are none.
  private static func labels(among columns: [ColumnSurvey], _ rowCount: Int) -> [ColumnSurvey] {
    if let named = columns.first(where: { PairGuess.labelWords.contains($0.name.lowercased()) }) {
      return [named]
    }
    // A group of persons is a class, too.
    let others = columns.filter { !SeriesGuess.isNamedID($0.name) || $0.name.lowercased() == "group" }
    let categories = others.filter { $0.kind == .category }
    let repeated = others.filter {
      $0.kind == .number && $0.isWhole && $0.values.count * 2 <= max(4, rowCount)
    }
    let discrete = categories + repeated
    if !discrete.isEmpty { return discrete }
    return Array((others + columns).first { $0.kind == .number || $0.kind == .text }.map { [$0] } ?? [])
  }

  /// Returns true if a file has columns of beginnings, ends and classes, and no others.
  static func hasKeylessIntervals(_ sample: TextSample) -> Bool {
    let guess = DialectGuess([sample])
    let table = TableSample(sample, guess)
    let columns = (0..<guess.fieldCount).map { ColumnSurvey($0, of: [table], guess.dialect) }
    guard columns.count == 3, let (start, end) = interval(columns, table, besides: nil) else { return false }
    return columns.contains { column in
      column.position != start.position && column.position != end.position
        && (column.kind == .category || column.kind == .text)
    }
  }

  private static let startWords: Set<String> = [
    "start", "begin", "beginning", "onset", "from", "first", "t0", "anfang", "beginn", "von",
  ]
  private static let endWords: Set<String> = [
    "end", "finish", "stop", "offset", "to", "until", "last", "t1", "ende", "bis",
  ]

  /// Returns the columns of the beginnings and ends of intervals, which their names tell.
  private static func interval(
    _ columns: [ColumnSurvey], _ table: TableSample, besides key: Int?
  ) -> (start: ColumnSurvey, end: ColumnSurvey)? {
    func column(_ words: Set<String>) -> ColumnSurvey? {
      columns.first { column in
        let isTime = if case .time = column.kind { true } else { false }
        return column.position != key && (column.kind == .number || isTime)
          && NamePieces(column.name).pieces.contains { words.contains($0.text.lowercased()) }
      }
    }
    guard table.names != nil, let start = column(startWords), let end = column(endWords),
      start.position != end.position
    else { return nil }
    return (start, end)
  }

  /// The same table with another column of labels; `nil` if there is no other.
  var rival: LabelTableGuess? {
    guard let first = rivals.first else { return nil }
    var table = self
    (table.label, table.rivals) = (first, [])
    return table
  }
}

extension LabelSourceGuess {
  /// Finds the columns that may hold labels, the likeliest first.
  ///
  /// - Parameters:
  ///   - tables: The first rows of files.
  ///   - later: Rows from later places of long files.
  static func columns(
    _ columns: [ColumnSurvey], of tables: [TableSample], later: [TableSample], _ series: SeriesGuess
  ) -> [LabelSourceGuess] {
    func isRepeated(_ column: ColumnSurvey) -> Bool {
      guard Self.isRepeated(column, in: tables, series) else { return false }
      // A file that is a series has one value further on too.
      let first = Dictionary(tables.map { ($0.path, $0.rows[0][column.position]) }) { one, _ in one }
      return series.layout != .files
        || later.allSatisfy { table in table.rows.allSatisfy { $0[column.position] == first[table.path] } }
    }
    let free = columns.filter { !series.keyColumns.contains($0.position) }
    guard free.count > 1 else { return [] }
    func source(_ column: ColumnSurvey) -> LabelSourceGuess {
      .column(column, isOnce: series.layout != .rows && isRepeated(column))
    }
    let words = free.filter { $0.name.count > 1 && PairGuess.labelWords.contains($0.name.lowercased()) }
    if !words.isEmpty { return words.prefix(1).map(source) }
    if series.layout == .rows {
      return SeriesGuess.labelPosition(free).map { [source(columns[$0])] } ?? []
    }
    // Texts that are the same in every row of a series, and shared by several.
    let repeated = free.filter { column in
      column.kind == .category && (2...64).contains(column.values.count)
        && !SeriesGuess.isNamedIdentity(column.name) && isRepeated(column)
        && seriesCount(tables, series) > column.values.count
    }
    if !repeated.isEmpty { return repeated.map(source) }
    // A "y" may be an axis, and is one beside "z".
    let names = Set(free.map { $0.name.lowercased() })
    if let y = free.first(where: { $0.name.lowercased() == "y" }), !names.contains("z") {
      let isCertain = y.kind == .category || y.isWhole && !names.contains("x")
      return isCertain ? [source(y)] : [source(y), .absent]
    }
    let flags = oneHot(free, of: tables)
    if flags.count > 1, flags.count < free.count { return [.oneHot(flags), .absent] }
    // A number for every series, at the end of its rows.
    if let last = free.last, last.position == columns.count - 1, last.kind == .number,
      !SeriesGuess.isNamedIdentity(last.name), isRepeated(last)
    {
      return [source(last)]
    }
    guard tables.first?.names == nil, let last = free.last, last.position == columns.count - 1 else {
      return []
    }
    // A few whole numbers among others: the last column, or the only one that has them.
    func isDiscrete(_ column: ColumnSurvey) -> Bool {
      column.missing.isEmpty
        && (column.kind == .number && column.isWhole && column.minimum >= 0 || column.kind == .category)
        && (2...20).contains(column.values.count) && column.values.count * 3 <= max(6, column.cellCount)
    }
    let continuous = free.count { $0.kind == .number && !$0.isWhole }
    if isDiscrete(last), continuous > 0 { return [source(last)] }
    let only = free.filter { isDiscrete($0) && stays($0, in: tables) }
    return only.count == 1 && continuous * 2 > free.count ? [source(only[0])] : []
  }

  /// Returns the last columns that are 0 or 1, if every row has a single 1 in them.
  private static func oneHot(_ columns: [ColumnSurvey], of tables: [TableSample]) -> [ColumnSurvey] {
    let last = columns.reversed().prefix { column in
      column.missing.isEmpty && Set(column.values.keys) == ["0", "1"]
    }
    let positions = last.map(\.position)
    let areOneHot = tables.allSatisfy { table in
      table.rows.allSatisfy { row in positions.count { row[$0] == "1" } == 1 }
    }
    return areOneHot ? last.reversed() : []
  }

  /// Returns true if a column keeps its value in nine of ten rows.
  private static func stays(_ column: ColumnSurvey, in tables: [TableSample]) -> Bool {
    let (changes, rows) = tables.reduce((0, 0)) { sums, table in
      let cells = table.rows.map { $0[column.position] }
      return (sums.0 + zip(cells, cells.dropFirst()).count { $0 != $1 }, sums.1 + cells.count)
    }
    return changes * 10 <= rows
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
