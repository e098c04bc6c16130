import CLinux
import CText
import Glibc
import Sequences

extension TimestampEncoding {
  /// True if timestamps are numbers.
  var isNumber: Bool { format == .unixSeconds || format == .unixMilliseconds }

  /// Returns the nanoseconds from 1970-01-01T00:00:00 UTC to the timestamp `text`, or `nil` if it is not a
  /// timestamp.
  ///
  /// A whole number, so that the difference of two timestamps is exact; further digits are rounded.
  package func nanoseconds(of text: [UInt8]) -> Int128? {
    switch format {
    case .iso8601: return iso8601Nanoseconds(text[...])
    case .unixSeconds: return unixNanoseconds(text, digits: 9)
    case .unixMilliseconds: return unixNanoseconds(text, digits: 6)
    case .pattern(let pattern): return patternSeconds(text, pattern).map { Int128($0) * 1_000_000_000 }
    }
  }
}

/// Returns a decimal number in units of 10^-`digits`; it accepts the same texts as number fields.
private func unixNanoseconds(_ text: [UInt8], digits: Int) -> Int128? {
  guard let number = CSVParser.preciseNumber(text), number.magnitude < 1e24 else { return nil }
  let isNegative = text.first == UInt8(ascii: "-")
  let parts = text.drop { "+-".utf8.contains($0) }.split(
    separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }) else {
    // An exponent.
    return Int128((number * (0..<digits).reduce(1.0) { scale, _ in scale * 10 }).rounded())
  }
  let whole = parts[0].reduce(Int128(0)) { $0 * 10 + Int128($1 - 0x30) }
  let value = fraction(parts.count == 2 ? parts[1] : [], digits: digits, after: whole)
  return isNegative ? -value : value
}

/// Returns `whole` in units of 10^-`digits`, plus the digits of `fraction`, rounded to the nearest.
private func fraction(_ fraction: ArraySlice<UInt8>, digits: Int, after whole: Int128) -> Int128 {
  var value = whole
  for place in 0..<digits {
    let index = fraction.startIndex + place
    value = value * 10 + (index < fraction.endIndex ? Int128(fraction[index] - 0x30) : 0)
  }
  let next = fraction.startIndex + digits
  return next < fraction.endIndex && fraction[next] >= 0x35 ? value + 1 : value
}

/// Returns the seconds to the timestamp if a `strptime` pattern matches all of `text`.
private func patternSeconds(_ text: [UInt8], _ pattern: String) -> Int? {
  guard !text.contains(0) else { return nil }
  var timestamp = tm()
  (timestamp.tm_year, timestamp.tm_mday) = (70, 1)
  guard timestep_parse_timestamp(String(decoding: text, as: UTF8.self), pattern, &timestamp) else {
    return nil
  }
  let offset = timestamp.tm_gmtoff
  return utcSeconds(timestamp).map { $0 - offset }
}

/// Returns the seconds to a date and time of day in UTC, or `nil` if the month has no such day.
private func utcSeconds(_ timestamp: tm) -> Int? {
  var timestamp = timestamp
  let (month, day) = (timestamp.tm_mon, timestamp.tm_mday)
  let second = timestamp.tm_sec
  timestamp.tm_sec = 0  // a leap second would move the day
  let seconds = timegm(&timestamp)
  guard (timestamp.tm_mon, timestamp.tm_mday) == (month, day) else { return nil }
  return seconds + Int(second)
}

/// Returns the nanoseconds to an ISO 8601 date, or date and time of day.
private func iso8601Nanoseconds(_ text: ArraySlice<UInt8>) -> Int128? {
  var rest = text
  func number(_ digits: Int, _ range: ClosedRange<Int32>) -> Int32? {
    let part = rest.prefix(digits)
    guard part.count == digits, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest = rest.dropFirst(digits)
    let value = part.reduce(0) { $0 * 10 + Int32($1 - 0x30) }
    return range.contains(value) ? value : nil
  }
  func skip(_ bytes: String) -> Bool {
    guard let first = rest.first, bytes.utf8.contains(first) else { return false }
    rest = rest.dropFirst()
    return true
  }
  guard let year = number(4, 0...9999), skip("-"), let month = number(2, 1...12), skip("-"),
    let day = number(2, 1...31)
  else { return nil }
  var timestamp = tm()
  (timestamp.tm_year, timestamp.tm_mon, timestamp.tm_mday) = (year - 1900, month - 1, day)
  if rest.isEmpty { return utcSeconds(timestamp).map { Int128($0) * 1_000_000_000 } }
  guard skip("Tt "), let hour = number(2, 0...23), skip(":"), let minute = number(2, 0...59) else {
    return nil
  }
  (timestamp.tm_hour, timestamp.tm_min) = (hour, minute)
  var decimals: ArraySlice<UInt8> = []
  if skip(":") {
    guard let second = number(2, 0...60) else { return nil }
    timestamp.tm_sec = second
    if skip(".,") {
      decimals = rest.prefix { (0x30...0x39).contains($0) }
      guard !decimals.isEmpty else { return nil }
      rest = rest.dropFirst(decimals.count)
    }
  }
  var offset = 0
  if !rest.isEmpty && !skip("Zz") {
    let isWest = rest.first == UInt8(ascii: "-")
    guard skip("+-"), let hours = number(2, 0...23) else { return nil }
    _ = skip(":")
    guard let minutes = rest.isEmpty ? 0 : number(2, 0...59) else { return nil }
    offset = (isWest ? -1 : 1) * Int(hours * 3600 + minutes * 60)
  }
  guard rest.isEmpty, let seconds = utcSeconds(timestamp) else { return nil }
  return fraction(decimals, digits: 9, after: Int128(seconds - offset))
}
