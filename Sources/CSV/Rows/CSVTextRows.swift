import Platform
import Sequences

/// One field, with its position.
struct CSVTextField {
  /// The text, unquoted, and without the blanks around unquoted text.
  var text: [UInt8]
  /// The position after the preceding delimiter or line ending.
  var location: CSVLocation
}

/// One row, with its position.
struct CSVTextRow {
  /// The fields; if there are more than `fieldLimit`, only the first ones.
  var fields: [CSVTextField]
  /// The number of all fields.
  var fieldCount: Int
  /// The position of the row.
  var location: CSVLocation
  /// The line on which it ends, a later one if a quoted field contains line endings.
  var lastLine: Int
}

/// The rows of one file as text, read byte by byte: slow, but with every position.
///
/// `Bytes` are indexed from 0: an array, or a mapped file.
struct CSVTextRows<Bytes: RandomAccessCollection<UInt8>>: CSVRows where Bytes.Index == Int {
  let path: String
  let bytes: Bytes
  let format: CSVDialect
  /// The column names, after a header was read; used in messages.
  var names: [String]?
  /// The number of fields of a row that are kept, at least 1; further fields are only counted.
  ///
  /// So an unexpected line of a million fields is reported without a million texts in memory.
  var fieldLimit = Int.max
  /// True if rows arrive one by one, as from a pipe.
  var isLive = false
  /// True if blank lines before a row are permitted.
  var passesBlankLines = false
  /// The blank lines between the current row and the previous one.
  private(set) var blankLines: [ClosedRange<Int>] = []
  /// The position of the current row.
  private(set) var rowStart: CSVLocation
  /// The position of the next byte.
  private(set) var location: CSVLocation

  private let parser: CSVParser
  private var fields: [CSVTextField] = []
  private var fieldCount = 0
  private var fieldStart: CSVLocation
  /// A carriage return outside quotes; only a line feed may follow it.
  private var carriageReturn: CSVLocation?
  /// The blank lines since the last row, or the first of them if no row may follow it.
  private var newBlankLines: [ClosedRange<Int>] = []

  /// Makes the rows of `bytes` after the skipped lines.
  init(path: String, bytes: Bytes, format: CSVDialect) {
    self.init(
      path: path, bytes: bytes, format: format,
      from: CSVLocation.start(of: bytes, skipping: format.skippedLines))
  }

  /// Makes the rows of `bytes` from `location` on, where a row begins.
  init(path: String, bytes: Bytes, format: CSVDialect, from location: CSVLocation) {
    self.path = path
    self.bytes = bytes
    self.format = format
    self.location = location
    fieldStart = location
    rowStart = location
    parser = CSVParser(format)
  }

  var rest: Self {
    // A copy would share the parser.
    var rest = Self(path: path, bytes: bytes, format: format, from: location)
    rest.passesBlankLines = true
    return rest
  }

  /// Returns the next row, or `nil` after the last one.
  ///
  /// - Throws: `RecordError` about quotes, line endings and blank lines. Fields are not checked.
  mutating func next() throws(RecordError) -> CSVTextRow? {
    while location.offset < bytes.count {
      let byte = bytes[location.offset]
      if let carriageReturn, byte != 0x0A { throw loneCarriageReturn(carriageReturn) }
      guard let event = parser.push(byte) else { throw badQuote() }
      let here = location
      location.advance(over: byte)
      take(event)
      guard event.endsLine else { continue }
      if byte == 0x0D {
        carriageReturn = here
        continue
      }
      carriageReturn = nil
      if let row = try endLine(here.line) { return row }
    }
    if let carriageReturn { throw loneCarriageReturn(carriageReturn) }
    guard let event = parser.finish() else { throw openQuote() }
    take(event)
    return try endLine(location.line)
  }

  private mutating func take(_ event: CSVEvent) {
    if let text = event.field {
      if fieldCount < fieldLimit { fields.append(CSVTextField(text: text, location: fieldStart)) }
      fieldCount += 1
    }
    if event.field != nil || event.endsLine { fieldStart = location }
  }

  /// Returns the row that ends with `line`, or `nil` if it is blank.
  private mutating func endLine(_ line: Int) throws(RecordError) -> CSVTextRow? {
    fieldStart = location
    guard let first = fields.first else {
      if passesBlankLines || newBlankLines.isEmpty { newBlankLines.append(line: line) }
      return nil
    }
    rowStart = first.location
    if let lines = newBlankLines.first, !passesBlankLines { throw blank(lines.lowerBound) }
    (blankLines, newBlankLines) = (newBlankLines, [])
    defer {
      fields.removeAll(keepingCapacity: true)
      fieldCount = 0
    }
    return CSVTextRow(fields: fields, fieldCount: fieldCount, location: rowStart, lastLine: line)
  }
}

// Faults of quotes and line endings.
extension CSVTextRows {
  private func loneCarriageReturn(_ at: CSVLocation) -> RecordError {
    let next = at.offset + 1
    let found = next < bytes.count ? "\"\(escapedText(bytes[next...].prefix(1)))\"" : "the end of the file"
    return RecordError(
      .malformed, path: path, line: at.line, column: at.column,
      "a carriage return without a line feed: expected a line feed after it, found \(found); "
        + "end lines with a line feed, with or without one carriage return before it")
  }

  private func badQuote() -> RecordError {
    let isQuoted = bytes[fieldStart.offset...].first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: "\"")
    let problem =
      isQuoted
      ? "continues after its closing quote: expected a delimiter or a line end there"
      : "has a quote inside unquoted text: expected quotes around the whole field or none"
    return malformed(problem, "quote the whole field and double the quotes inside it")
  }

  private func openQuote() -> RecordError {
    malformed("has no closing quote: expected one before the end of the file", "close the quote")
  }

  private func malformed(_ problem: String, _ remedy: String) -> RecordError {
    // Through the fault, and then to the apparent end of the field.
    let fault = min(location.offset, bytes.count)
    let end = bytes[fault...].firstIndex { $0 == format.delimiter || $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    return RecordError(
      .malformed, path: path, line: fieldStart.line, column: fieldStart.column,
      "\(name(ofField: fieldCount)) \(problem), found \"\(escapedText(bytes[fieldStart.offset..<end]))\"; "
        + remedy)
  }
}
