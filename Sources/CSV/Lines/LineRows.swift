import Platform
import Sequences

/// The lines of one file, each split by a pattern, as rows of text.
struct LineRows: CSVRows {
  let path: String
  let format: CSVDialect
  private(set) var names: [String]?
  private(set) var blankLines: [ClosedRange<Int>] = []
  private(set) var rowStart: CSVLocation
  private let bytes: [UInt8]
  private let pattern: LinePattern
  private let patternText: String
  private let passesBlankLines: Bool
  private var location: CSVLocation
  private var newBlankLines: [ClosedRange<Int>] = []

  init(path: String, bytes: [UInt8], _ lines: LineFormat, pattern: LinePattern, passesBlankLines: Bool) {
    (self.path, self.bytes, self.pattern) = (path, bytes, pattern)
    (names, patternText) = (lines.names, lines.pattern)
    self.passesBlankLines = passesBlankLines
    format = lines.format.resolved(for: bytes)
    location = format.start(of: bytes)
    rowStart = location
  }

  var rest: Self { self }

  /// Returns the next line that is not blank; a line that does not match has no fields.
  ///
  /// - Throws: `RecordError` if the line is not UTF-8, or follows a blank line.
  mutating func next() throws(RecordError) -> CSVTextRow? {
    while location.offset < bytes.count {
      let start = location
      let end = format.decoder.lineEnd(in: bytes, from: start.offset) ?? bytes.count
      location = CSVLocation(offset: end, line: start.line + 1)
      var text = format.decoder.text(of: bytes[start.offset..<end])[...]
      if text.last == 0x0A { text = text.dropLast() }
      if text.last == 0x0D { text = text.dropLast() }
      if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
        newBlankLines.append(line: start.line)
        continue
      }
      rowStart = start
      if let lines = newBlankLines.first, !passesBlankLines { throw blank(lines.lowerBound) }
      (blankLines, newBlankLines) = (newBlankLines, [])
      return try row(text, at: start)
    }
    return nil
  }

  private mutating func row(_ text: ArraySlice<UInt8>, at start: CSVLocation) throws(RecordError)
    -> CSVTextRow
  {
    guard let line = String(validating: text, as: UTF8.self) else {
      throw RecordError(
        .malformed, path: path, line: start.line, text: escapedText(text),
        "the line is not UTF-8 text: expected UTF-8, found \"\(escapedText(text))\"; convert the file to UTF-8"
      )
    }
    var groups: [(name: String?, text: [UInt8], start: Int)]?
    do {
      groups = try pattern.groups(of: line)
    } catch {
      throw RecordError(
        .noMatch, path: path, line: start.line, text: escapedText(text),
        "the pattern cannot be matched: \(error)")
    }
    guard let groups else {
      return CSVTextRow(fields: [], fieldCount: 0, location: start, lastLine: start.line)
    }
    if names == nil { names = groups.enumerated().map { $1.name ?? String($0) } }
    let fields = groups.map { group in
      CSVTextField(
        text: Array(trimmed(group.text)),
        location: CSVLocation(
          offset: start.offset + format.decoder.width(of: group.start, in: bytes[start.offset...]),
          line: start.line,
          column: start.column + format.decoder.width(of: group.start, in: bytes[start.offset...])))
    }
    return CSVTextRow(fields: fields, fieldCount: fields.count, location: start, lastLine: start.line)
  }

  /// Checks that the pattern matched.
  func checkShape(_ row: CSVTextRow, expected: Int, _ basis: CSVCountBasis) throws(RecordError) {
    if row.fields.isEmpty { throw noMatch(row) }
  }

  /// Returns the error about a line that does not match.
  func noMatch(_ row: CSVTextRow) -> RecordError {
    let end = format.decoder.lineEnd(in: bytes, from: row.location.offset) ?? bytes.count
    let text = format.decoder.text(of: bytes[row.location.offset..<end]).prefix { $0 != 0x0A && $0 != 0x0D }
    return RecordError(
      .noMatch, path: path, line: row.location.line, text: escapedText(text),
      "the line does not match: expected the pattern \(escapedText(patternText.utf8, limit: nil)) to take all of it, found "
        + "\"\(escapedText(text))\"; correct the pattern, or leave such lines out (\(Remedy.skipUnmatched))"
    )
  }

  /// Returns the error about a file without rows.
  func empty() -> RecordError {
    RecordError(
      .empty, path: path,
      "the file has no lines: expected at least one"
        + (format.skippedLines > 0 ? " after \(format.skippedLines) skipped ones" : "")
        + ", found none that is not blank; fill the file or leave it out")
  }
}

/// The rule that splits the lines of all files of a reader.
struct LineFormat: Sendable {
  let format: CSVDialect
  /// The regular expression.
  let pattern: String
  /// The names of the groups: those in the pattern, or 0-based indices; `nil` while they are not known.
  var names: [String]?
}
