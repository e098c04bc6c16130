import Timestep

/// How series lie in files, guessed from their first rows.
struct SeriesGuess {
  /// The possible layouts.
  enum Layout: Equatable {
    /// A file is a series.
    case files
    /// The rows with the same texts in some columns are a series, in each file of its own if ids restart.
    case groups(columns: [Int], restart: Bool, areScattered: Bool)
    /// A row is a series.
    case rows
  }

  let layout: Layout
  /// True if the files could as well be read in the plain layout.
  let isDoubtful: Bool
  /// Why the files have this layout.
  let reason: String
  /// The column with a name for each row that is a series; `nil` if there is none.
  let idColumn: Int?

  private static let idWords: Set<String> = [
    "id", "series", "sequence", "subject", "user", "session", "trial", "key", "group", "unit", "engine",
    "patient", "device",
    "recording", "track", "episode", "person", "participant", "experiment",
  ]

  /// Guesses the layout of files with these columns.
  ///
  /// - Parameter areRows: True if every row is known to be a series, false if none is; `nil`: it is not known.
  init(_ tables: [TableSample], _ columns: [ColumnSurvey], fileCount: Int, areRows: Bool? = nil) {
    let id = Self.idPosition(tables, columns)
    let width = columns.count - (id == nil ? 0 : 1)
    if areRows == true {
      idColumn = id
      (layout, isDoubtful) = (.rows, false)
      reason = "every row has \(width) cells of the same kind: it is a series"
      return
    }
    if let groups = Self.groups(tables, columns) {
      idColumn = nil
      (layout, isDoubtful) = (groups, false)
      guard case .groups(let found, let restart, let areScattered) = groups else {
        reason = ""
        return
      }
      let names = found.map { TableSample.reference($0, names: tables.first?.names) }.joined(separator: ", ")
      reason =
        "the rows of a series have the same value in \(names)"
        + (restart ? ", which restarts in every file" : "")
        + (areScattered ? ", and are scattered" : "")
      return
    }
    if let groups = ClockGroups(tables, columns) {
      idColumn = nil
      (layout, isDoubtful) = (groups.layout, false)
      func name(_ column: ColumnSurvey) -> String {
        TableSample.reference(column.position, names: tables.first?.names)
      }
      reason =
        "\(name(groups.clock.column)) goes forward only in the rows of the same "
        + groups.keys.map(name).joined(separator: " and ")
      return
    }
    if areRows == nil, let isCertain = Self.rows(tables, columns, id, fileCount: fileCount) {
      idColumn = id
      (layout, isDoubtful) = (.rows, !isCertain)
      reason = "every row has \(width) cells of the same kind: it is a series"
      return
    }
    idColumn = nil
    (layout, isDoubtful, reason) = (
      .files, false, fileCount == 1 ? "the file is one series" : "every file is a series"
    )
  }

  /// Returns the rows of each series in a file.
  func series(in table: TableSample) -> [TableSample.Rows] {
    switch layout {
    case .files: return [table.rows]
    case .rows: return table.rows.map { [$0] }
    case .groups(let columns, _, _):
      return Dictionary(grouping: table.rows.enumerated()) { row in columns.map { row.element[$0] } }
        .values.sorted { ($0.first?.offset ?? 0) < ($1.first?.offset ?? 0) }.map { $0.map(\.element) }
    }
  }

  /// The columns that are not features because of the layout.
  var keyColumns: [Int] {
    if case .groups(let columns, _, _) = layout { columns } else { idColumn.map { [$0] } ?? [] }
  }

  /// True if a name says that it identifies something.
  static func isNamedID(_ name: String) -> Bool {
    let lowered = name.lowercased()
    return idWords.contains(lowered) || ["_id", "-id", " id", ".id"].contains { lowered.hasSuffix($0) }
      || name.hasSuffix("ID") || name.count > 2 && name.hasSuffix("Id")
  }

  private static let identityWords: Set<String> = [
    "id", "uid", "pid", "sid", "uuid", "guid", "subject", "subj", "user", "patient", "person", "participant",
  ]

  /// True if a name says that it is of ids alone: a device or a group may be something that matters.
  static func isNamedIdentity(_ name: String) -> Bool {
    isNamedID(name) && !idWords.contains(name.lowercased()) || identityWords.contains(name.lowercased())
  }

  private static let timeWords: Set<String> = [
    "t", "ts", "time", "times", "timestamp", "sec", "secs", "second", "seconds", "elapsed", "zeit", "temps",
    "tiempo",
  ]

  /// True if a name says that it is of times.
  static func isNamedTime(_ name: String) -> Bool { !timeWords.isDisjoint(with: name.words) }

  /// The runs of equal values in some columns of a file.
  struct Runs {
    var count = 0
    var distinct = 0
    var rowCount = 0

    init(_ table: TableSample, _ columns: [Int]) {
      var last: [String]?
      var known: Set<[String]> = []
      for row in table.rows {
        let key = columns.map { row[$0] }
        if key != last { count += 1 }
        known.insert(key)
        last = key
      }
      (distinct, rowCount) = (known.count, table.rows.count)
    }

    /// True if the rows of a value lie together, and most values have several.
    var areSeries: Bool { count == distinct && distinct * 3 <= rowCount * 2 }
  }

  private static func groups(_ tables: [TableSample], _ columns: [ColumnSurvey]) -> Layout? {
    guard !tables.isEmpty, columns.count > 1 else { return nil }
    let isNamed = tables[0].names != nil
    let keys = columns.filter { column in
      guard !column.isConstantInFiles else { return false }
      switch column.kind {
      case .number: guard column.isWhole, column.missing.isEmpty else { return false }
      case .category, .text: break
      case .time, .empty: return false
      }
      if isNamed { return isNamedID(column.name) }
      return column.position == 0 && isCounting(column, tables)
    }
    guard !keys.isEmpty else { return nil }
    func runs(_ columns: [Int]) -> [Runs] { tables.map { Runs($0, columns) } }
    func layout(_ columns: [Int], areScattered: Bool) -> Layout {
      // The same ids in several files are those of other series.
      let values = tables.map { table in Set(table.rows.map { row in columns.map { row[$0] } }) }
      let all = values.reduce(into: Set<[String]>()) { $0.formUnion($1) }
      let restart = tables.count > 1 && all.count < values.reduce(0) { $0 + $1.count }
      return .groups(columns: columns, restart: restart, areScattered: areScattered)
    }
    // All of them together, as for user and session; then each alone.
    for candidate in [keys.map(\.position)] + keys.map({ [$0.position] }) {
      let found = runs(candidate)
      if found.allSatisfy({ $0.count == $0.distinct }), found.contains(where: { $0.distinct > 1 }),
        found.reduce(0, { $0 + $1.distinct }) * 3 <= found.reduce(0, { $0 + $1.rowCount }) * 2
      {
        // A column that adds nothing is no key.
        let needed = candidate.filter { column in
          let rest = candidate.filter { $0 != column }
          return rest.isEmpty || runs(rest).map(\.distinct) != found.map(\.distinct)
        }
        return layout(needed.isEmpty ? [candidate[0]] : needed, areScattered: false)
      }
    }
    guard isNamed else { return nil }
    let names = keys.map(\.position)
    let found = runs(names)
    // Every value several times, but not together.
    guard found.contains(where: { $0.distinct > 1 }),
      found.reduce(0, { $0 + $1.distinct }) * 2 <= found.reduce(0, { $0 + $1.rowCount })
    else { return nil }
    return layout(names, areScattered: true)
  }

  /// Returns true if a column without a name counts series: 1, 1, 1, 2, 2, 3.
  private static func isCounting(_ column: ColumnSurvey, _ tables: [TableSample]) -> Bool {
    guard tables.allSatisfy({ Runs($0, [column.position]).areSeries }) else { return false }
    guard column.kind == .number else { return column.values.count > 1 }
    return tables.allSatisfy { table in
      let numbers = table.rows.compactMap { Int($0[column.position]) }
      return numbers.count == table.rows.count
        && zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 || $1 == $0 + 1 }
    }
  }

  /// Returns whether it is certain that a row is a series; `nil` if it is not one.
  private static func rows(
    _ tables: [TableSample], _ all: [ColumnSurvey], _ id: Int?, fileCount: Int
  ) -> Bool? {
    let columns = all.filter { $0.position != id }
    guard fileCount == 1, columns.count >= 8, let table = tables.first, table.rows.count > 1 else {
      return nil
    }
    if let names = table.names {
      // Names that only number the steps.
      let numbered = names.dropFirst().dropLast().count { name in name.contains { $0.isNumber } }
      guard numbered >= names.count - (id == nil ? 3 : 4) else { return nil }
    }
    let label = labelPosition(columns)
    let values = columns.filter { $0.position != label }
    guard areOfOneKind(values) else { return nil }
    // Ids tell it too.
    if label != nil || id != nil, columns.count >= 16 || table.names != nil { return true }
    return label != nil || columns.count >= 24 ? false : nil
  }

  /// The position of a column in front of others whose texts, or numbers of such a name, are different in every row.
  static func idPosition(_ tables: [TableSample], _ columns: [ColumnSurvey]) -> Int? {
    guard let first = columns.first, columns.count > 8, first.missing.isEmpty, !tables.isEmpty,
      first.values.count == first.cellCount
    else { return nil }
    switch first.kind {
    case .text, .category: return 0
    case .number: return first.isWhole && tables[0].names != nil && isNamedID(first.name) ? 0 : nil
    case .time, .empty: return nil
    }
  }

  /// Returns true if columns can be the steps of one series: numbers of one scale.
  static func areOfOneKind(_ columns: [ColumnSurvey]) -> Bool {
    let full = columns.filter { $0.kind == .number }
    // Shorter series end with missing values.
    guard full.count * 2 > columns.count, columns.allSatisfy({ $0.kind == .number || $0.kind == .empty })
    else {
      return false
    }
    let deviation = full.map(\.deviation).sorted()[full.count / 2]
    let means = full.map(\.mean)
    guard let least = means.min(), let greatest = means.max() else { return false }
    return greatest - least <= max(deviation, 1e-30) * 8
  }

  /// The position of a label before or after a series: a column that is called so, or a few whole numbers or texts, where others are not.
  static func labelPosition(_ columns: [ColumnSurvey]) -> Int? {
    guard columns.count > 2 else { return nil }
    let ends = [columns[0], columns[columns.count - 1]]
    if let named = ends.first(where: { !PairGuess.labelWords.isDisjoint(with: $0.name.words) }) {
      return named.position
    }
    let middle = columns.dropFirst().dropLast()
    guard middle.contains(where: { $0.kind == .number && !$0.isWhole }) else { return nil }
    return ends.first { column in
      guard column.missing.isEmpty, (2...64).contains(column.values.count), !column.hasMoreValues else {
        return false
      }
      switch column.kind {
      case .category: return true
      case .number: return column.isWhole && column.values.count * 2 <= max(4, column.numberCount)
      default: return false
      }
    }?.position
  }
}
