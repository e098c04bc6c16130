import CSV
import Timestep

/// The format of timestamps, guessed from texts.
struct TimeGuess {
  /// The pattern of times without a date.
  static let timeOfDay = "%H:%M:%S"

  /// The pattern of months.
  private static let month = "%Y-%m"

  /// Patterns that are tried after ISO 8601; days come before months in the first of two that are alike.
  private static let patterns = [
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%d %b %Y %H:%M:%S", "%d %b %Y",
    "%d-%b-%Y %H:%M:%S", "%d-%b-%Y", timeOfDay, month,
  ]

  /// Returns the formats that all texts have, the likeliest first; none if they are not timestamps.
  static func formats(of texts: some Collection<String>) -> [TimestampEncoding.Format] {
    // A timestamp has at least a year and a month, or a time of day with seconds.
    guard let first = texts.first, first.utf8.count >= 7, first.utf8.count <= 40,
      first.utf8.count(where: { $0 >= 0x30 && $0 <= 0x39 }) >= 5, Double(first) == nil
    else { return [] }
    let all: [TimestampEncoding.Format] = [.iso8601] + patterns.map { .pattern($0) }
    return all.filter { format in
      let encoding = TimestampEncoding(format)
      return texts.allSatisfy { encoding.nanoseconds(of: Array($0.utf8)) != nil }
    }
  }

  /// Returns the likeliest format that all texts have; `nil` if they are not timestamps.
  static func format(of texts: some Collection<String>) -> TimestampEncoding.Format? {
    formats(of: texts).first
  }
}

extension TimestampEncoding.Format {
  /// The value of `--time` after the column and an equals sign; `nil` for the default.
  var flagText: String? {
    switch self {
    case .iso8601: nil
    case .unixSeconds: "unix"
    case .unixMilliseconds: "unix-ms"
    case .pattern(let pattern): pattern
    }
  }
}
