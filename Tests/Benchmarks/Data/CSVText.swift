/// Rows of random numbers with five decimals, `-19.99999` to `19.99999`: 9 bytes each, including the
/// separator.
struct CSVText {
  private(set) var bytes: [UInt8] = []

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Appends `count` numbers with commas between them.
  mutating func appendNumbers(_ count: Int, _ random: inout SplitMix) {
    for index in 0..<count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      appendNumber(Int(random.next() % 3_999_999) - 1_999_999)
    }
  }

  /// Appends a number of hundred-thousandths.
  private mutating func appendNumber(_ value: Int) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = abs(value)
    let whole = rest / 100_000
    rest %= 100_000
    if whole >= 10 { bytes.append(UInt8(ascii: "0") + UInt8(whole / 10)) }
    bytes.append(UInt8(ascii: "0") + UInt8(whole % 10))
    bytes.append(UInt8(ascii: "."))
    var unit = 10_000
    while unit > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / unit))
      rest %= unit
      unit /= 10
    }
  }
}
