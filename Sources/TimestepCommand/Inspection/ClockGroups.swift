import Timestep

/// Series that are groups of rows with the same values of one column, or two: times go forward in these, and not in the whole
/// file.
struct ClockGroups {
  let clock: Clock
  /// The columns whose values distinguish the groups.
  let keys: [ColumnSurvey]
  /// True if a group occurs in several files.
  let restart: Bool
  /// True if the rows of a group do not lie together.
  let areScattered: Bool

  /// The layout of the files.
  var layout: SeriesGuess.Layout {
    .groups(columns: keys.map(\.position), restart: restart, areScattered: areScattered)
  }

  /// The most columns of which pairs are tried.
  private static let pairLimit = 6

  /// Finds the fewest groups; `nil` if there are none.
  init?(_ tables: [TableSample], _ columns: [ColumnSurvey]) {
    guard let clock = columns.lazy.compactMap({ Clock($0) }).first else { return nil }
    let stops = tables.map { clock.stops(in: $0.rows) }
    guard stops.contains(where: { !$0.all.isEmpty }) else { return nil }
    // Hours in a column of their own are not series: dates go forward only in the rows of the same hour, too.
    let hasDatesOnly = tables.allSatisfy { clock.hasDatesOnly(in: $0.rows) }
    let found = columns.filter { column in
      column.position != clock.column.position && Self.isKey(column)
        && !(hasDatesOnly && Self.canBeTimesOfDay(column))
    }
    let keys = found.sorted { ($0.values.count, $0.position) < ($1.values.count, $1.position) }
    let pairs = keys.indices.prefix(Self.pairLimit).flatMap { index in
      keys[..<index].map { [$0, keys[index]].sorted { $0.position < $1.position } }
    }
    let groups = (keys.map { [$0] } + pairs).lazy.compactMap { ClockGroups(by: $0, clock, tables, stops) }
    guard let first = groups.first else { return nil }
    self = first
  }

  /// Makes the groups by the values of `keys`; `nil` if their times do not go forward, or a step back is not between two.
  private init?(by keys: [ColumnSurvey], _ clock: Clock, _ tables: [TableSample], _ stops: [Clock.Stops]) {
    func values(_ row: [String]) -> [String] { keys.map { row[$0.position] } }
    let groups = tables.map { Dictionary(grouping: $0.rows, by: values) }
    let count = groups.reduce(0) { $0 + $1.count }
    let rowCount = tables.reduce(0) { $0 + $1.rows.count }
    guard count * 3 <= rowCount else { return nil }
    areScattered = tables.contains { table in
      let runs = SeriesGuess.Runs(table, keys.map(\.position))
      return runs.count > runs.distinct
    }
    // Any column can distinguish the two rows of one time, but not those of many times.
    if areScattered {
      guard stops.reduce(0, { $0 + $1.all.count }) * 4 >= rowCount else { return nil }
    } else {
      guard
        zip(tables, stops).allSatisfy({ table, stops in
          let changes = table.rows.indices.dropFirst().filter {
            values(table.rows[$0]) != values(table.rows[$0 - 1])
          }
          // An hour comes twice at most once.
          return changes == stops.far || changes.count > 1 && changes == stops.earlier
        })
      else { return nil }
    }
    // Two columns distinguish the rows of one time by chance, unless most pairs of their values come at all times.
    let longest = groups.lazy.joined().map(\.value.count).max() ?? 0
    if keys.count > 1, count * longest > rowCount * 2 { return nil }
    // A few rows may have the time of the row before.
    let inside = groups.flatMap { $0.values.map(clock.stops(in:)) }
    guard inside.allSatisfy(\.far.isEmpty), inside.reduce(0, { $0 + $1.all.count }) * 20 <= rowCount else {
      return nil
    }
    restart = tables.count > 1 && Set(groups.flatMap(\.keys)).count < count
    (self.clock, self.keys) = (clock, keys)
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
      && !SeriesGuess.isNamedTime(column.name) && !isOfCalendar(column.name)
  }

  /// Returns true if the values of a column may be hours: numbers that divide a day, or digits with something between them.
  private static func canBeTimesOfDay(_ column: ColumnSurvey) -> Bool {
    guard column.kind == .number else {
      return column.values.keys.contains { !$0.contains(where: \.isLetter) }
    }
    let numbers = column.values.keys.compactMap { Int($0) }.sorted()
    guard numbers.count == column.values.count, numbers.count > 1, (0...24).contains(numbers[0]) else {
      return false
    }
    let step = numbers[1] - numbers[0]
    return step * numbers.count == 24 && zip(numbers, numbers.dropFirst()).allSatisfy { $1 - $0 == step }
  }

  /// Returns true if a name says that it is of parts of dates and times.
  static func isOfCalendar(_ name: String) -> Bool { !calendarWords.isDisjoint(with: name.words) }
}
