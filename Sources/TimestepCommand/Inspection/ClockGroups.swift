import Timestep

/// Series that are groups of rows with the same value of a column: times go forward in these, and not in the whole file.
struct ClockGroups {
  let clock: Clock
  /// The column whose values distinguish the groups.
  let key: ColumnSurvey
  /// True if a value occurs in several files.
  let restart: Bool
  /// True if the rows of a group do not lie together.
  let areScattered: Bool

  /// The layout of the files.
  var layout: SeriesGuess.Layout {
    .groups(columns: [key.position], restart: restart, areScattered: areScattered)
  }

  /// Finds the fewest groups; `nil` if there are none.
  init?(_ tables: [TableSample], _ columns: [ColumnSurvey]) {
    guard let clock = columns.lazy.compactMap({ Clock($0) }).first else { return nil }
    let stops = tables.map { clock.stops(in: $0.rows) }
    guard stops.contains(where: { !$0.all.isEmpty }) else { return nil }
    // Hours in a column of their own are not series: dates go forward only in the rows of the same hour, too.
    let hasDatesOnly = tables.allSatisfy { clock.hasDatesOnly(in: $0.rows) }
    let keys = columns.filter { column in
      column.position != clock.column.position && Self.isKey(column)
        && (!hasDatesOnly || column.values.keys.allSatisfy { $0.contains(where: \.isLetter) })
    }
    let fewest = keys.sorted { ($0.values.count, $0.position) < ($1.values.count, $1.position) }
    guard let groups = fewest.lazy.compactMap({ ClockGroups(by: $0, clock, tables, stops) }).first else {
      return nil
    }
    self = groups
  }

  /// Makes the groups by the values of `key`; `nil` if their times do not go forward, or a step back is not between two.
  private init?(by key: ColumnSurvey, _ clock: Clock, _ tables: [TableSample], _ stops: [Clock.Stops]) {
    let groups = tables.map { Dictionary(grouping: $0.rows) { $0[key.position] } }
    let count = groups.reduce(0) { $0 + $1.count }
    let inside = groups.flatMap { $0.values.map(clock.stops(in:)) }
    let rowCount = tables.reduce(0) { $0 + $1.rows.count }
    // A few rows may have the time of the row before.
    guard count * 3 <= rowCount, inside.allSatisfy(\.far.isEmpty),
      inside.reduce(0, { $0 + $1.all.count }) * 20 <= rowCount
    else { return nil }
    areScattered = tables.contains { table in
      let runs = SeriesGuess.Runs(table, [key.position])
      return runs.count > runs.distinct
    }
    // Any column can distinguish the two rows of one time, but not those of many times.
    if areScattered {
      guard stops.reduce(0, { $0 + $1.all.count }) * 4 >= rowCount else { return nil }
    } else {
      guard zip(tables, stops).allSatisfy({ $1.far == Self.changes(of: key, in: $0) }) else { return nil }
    }
    restart = tables.count > 1 && Set(groups.flatMap(\.keys)).count < count
    (self.clock, self.key) = (clock, key)
  }

  /// The rows whose value of a column is not that of the row before.
  private static func changes(of column: ColumnSurvey, in table: TableSample) -> [Int] {
    table.rows.indices.dropFirst().filter {
      table.rows[$0][column.position] != table.rows[$0 - 1][column.position]
    }
  }

  /// Words in the names of columns of parts of dates and times.
  private static let calendarWords: Set<String> = [
    "date", "year", "month", "week", "weekday", "day", "dow", "hour", "hours", "hr", "h", "minute", "minutes",
    "min",
  ]

  /// Returns true if the values of a column may distinguish series.
  private static func isKey(_ column: ColumnSurvey) -> Bool {
    column.missing.isEmpty && !column.isConstantInFiles
      && (column.kind == .category || column.kind == .number && column.isWhole)
      && !PairGuess.labelWords.contains(column.name.lowercased())
      && !SeriesGuess.isNamedTime(column.name) && calendarWords.isDisjoint(with: column.name.words)
  }
}
