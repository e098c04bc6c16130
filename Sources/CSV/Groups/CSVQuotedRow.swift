/// A row with quotes, taken line by line to find its end and the texts of some fields, by libcsv's strict rules.
struct CSVQuotedRow {
  private enum State { case start, unquoted, quoted, quote, afterQuote }

  private let delimiter: UInt8
  private let requestedFields: [Int]
  private var state = State.start
  private var field = 0
  private var buffer: [UInt8] = []
  /// The texts of the requested fields that have ended.
  private(set) var texts: [Int: [UInt8]] = [:]

  init(delimiter: UInt8, requestedFields: [Int]) {
    (self.delimiter, self.requestedFields) = (delimiter, requestedFields)
  }

  /// Takes the next line, including its line feed.
  ///
  /// - Returns: True if the row ends with it; `nil` if there is a quote in an invalid location.
  mutating func take(_ line: some Sequence<UInt8>) -> Bool? {
    for byte in line {
      let isEnd = byte == 0x0A || byte == 0x0D
      let isBlank = byte == 0x20 || byte == 0x09
      switch state {
      case .quoted:
        if byte == UInt8(ascii: "\"") { state = .quote } else { keep(byte) }
      case .quote where byte == UInt8(ascii: "\""):
        keep(byte)
        state = .quoted
      case _ where byte == delimiter || isEnd:
        endField()
        if byte == 0x0A { return true }
      case .start where isBlank: break
      case .start where byte == UInt8(ascii: "\""): state = .quoted
      case .start, .unquoted:
        if byte == UInt8(ascii: "\"") { return nil }
        keep(byte)
        state = .unquoted
      case .quote where isBlank, .afterQuote where isBlank: state = .afterQuote
      case .quote, .afterQuote: return nil
      }
    }
    return false
  }

  /// True if the file may end here, which then ends the row.
  var endsWithFile: Bool {
    mutating get {
      if state == .quoted { return false }
      endField()
      return true
    }
  }

  private mutating func keep(_ byte: UInt8) {
    if requestedFields.contains(field) { buffer.append(byte) }
  }

  private mutating func endField() {
    if requestedFields.contains(field) {
      texts[field] = state == .unquoted ? Array(trimmed(buffer)) : buffer
      buffer = []
    }
    field += 1
    state = .start
  }
}
