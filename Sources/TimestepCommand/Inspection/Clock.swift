import Timestep

/// The times of rows, in a column of timestamps or of numbers whose name says that they are times.
struct Clock {
  let column: ColumnSurvey
  /// The format of the timestamps; `nil`: they are numbers.
  private let encoding: TimestampEncoding?

  /// True if the times are timestamps, whose unit is known.
  var hasTimestamps: Bool { encoding != nil }

  /// The time in nanoseconds by which a repeated hour goes back; 0 for numbers, whose unit is not known.
  private var repetition: Int128 { hasTimestamps ? 3_600_000_000_000 : 0 }

  /// Takes the times from a column; `nil` if it has none.
  init?(_ column: ColumnSurvey) {
    self.column = column
    switch column.kind {
    case .time(let formats): encoding = formats.first.map { TimestampEncoding($0) }
    case .number where SeriesGuess.isNamedTime(column.name): encoding = nil
    case .number, .category, .text, .empty: return nil
    }
  }

  /// Takes the times from the first column of timestamps, or else from the first one of numbers that never go back; `nil` if
  /// there is none.
  init?(of columns: [ColumnSurvey]) {
    let clocks = columns.compactMap { Clock($0) }
    let rising = clocks.first { $0.column.missing.isEmpty && $0.column.increases }
    guard let clock = clocks.first(where: \.hasTimestamps) ?? rising else { return nil }
    self = clock
  }

  /// Returns the time of a text in nanoseconds, or in units of which a second may be one; `nil` if it is none.
  func time(_ text: String) -> Int128? {
    if let encoding { return encoding.nanoseconds(of: Array(text.utf8)) }
    // A comma in a number of a column of numbers is its decimal sign.
    let number = Double(text) ?? Double(text.replacing(",", with: "."))
    return number.flatMap { Int128(exactly: ($0 * 1e9).rounded()) }
  }

  /// Returns the time of each row; `nil` for a row without one.
  func times(of rows: some Sequence<[String]>) -> [Int128?] { rows.map { time($0[column.position]) } }

  /// Returns true if every row has a date without a time of day, or no time.
  func hasDatesOnly(in rows: [[String]]) -> Bool {
    times(of: rows).allSatisfy { time in time.map { $0 % 86_400_000_000_000 == 0 } ?? true }
  }

  /// Returns the first two neighbouring rows of which the second one is earlier, as texts; `nil` if there are none.
  func stepBack(in rows: [[String]]) -> (earlier: String, later: String)? {
    let times = times(of: rows)
    let back = times.indices.dropFirst().first { row in
      if let one = times[row - 1], let next = times[row] { next < one } else { false }
    }
    return back.map { (rows[$0 - 1][column.position], rows[$0][column.position]) }
  }

  /// Returns true if more neighbouring rows of these series go back than forward.
  func goesBack(in series: some Sequence<TableSample.Rows>) -> Bool {
    var (back, forward) = (0, 0)
    for rows in series {
      let times = times(of: rows)
      for case (let one?, let next?) in zip(times, times.dropFirst()) {
        if next < one { back += 1 } else if next > one { forward += 1 }
      }
    }
    return back > forward
  }

  /// The rows at which time does not go forward.
  struct Stops {
    /// Those that are not later than the row before, or have no time.
    fileprivate(set) var all: [Int] = []
    /// Those that are earlier.
    fileprivate(set) var earlier: [Int] = []
    /// Those that are earlier by more than a repeated hour.
    fileprivate(set) var far: [Int] = []
  }

  /// Returns the rows at which time does not go forward.
  func stops(in rows: [[String]]) -> Stops {
    let times = times(of: rows)
    var stops = Stops()
    for row in rows.indices.dropFirst() {
      guard let one = times[row - 1], let next = times[row] else {
        stops.all.append(row)
        continue
      }
      if next <= one { stops.all.append(row) }
      if next < one { stops.earlier.append(row) }
      if one - next > repetition { stops.far.append(row) }
    }
    return stops
  }
}
