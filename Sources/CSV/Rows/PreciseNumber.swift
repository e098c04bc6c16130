/// A number in double precision, and exactly if it has few enough digits: nanoseconds since 1970 are beyond Double.
package struct PreciseNumber {
  /// The number in double precision.
  package let value: Double
  /// The number as `digits` / 10 ^ `decimals`; `nil` if it has too many digits.
  private let exact: (digits: Int128, decimals: Int)?

  /// The most digits, and the most decimals, of an exact number.
  private static let digitLimit = 36

  /// Makes a number from the shortest text that means `value`, or from all digits of a whole number.
  package init(_ value: Double) {
    let whole = Int128(exactly: value).flatMap { $0.magnitude < UInt128(1) << 119 ? $0 : nil }
    self.value = value
    exact = whole.map { ($0, 0) } ?? Self.exact(Array("\(value)".utf8))
  }

  /// Reads a number; `nil` if `text` is not a finite one.
  package init?(_ text: [UInt8]) {
    guard let value = CSVParser.preciseNumber(text) else { return nil }
    self.value = value
    exact = Self.exact(text)
  }

  /// True if Double has all digits of the number, or if they are too many to tell.
  package var isExactInDouble: Bool {
    guard let exact, let other = PreciseNumber(value).exact else { return true }
    return Self.difference(exact, other).map { $0.digits == 0 } ?? true
  }

  /// Reads the digits of a number such as -12.50e3.
  private static func exact(_ text: [UInt8]) -> (digits: Int128, decimals: Int)? {
    var (digits, decimals, count) = (Int128(0), 0, 0)
    var hasPoint = false
    var rest = text[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    while let byte = rest.first {
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        if digits != 0 || byte != UInt8(ascii: "0") { count += 1 }
        if count > digitLimit { return nil }
        digits = digits * 10 + Int128(byte - UInt8(ascii: "0"))
        if hasPoint { decimals += 1 }
      } else {
        break
      }
      rest = rest.dropFirst()
    }
    if let mark = rest.first {
      guard mark | 0x20 == UInt8(ascii: "e"),
        let exponent = Int(String(decoding: rest.dropFirst(), as: UTF8.self)), exponent.magnitude < 1000
      else { return nil }
      decimals -= exponent
    }
    if digits == 0 { return (0, 0) }
    while decimals > 0, digits.isMultiple(of: 10) { (digits, decimals) = (digits / 10, decimals - 1) }
    if decimals < 0 {
      guard let scaled = product(digits, tenTo: -decimals) else { return nil }
      (digits, decimals) = (scaled, 0)
    }
    return decimals > digitLimit ? nil : (isNegative ? -digits : digits, decimals)
  }

  private static func product(_ number: Int128, tenTo exponent: Int) -> Int128? {
    var result = number
    for _ in 0..<exponent {
      let (next, isTooLarge) = result.multipliedReportingOverflow(by: 10)
      if isTooLarge { return nil }
      result = next
    }
    return result
  }

  private static func difference(
    _ first: (digits: Int128, decimals: Int), _ second: (digits: Int128, decimals: Int)
  ) -> (digits: Int128, decimals: Int)? {
    let decimals = max(first.decimals, second.decimals)
    guard let left = product(first.digits, tenTo: decimals - first.decimals),
      let right = product(second.digits, tenTo: decimals - second.decimals)
    else { return nil }
    let (digits, isTooLarge) = left.subtractingReportingOverflow(right)
    return isTooLarge ? nil : (digits, decimals)
  }

  /// Returns the difference, which is rounded once if both numbers are exact.
  package static func - (first: PreciseNumber, second: PreciseNumber) -> Double {
    guard let left = first.exact, let right = second.exact, let difference = difference(left, right) else {
      return first.value - second.value
    }
    return Double(difference.digits) / power(ofTen: difference.decimals)
  }

  private static func power(ofTen exponent: Int) -> Double {
    // Exact up to 10 ^ 22.
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }
}
