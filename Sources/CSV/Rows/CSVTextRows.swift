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

  /// True if all fields are empty.
  var isBlank: Bool { fields.allSatisfy { trimmed($0.text).isEmpty } }
}

/// A part of a file among other parts: the offset of its first byte among them, and its line in the file.
struct CSVPart: Sendable, Hashable {
  var offset, line: Int
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
  /// True if the flags for faulty rows of data files do not apply: rows arrive one by one, or are those of a table.
  var isLive = false
  /// Any column can be a key.
  var canBeGrouped: Bool { !isLive }
  /// True if a row is a whole series.
  var areSeries = false
  /// True if blank lines before a row are permitted.
  var passesBlankLines = false
  /// The blank lines between the current row and the previous one.
  private(set) var blankLines: [ClosedRange<Int>] = []
  /// The position of the current row.
  private(set) var rowStart: CSVLocation
  /// The position of the next byte.
  private(set) var location: CSVLocation
  /// The lines of parts of `bytes` that do not follow each other in the file, by increasing offset; usually none.
  var parts: [CSVPart] = [] {
    didSet { jump() }
  }

  private let parser: CSVParser
  /// The fields between runs of blanks; `nil` if another byte separates fields.
  private var runs: BlankRuns?
  private var nextPart = 0
  private var fields: [CSVTextField] = []
  private var fieldCount = 0
  private var fieldStart: CSVLocation
  /// A carriage return outside quotes; only a line feed may follow it.
  private var carriageReturn: CSVLocation?
  /// The blank lines since the last row, or the first of them if no row may follow it.
  private var newBlankLines: [ClosedRange<Int>] = []

  /// Makes the rows of `bytes` after the skipped lines.
  init(path: String, bytes: Bytes, format: CSVDialect) {
    self.init(path: path, bytes: bytes, format: format.resolved(for: bytes), from: format.start(of: bytes))
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
    runs = format.joinsBlanks ? BlankRuns(quote: format.quote) : nil
  }

  var rest: Self {
    // A copy would share the parser.
    var rest = Self(path: path, bytes: bytes, format: format, from: location)
    rest.parts = parts
    rest.passesBlankLines = true
    return rest
  }

  /// Returns the next row, or `nil` after the last one.
  ///
  /// - Throws: `RecordError` about quotes, line endings and blank lines. Fields are not checked.
  mutating func next() throws(RecordError) -> CSVTextRow? {
    while location.offset < bytes.count {
      guard let unit = format.decoder.unit(in: bytes, at: location.offset) else { throw noCharacter() }
      let byte = unit.first
      if let carriageReturn, byte != 0x0A { throw loneCarriageReturn(carriageReturn) }
      let here = location
      switch runs?.take(byte) ?? .keep {
      case .keep: break
      case .skip:
        location.advance(over: byte, width: unit.width)
        // Blanks before the first field are not a part of it.
        if fields.isEmpty, fieldStart == here { fieldStart = location }
        continue
      case .begin:
        guard let event = parser.push(format.delimiter) else { throw badQuote() }
        take(event)
      }
      guard var event = parser.push(byte) else { throw badQuote() }
      for index in 1..<max(1, unit.count) {
        guard let last = parser.push(unit[index]) else { throw badQuote() }
        event = last
      }
      location.advance(over: byte, width: unit.width)
      take(event)
      guard event.endsLine else { continue }
      if byte == 0x0D {
        carriageReturn = here
        continue
      }
      carriageReturn = nil
      let line = here.line
      jump()
      if let row = try endLine(line) { return row }
    }
    if let carriageReturn { throw loneCarriageReturn(carriageReturn) }
    guard let event = parser.finish() else { throw openQuote() }
    take(event)
    return try endLine(location.line)
  }

  /// Moves to the next part, where the last one has ended.
  private mutating func jump() {
    while nextPart < parts.count, parts[nextPart].offset <= location.offset {
      if parts[nextPart].offset == location.offset { location.line = parts[nextPart].line }
      nextPart += 1
    }
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

  private func noCharacter() -> RecordError {
    let found = bytes[location.offset...].prefix(format.decoder.asciiWidth)
    return RecordError(
      .malformed, path: path, line: location.line, column: location.column,
      "\(name(ofField: fieldCount)) is not text in \(format.notation.encoding.rawValue): expected a character, found the "
        + "bytes \"\(escapedText(found))\"; name another encoding (\(Remedy.encoding(format.notation.encoding == .latin1 ? "windows-1252" : "latin1")))"
    )
  }

  private func badQuote() -> RecordError {
    if format.notation.quotes == .none {
      return malformed(
        "has the byte 0xFF, which is in no UTF-8 text: expected a character",
        "name its encoding (\(Remedy.encoding("latin1")))")
    }
    let start = format.decoder.text(of: bytes[fieldStart.offset...].prefix(256))
    let isQuoted = start.first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: "\"")
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
      "\(name(ofField: fieldCount)) \(problem), found \"\(escapedText(format.decoder.text(of: bytes[fieldStart.offset..<end])))\"; "
        + remedy)
  }
}
