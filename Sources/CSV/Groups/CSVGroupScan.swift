import Platform
import Sequences

/// Scans one file from start to end, and finds where its sequences begin and end.
///
/// In a line without quotes, only the key is examined; numbers are not parsed. Lines are examined in the
/// reader's block (`FileLines`) and never stored, so files of gigabytes can be scanned.
struct CSVGroupScan {
  private(set) var groups: [CSVGroup] = []
  /// The keys of `groups` if a column distinguishes them; otherwise empty.
  private(set) var keys: [String] = []

  private let file: Int
  private let path: String
  private let schema: CSVFileSchema
  private let delimiter: UInt8
  private let separator: [UInt8]?
  private let rowLimit: Int
  private let remainder: CSVGrouping.Remainder
  private let lines = FileLines()
  private var location = CSVLocation()
  /// The text that was scanned; `nil` before.
  private(set) var text: TextFile?
  /// The key of the last group, as bytes.
  private var key: [UInt8] = []
  /// The number of rows of the last group, without blank lines.
  private var rowCount = 0
  /// True if the next row belongs to the last group, unless its key differs.
  private var isOpen = false
  /// The position of the first blank line after the last row; a row may follow it only if the policy permits.
  private var blank: CSVLocation?
  /// The position of the last separator that no row has followed yet.
  private var lastSeparator: CSVLocation?

  init(file: Int, path: String, schema: CSVFileSchema, rule: CSVGrouping) {
    (self.file, self.path, self.schema) = (file, path, schema)
    delimiter = schema.format.delimiter
    separator = if case .separator(let text) = rule { Array(text.utf8) } else { nil }
    if case .rows(let count, let remainder) = rule {
      (rowLimit, self.remainder) = (count, remainder)
    } else {
      (rowLimit, remainder) = (.max, .keep)
    }
  }

  /// Reads the whole file.
  ///
  /// - Parameter spool: Where the text of a compressed file is kept.
  mutating func run(keepingIn spool: TextSpool) throws {
    let mapped = try MappedText(path, schema.versions, in: spool)
    text = mapped.text
    location = try mapped.withBytes { bytes in
      try ForeignContent.check(bytes, path: path, schema.format)
      return try schema.start(of: bytes) ?? schema.rows(path: path, bytes: bytes).location
    }
    lines.open(mapped.text.file, at: location.offset)
    defer { lines.close() }
    while let line = try lines.next() { try take(line) }
    guard let last = groups.last else { throw fault(from: location) }
    guard rowCount < rowLimit, rowLimit != .max, remainder != .keep else { return }
    groups.removeLast()
    if remainder == .refuse {
      throw RecordError(
        .lengths, path: path, line: last.line,
        "the last sequence is too short: expected \(rowLimit) rows, found \(rowCount); add rows, or keep or drop "
          + "the remainder (\(Remedy.keepRemainder), \(Remedy.dropRemainder))")
    }
  }

  private mutating func take(_ line: UnsafeRawBufferPointer) throws {
    let start = location
    advance(over: line)
    let text = Self.withoutEnd(line)
    if let separator, text.elementsEqual(separator) { return try takeSeparator(start) }
    if isBlank(text) {
      blank = blank ?? start
      return
    }
    if let blank, !schema.passesBlankLines { throw fault(from: blank) }
    if offsetOf(UInt8(ascii: "\""), in: text) != nil { return try takeQuoted(line, start) }
    guard let column = schema.keyField else { return try addRow(at: start) }
    var rest = 0
    for _ in 0..<column {
      guard let end = offsetOf(delimiter, in: text, from: rest) else {
        throw fault(from: start)
      }
      rest = end + 1
    }
    // Most rows have the key of the previous row: two comparisons replace a search and a copy.
    let same = rest + key.count
    if isOpen, same == text.count || (same < text.count && text[same] == delimiter),
      hasBytes(text, key, at: rest)
    {
      return extend(start)
    }
    let end = offsetOf(delimiter, in: text, from: rest) ?? text.count
    try addRow(at: start, key: trimmed(UnsafeRawBufferPointer(rebasing: text[rest..<end])))
  }

  /// Takes a row with quotes, which may continue over several lines.
  private mutating func takeQuoted(_ line: UnsafeRawBufferPointer, _ start: CSVLocation) throws {
    var row = CSVQuotedRow(delimiter: schema.format.delimiter, requestedField: schema.keyField)
    var isWhole = try take(line, of: &row, start)
    while !isWhole, let line = try lines.next() {
      advance(over: line)
      isWhole = try take(line, of: &row, start)
    }
    guard isWhole || row.endsWithFile else { throw fault(from: start) }
    guard schema.keyField != nil else { return try addRow(at: start) }
    guard let key = row.text else { throw fault(from: start) }
    try addRow(at: start, key: key)
  }

  private func take(_ line: UnsafeRawBufferPointer, of row: inout CSVQuotedRow, _ start: CSVLocation) throws
    -> Bool
  {
    guard let isWhole = row.take(line) else { throw fault(from: start) }
    return isWhole
  }

  private mutating func takeSeparator(_ start: CSVLocation) throws {
    if let blank, !schema.passesBlankLines { throw fault(from: blank) }
    blank = nil
    if let lastSeparator {
      // Any number of empty lines may end a file.
      guard separator?.isEmpty ?? false else {
        throw RecordError(
          .empty, path: path, line: start.line,
          "the sequence between two separators has no rows: expected at least one row after line "
            + "\(lastSeparator.line), found another separator; remove one of them")
      }
      blank = lastSeparator
    }
    isOpen = false
    lastSeparator = start
  }

  private mutating func addRow(at start: CSVLocation, key text: some Collection<UInt8>) throws {
    if isOpen && text.count == key.count && text.elementsEqual(key) { return extend(start) }
    guard !text.isEmpty else {
      throw RecordError(
        .missingValue, path: path, line: start.line,
        "the row has no key: expected a text in the column to group by, found an empty field; fill it in")
    }
    guard let name = String(validating: text, as: UTF8.self) else {
      throw RecordError(
        .malformed, path: path, line: start.line, text: escapedText(text),
        "the key is not UTF-8 text: expected UTF-8, found \"\(escapedText(text))\"; convert the file to UTF-8"
      )
    }
    key = Array(text)
    keys.append(name)
    begin(start)
  }

  private mutating func addRow(at start: CSVLocation) throws {
    if isOpen { extend(start) } else { begin(start) }
    if rowCount == rowLimit { isOpen = false }
  }

  private mutating func begin(_ start: CSVLocation) {
    // Blank lines before its first row belong to the sequence, so that its ledger includes them.
    let first = blank ?? start
    groups.append(
      CSVGroup(
        file: Int32(file), offset: first.offset, line: first.line, end: location.offset,
        rowCount: start.line - first.line + 1))
    rowCount = 1
    isOpen = true
    (lastSeparator, blank) = (nil, nil)
  }

  private mutating func extend(_ start: CSVLocation) {
    groups[groups.count - 1].end = location.offset
    groups[groups.count - 1].rowCount += start.line - (blank ?? start).line + 1
    rowCount += 1
    blank = nil
  }

  private mutating func advance(over line: UnsafeRawBufferPointer) {
    location = CSVLocation(offset: location.offset + line.count, line: location.line + 1)
  }

  /// Returns true if a line has only blanks that are not delimiters, as libcsv defines it.
  private func isBlank(_ text: UnsafeRawBufferPointer) -> Bool {
    if let first = text.first, first > 0x20 { return false }
    return text.allSatisfy { ($0 == 0x20 || $0 == 0x09) && $0 != delimiter }
  }

  /// Returns the fault of the row at `location`, by reading it slowly in the mapped file.
  private func fault(from location: CSVLocation) -> any Error {
    do {
      let text = if let known = self.text { known } else { try TextFile(path, schema.versions) }
      return try MappedText(text).withBytes {
        schema.fault(path: path, bytes: $0, from: location)
      }
    } catch {
      return error
    }
  }
}

extension CSVGroupScan {
  /// Returns `line` without its line feed and the carriage return before it.
  static func withoutEnd(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var count = line.count
    if count > 0 && line[count - 1] == 0x0A { count -= 1 }
    if count > 0 && line[count - 1] == 0x0D { count -= 1 }
    return UnsafeRawBufferPointer(rebasing: line[..<count])
  }

  /// Returns the position after the separator at `location`, if there is one.
  static func location<Bytes: RandomAccessCollection<UInt8>>(
    in bytes: Bytes, after separator: [UInt8], from location: CSVLocation
  ) -> CSVLocation where Bytes.Index == Int {
    for end in [[0x0A], [0x0D, 0x0A]] as [[UInt8]]
    where bytes.dropFirst(location.offset).starts(with: separator + end) {
      return CSVLocation(offset: location.offset + separator.count + end.count, line: location.line + 1)
    }
    return location
  }
}
