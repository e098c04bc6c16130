import Glibc

/// The progress of time in a sequence, whose rows must not go back in it.
struct SequenceClock: Sendable {
  /// The latest timestamp in nanoseconds since 1970; `nil` before the first one.
  private(set) var latest: Int128?
  /// The difference of the latest two timestamps.
  private var step: Int128 = 0

  /// Moves on to the timestamp of the next row.
  ///
  /// - Returns: False if it is before the latest one, which then stays.
  mutating func advance(to time: Int128) -> Bool {
    if let latest {
      if time < latest { return false }
      step = time - latest
    }
    latest = time
    return true
  }

  /// Returns true if rows continue in equal steps with `time`, once it is an hour later: as local times do when clocks
  /// are set back.
  ///
  /// That is in the first hours of a day of spring or autumn, on either side of the equator.
  func isRepeatedHour(_ time: Int128) -> Bool {
    guard let latest, var seconds = Int(exactly: time / 1_000_000_000) else { return false }
    var date = tm()
    gmtime_r(&seconds, &date)
    let isSetBackThen = [1, 2, 3, 8, 9, 10].contains(date.tm_mon) && date.tm_hour <= 3
    let hour: Int128 = 3_600_000_000_000
    return isSetBackThen && (time + hour == latest + step || time + hour == latest)
  }
}
