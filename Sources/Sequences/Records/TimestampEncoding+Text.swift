extension TimestampEncoding.Unit {
  /// Returns a duration in this unit, rounded once or twice.
  package func count(of nanoseconds: Int128) -> Float { Float(Double(nanoseconds) / 1e9 / seconds) }
}

extension TimestampEncoding {
  /// Returns a timestamp, in nanoseconds since 1970, as messages show it: in ISO 8601 (UTC), or as a number if the texts
  /// are numbers.
  package func text(of nanoseconds: Int128) -> String {
    switch format {
    case .unixSeconds: return Self.decimal(nanoseconds, digits: 9)
    case .unixMilliseconds: return Self.decimal(nanoseconds, digits: 6)
    case .iso8601, .pattern:
      let second = Int128(1_000_000_000)
      let (seconds, rest) = Self.floorDivided(nanoseconds, by: second)
      let (days, time) = Self.floorDivided(seconds, by: 86400)
      let (year, month, day) = Self.civilDate(Int(days))
      let decimals = rest == 0 ? "" : Self.decimal(rest, digits: 9).dropFirst()
      return
        "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))T"
        + "\(Self.padded(Int(time) / 3600, 2)):\(Self.padded(Int(time) / 60 % 60, 2)):"
        + "\(Self.padded(Int(time) % 60, 2))\(decimals)Z"
    }
  }

  /// Returns true if `text`, a timestamp in this format, does not say how far it is from UTC.
  package func isLocal(_ text: [UInt8]) -> Bool {
    switch format {
    case .unixSeconds, .unixMilliseconds: return false
    case .pattern(let pattern): return !pattern.utf8.contains(UInt8(ascii: "z"))
    case .iso8601:
      // The hyphens of the date come first.
      let time = text.drop { $0 == 0x20 }.dropFirst(10)
      return !time.contains { "Zz+-".utf8.contains($0) }
    }
  }

  private static func floorDivided(_ number: Int128, by divisor: Int128) -> (Int128, Int128) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Returns a number of units of 10^-`digits` without zeros at the end.
  private static func decimal(_ number: Int128, digits: Int) -> String {
    var text = "\(number.magnitude)"
    text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    var decimals = text.suffix(digits)
    while decimals.last == "0" { decimals.removeLast() }
    return (number < 0 ? "-" : "") + text.dropLast(digits) + (decimals.isEmpty ? "" : ".\(decimals)")
  }

  /// Returns the date of a day since 1970-01-01, by the Gregorian calendar.
  private static func civilDate(_ days: Int) -> (year: Int, month: Int, day: Int) {
    // Years that begin in March, in eras of 400 years.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}
