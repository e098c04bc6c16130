import CLinux
import CText
import Glibc
import Sequences

extension TimestampEncoding {
  /// Returns the seconds from 1970-01-01T00:00:00 UTC to the timestamp `text`, or `nil` if it is not a
  /// timestamp.
  func seconds(of text: [UInt8]) -> Double? {
    switch format {
    case .iso8601: return iso8601Seconds(text[...])
    case .unixSeconds: return decimal(text)
    case .unixMilliseconds: return decimal(text).map { $0 / 1000 }
    case .pattern(let pattern): return patternSeconds(text, pattern)
    }
  }
}

/// Returns a finite decimal number in Double; it accepts the same texts as number fields.
private func decimal(_ text: [UInt8]) -> Double? {
  guard CSVParser.decimal(text).kind == .number, let value = Double(String(decoding: text, as: UTF8.self)),
    value.isFinite
  else { return nil }
  return value
}

/// Returns the seconds to the timestamp if a `strptime` pattern matches all of `text`.
private func patternSeconds(_ text: [UInt8], _ pattern: String) -> Double? {
  guard !text.contains(0) else { return nil }
  var timestamp = tm()
  (timestamp.tm_year, timestamp.tm_mday) = (70, 1)
  guard timestep_parse_timestamp(String(decoding: text, as: UTF8.self), pattern, &timestamp) else {
    return nil
  }
  let offset = timestamp.tm_gmtoff
  return utcSeconds(timestamp).map { $0 - Double(offset) }
}

/// Returns the seconds to a date and time of day in UTC, or `nil` if the month has no such day.
private func utcSeconds(_ timestamp: tm) -> Double? {
  var timestamp = timestamp
  let (month, day) = (timestamp.tm_mon, timestamp.tm_mday)
  let second = timestamp.tm_sec
  timestamp.tm_sec = 0  // a leap second would move the day
  let seconds = timegm(&timestamp)
  guard (timestamp.tm_mon, timestamp.tm_mday) == (month, day) else { return nil }
  return Double(seconds) + Double(second)
}

/// Returns the seconds to an ISO 8601 date, or date and time of day.
private func iso8601Seconds(_ text: ArraySlice<UInt8>) -> Double? {
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
  if rest.isEmpty { return utcSeconds(timestamp) }
  guard skip("Tt "), let hour = number(2, 0...23), skip(":"), let minute = number(2, 0...59) else {
    return nil
  }
  (timestamp.tm_hour, timestamp.tm_min) = (hour, minute)
  var fraction = 0.0
  if skip(":") {
    guard let second = number(2, 0...60) else { return nil }
    timestamp.tm_sec = second
    if skip(".,") {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty, let value = Double("0." + String(decoding: digits, as: UTF8.self)) else {
        return nil
      }
      fraction = value
      rest = rest.dropFirst(digits.count)
    }
  }
  var offset: Int32 = 0
  if !rest.isEmpty && !skip("Zz") {
    let isWest = rest.first == UInt8(ascii: "-")
    guard skip("+-"), let hours = number(2, 0...23) else { return nil }
    _ = skip(":")
    guard let minutes = rest.isEmpty ? 0 : number(2, 0...59) else { return nil }
    offset = (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
  guard rest.isEmpty, let seconds = utcSeconds(timestamp) else { return nil }
  return seconds + fraction - Double(offset)
}
