/// The parts of a line with a series: its dimensions and its label.
///
/// Its storage is reused from line to line.
struct TSLine {
  /// A text that is not a series and a label.
  struct Fault: Error {
    /// The offset of the fault.
    let offset: Int
    let problem: String
  }

  /// The bytes of every dimension: values with commas between them.
  private(set) var dimensions: [Range<Int>] = []
  /// The bytes of the label, without blanks and quotes around it; `nil` if there is none.
  private(set) var label: Range<Int>?

  private static let comma = UInt8(ascii: ",")
  private static let colon = UInt8(ascii: ":")

  /// Divides the line `range` of `bytes`.
  ///
  /// - Throws: `Fault` if it does not have the form that the header describes.
  mutating func divide<Text: RandomAccessCollection<UInt8>>(
    _ bytes: Text, _ range: Range<Int>, _ header: TSHeader
  ) throws(Fault) where Text.Index == Int {
    dimensions.removeAll(keepingCapacity: true)
    label = nil
    switch (header.format, header.isRelational) {
    case (.ts, _): try divideAtColons(bytes, range, header)
    case (.arff, true): try divideQuoted(bytes, range, header)
    case (.arff, false): try divideAtLastComma(bytes, range, header)
    }
  }

  private mutating func divideAtColons<Text: RandomAccessCollection<UInt8>>(
    _ bytes: Text, _ range: Range<Int>, _ header: TSHeader
  ) throws(Fault) where Text.Index == Int {
    var start = range.lowerBound
    var offset = start
    while offset < range.upperBound {
      if bytes[offset] == Self.colon {
        dimensions.append(start..<offset)
        start = offset &+ 1
      }
      offset &+= 1
    }
    guard header.hasLabels else {
      dimensions.append(start..<range.upperBound)
      return
    }
    guard !dimensions.isEmpty else {
      throw Fault(
        offset: range.upperBound,
        problem:
          "the series has no label: expected \(Self.words(header.labels)) after the last colon of the line, found no colon"
      )
    }
    label = Self.trimmed(bytes, start..<range.upperBound)
  }

  private mutating func divideAtLastComma<Text: RandomAccessCollection<UInt8>>(
    _ bytes: Text, _ range: Range<Int>, _ header: TSHeader
  ) throws(Fault) where Text.Index == Int {
    if range.first.map({ bytes[$0] == UInt8(ascii: "{") }) == true {
      throw Fault(
        offset: range.lowerBound,
        problem:
          "the line is sparse: expected a value for every step, found pairs in braces; write all values")
    }
    guard header.hasLabels else {
      dimensions.append(range)
      return
    }
    var end = range.upperBound
    let text = Self.trimmed(bytes, range)
    // A label in quotes may contain commas.
    if let last = text.last, Self.isQuote(bytes[last]),
      let open = bytes[text.lowerBound..<last].lastIndex(of: bytes[last])
    {
      end = open
    }
    guard let comma = bytes[range.lowerBound..<end].lastIndex(of: Self.comma) else {
      throw Fault(
        offset: range.upperBound,
        problem:
          "the series has no label: expected \(Self.words(header.labels)) after the last comma of the line, found no comma"
      )
    }
    dimensions.append(range.lowerBound..<comma)
    label = Self.unquoted(bytes, (comma + 1)..<range.upperBound)
  }

  private mutating func divideQuoted<Text: RandomAccessCollection<UInt8>>(
    _ bytes: Text, _ range: Range<Int>, _ header: TSHeader
  ) throws(Fault) where Text.Index == Int {
    let text = Self.trimmed(bytes, range)
    guard let open = text.first, Self.isQuote(bytes[open]) else {
      throw Fault(
        offset: text.lowerBound,
        problem:
          "the series is not in quotes: expected its dimensions in one pair of quotes, with \\n between them, found none"
      )
    }
    guard let close = bytes[(open + 1)..<text.upperBound].firstIndex(of: bytes[open]) else {
      throw Fault(
        offset: open,
        problem: "the quote is not closed: expected another one in the line, found its end; complete the line"
      )
    }
    var start = open + 1
    var offset = start
    while offset < close {
      // The two characters \n, as the format writes a line ending in a text.
      if bytes[offset] == UInt8(ascii: "\\"), bytes[offset &+ 1] == UInt8(ascii: "n") {
        dimensions.append(start..<offset)
        start = offset &+ 2
        offset = start
      } else {
        offset &+= 1
      }
    }
    dimensions.append(start..<close)
    let rest = Self.trimmed(bytes, (close + 1)..<text.upperBound)
    guard header.hasLabels else {
      guard rest.isEmpty else {
        throw Fault(
          offset: rest.lowerBound,
          problem:
            "there is a text after the series: expected the end of the line, since the header has no other attribute, found a text"
        )
      }
      return
    }
    guard let comma = rest.first, bytes[comma] == Self.comma else {
      throw Fault(
        offset: min(close + 1, range.upperBound),
        problem:
          "the series has no label: expected a comma and \(Self.words(header.labels)) after the quote, found none"
      )
    }
    label = Self.unquoted(bytes, (comma + 1)..<text.upperBound)
  }

  private static func words(_ labels: TSHeader.Labels) -> String {
    labels == .numbers ? "a number" : "a class"
  }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
  }

  /// Returns the range without blanks at its ends.
  static func trimmed<Text: RandomAccessCollection<UInt8>>(_ bytes: Text, _ range: Range<Int>) -> Range<Int>
  where Text.Index == Int {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isBlank(bytes[start]) { start += 1 }
    while start < end, isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  /// Returns the range without blanks at its ends, and without quotes inside these.
  private static func unquoted<Text: RandomAccessCollection<UInt8>>(_ bytes: Text, _ range: Range<Int>)
    -> Range<Int> where Text.Index == Int
  {
    let text = trimmed(bytes, range)
    guard text.count > 1, isQuote(bytes[text.lowerBound]),
      bytes[text.upperBound - 1] == bytes[text.lowerBound]
    else { return text }
    return (text.lowerBound + 1)..<(text.upperBound - 1)
  }

  /// Returns the values of a dimension, each without the blanks around it.
  static func values<Text: RandomAccessCollection<UInt8>>(_ bytes: Text, _ dimension: Range<Int>) -> [Range<
    Int
  >]
  where Text.Index == Int {
    var values: [Range<Int>] = []
    var start = dimension.lowerBound
    for offset in dimension where bytes[offset] == comma {
      values.append(trimmed(bytes, start..<offset))
      start = offset + 1
    }
    values.append(trimmed(bytes, start..<dimension.upperBound))
    return values
  }

  /// Returns the number of values of a dimension.
  static func valueCount<Text: RandomAccessCollection<UInt8>>(_ bytes: Text, _ dimension: Range<Int>) -> Int
  where Text.Index == Int {
    var count = 1
    var offset = dimension.lowerBound
    while offset < dimension.upperBound {
      if bytes[offset] == comma { count &+= 1 }
      offset &+= 1
    }
    return count
  }
}
