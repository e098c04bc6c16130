import Timestep

// Concludes the flags of a forecast.
extension DataSurvey {
  /// The least steps of series that are divided by time, with and without a column of times.
  private static let leastSteps = (timed: 40, untimed: 100)

  /// Periods of data in seconds, the longest first.
  private static let periods: [(name: String, seconds: Double)] = [
    ("a year", 31_536_000), ("a week", 604_800), ("a day", 86_400), ("an hour", 3600), ("a minute", 60),
    ("a second", 1),
  ]

  /// The command that trains a network to forecast a column; `nil` if the series are labelled or too short.
  var forecast: SuggestedCommand? {
    // The nearest row may be a later one, which is to be forecast.
    guard series.layout != .rows, !joinsNearest, let target = forecastTarget else { return nil }
    let clock = columns.lazy.compactMap { Clock($0) }.first
    let lengths = Self.medianLength(of: self)
    guard clock != nil ? lengths >= Self.leastSteps.timed : lengths >= Self.leastSteps.untimed,
      clock != nil || files.count == 1 && series.layout == .files
    else { return nil }
    var ignored = Conclusion()
    var command = command(nil, dialect, in: &ignored)
    // The test part holds a window and the steps after it.
    let isDivided = !command.trainingFlags.contains { $0.name.hasSuffix("-features") }
    let room =
      ([isDivided ? lengths / 10 : lengths] + heldOut.map { Self.medianLength(of: $0.survey) }).min() ?? 0
    guard room >= 4 else { return nil }
    let period = clock.flatMap { step(of: $0.column) }.flatMap(Self.period)
    let horizon = max(1, min(period?.steps ?? 10, room / 4))
    let window = min(horizon * 7, room - horizon)
    command.flags = command.flags.map { flag in
      flag.name == "transform"
        ? SuggestedFlag("transform", "fill:rule=forward", because: "a forecast cannot look ahead of a gap")
        : flag
    }
    let isPeriod = horizon == period?.steps
    command.flags += [
      SuggestedFlag(
        "targets", reference(target, 0), because: "a column of numbers; name others instead, or more"),
      SuggestedFlag(
        "horizon", "\(horizon)",
        because: "the next \(pluralized(horizon, "value")) \(horizon == 1 ? "is" : "are") forecast"
          + (isPeriod ? period.map { " (\($0.name))" } ?? "" : "")),
      SuggestedFlag(
        "window", "\(window),\(horizon)",
        because: "examples of \(pluralized(window, "step")) each, which fit into every part of the series"),
    ]
    if isDivided {
      command.trainingFlags.append(
        SuggestedFlag("split-time", "8,1,1", because: "what is tested comes after what is trained on"))
    }
    command.hasLabels = true
    command.purpose = "to forecast \(shown(target))"
    return command
  }

  /// The column to forecast: one of labels that are numbers, or the first one that varies, and not with the calendar.
  private var forecastTarget: ColumnSurvey? {
    let isFree = sources.isEmpty || sources.contains { if case .absent = $0 { true } else { false } }
    let numbers = features(besides: nil).filter { column in
      column.kind == .number && (column.values.count > 2 || column.hasMoreValues)
        && Clock(column) == nil && !SeriesGuess.isNamedID(column.name) && uselessness(of: column) == nil
        && !ClockGroups.isOfCalendar(column.name)
    }
    if case .column(let column, isOnce: false)? = sources.first {
      let areNumbers = meaning(of: .column(column, isOnce: false))?.readings.first?.name == "numbers"
      return areNumbers ? numbers.first { $0.position == column.position } : isFree ? numbers.first : nil
    }
    return isFree ? numbers.first : nil
  }

  /// Returns the median of the numbers of rows that are known of each series.
  private static func medianLength(of survey: DataSurvey) -> Int {
    let counts = survey.seriesRows.joined().map(\.count).sorted()
    return counts.isEmpty ? 0 : counts[counts.count / 2]
  }

  /// Returns the longest period that is not many steps; `nil` if there is none.
  private static func period(ofStep step: Double) -> (name: String, steps: Int)? {
    guard step > 0 else { return nil }
    let steps = periods.lazy.map { ($0.name, Int(($0.seconds / step).rounded())) }
    return steps.first { (2...100).contains($0.1) }
  }
}
