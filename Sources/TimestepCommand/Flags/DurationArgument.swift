import ArgumentParser

/// A duration: `500ms`, `30s`, `15min`, `1h` or `1d`.
struct DurationArgument: NotatedFlagValue, CustomStringConvertible {
  /// Its length.
  let nanoseconds: Int
  let description: String

  private static let units = [
    "ms": 1_000_000, "s": 1_000_000_000, "min": 60_000_000_000, "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
  ]

  init(flag text: String) throws(ValidationError) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int(digits), count > 0, let unit = Self.units[String(text[digits.endIndex...])] else {
      throw ValidationError("expected a duration, such as 500ms, 30s, 15min, 1h or 1d")
    }
    let (nanoseconds, isTooLong) = count.multipliedReportingOverflow(by: unit)
    if isTooLong { throw ValidationError("the duration is too long: expected at most 106751d") }
    (self.nanoseconds, description) = (nanoseconds, text)
  }
}
