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
  /// The number of rows at the end of the file that are too few for a sequence and are dropped.
  private(set) var droppedRowCount = 0
  /// The runs of rows and the group of each, if rows are scattered; otherwise empty.
  private(set) var runs: [CSVRun] = []
  private(set) var owners: [UInt32] = []

  private let file: Int
  private let path: String
  private let schema: CSVFileSchema
  private let delimiter: UInt8
  private let quote: UInt8
  private let separator: [UInt8]?
  private let rowLimit: Int
  private let remainder: CSVGrouping.Remainder
  private let lines = FileLines()
  /// The fields of keys, in the order of the file, with their places in the key.
  private let keyFields: [(field: Int, place: Int)]
  private let transcoder: CSVTranscoder?
  /// True if a key is the text of one field, and nothing else.
  private let isKeyAlone: Bool
  /// True if the first field of a row is its key, and nothing else.
  private let beginsWithKey: Bool
  /// The group of every key, if rows are scattered.
  private var groupOfKey: [[UInt8]: Int]?
  /// The texts of the key of a row, one after the other, and where each ends.
  private var texts: [UInt8] = []
  private var ends: [Int]
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
  /// The position of the first row of delimiters alone after the last row.
  private var blankRow: CSVLocation?
  /// The position of the last separator that no row has followed yet.
  private var lastSeparator: CSVLocation?

  init(file: Int, path: String, schema: CSVFileSchema, rule: CSVGrouping, areKeysOfFiles: Bool) {
    (self.file, self.path, self.schema) = (file, path, schema)
    delimiter = schema.format.delimiter
    quote = schema.format.quote
    keyFields = schema.keyFields.enumerated().map { ($1, $0) }.sorted { $0.field < $1.field }
    ends = Array(repeating: 0, count: schema.keyFields.count)
    transcoder = CSVTranscoder(schema.format)
    isKeyAlone = schema.keyFields.count == 1 && !areKeysOfFiles
    beginsWithKey = schema.keyFields == [0]
    groupOfKey = rule.isScattered ? [:] : nil
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
    lines.open(mapped.text.file, at: location.offset, schema.format.decoder.lineFeed)
    defer { lines.close() }
    while let line = try lines.next() { try take(line) }
    if let blankRow, !schema.passesBlankLines { throw fault(from: blankRow) }
    guard let last = groups.last else { throw fault(from: location) }
    guard rowCount < rowLimit, rowLimit != .max, remainder != .keep else { return }
    groups.removeLast()
    droppedRowCount = rowCount
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
    guard let transcoder else { return try take(line, from: start) }
    guard try transcoder.withPlainText(of: line, { try take($0, from: start) }) != nil else {
      throw fault(from: start)
    }
  }

  /// Takes a line, as UTF-8 with one delimiter between fields, that begins at `start`.
  private mutating func take(_ line: UnsafeRawBufferPointer, from start: CSVLocation) throws {
    // Most rows begin with the key of the row before.
    if beginsWithKey, isOpen, blank == nil, key.count < line.count, line[key.count] == delimiter,
      hasBytes(line, key, at: 0), offsetOf(quote, in: line) == nil
    {
      return extend(start)
    }
    let text = Self.withoutEnd(line)
    if let separator, text.elementsEqual(separator) { return try takeSeparator(start) }
    if isBlank(text) {
      blank = blank ?? start
      return
    }
    if !keyFields.isEmpty, hasOnlyDelimiters(text) {
      (blank, blankRow) = (blank ?? start, blankRow ?? start)
      return
    }
    if let blank, !schema.passesBlankLines { throw fault(from: blank) }
    if offsetOf(quote, in: text) != nil { return try takeQuoted(line, start) }
    guard let column = keyFields.first?.field else { return try addRow(at: start) }
    if keyFields.count > 1 { return try takeKey(of: text, start) }
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

  /// Takes a row whose key consists of several fields.
  private mutating func takeKey(of text: UnsafeRawBufferPointer, _ start: CSVLocation) throws {
    var (field, rest) = (0, 0)
    texts.removeAll(keepingCapacity: true)
    for (wanted, place) in keyFields {
      while field < wanted {
        guard let end = offsetOf(delimiter, in: text, from: rest) else { throw fault(from: start) }
        (field, rest) = (field + 1, end + 1)
      }
      let end = offsetOf(delimiter, in: text, from: rest) ?? text.count
      texts += trimmed(UnsafeRawBufferPointer(rebasing: text[rest..<end]))
      ends[place] = texts.count
    }
    try addRow(at: start, key: joined())
  }

  /// The key of `texts`, as bytes that differ for different keys.
  private func joined() -> [UInt8] {
    var key = texts
    // The lengths of the texts, which are in the order of the fields.
    for (_, place) in keyFields { key += Array("\(ends[place]),".utf8) }
    return key
  }

  /// The texts of the key, in the order of the columns to group by.
  private func keyTexts() -> [ArraySlice<UInt8>] {
    var found = [ArraySlice<UInt8>](repeating: [], count: keyFields.count)
    var start = 0
    for (_, place) in keyFields {
      found[place] = texts[start..<ends[place]]
      start = ends[place]
    }
    return found
  }

  /// Takes a row with quotes, which may continue over several lines.
  private mutating func takeQuoted(_ line: UnsafeRawBufferPointer, _ start: CSVLocation) throws {
    var row = CSVQuotedRow(delimiter: delimiter, requestedFields: keyFields.map(\.field))
    var isWhole = try take(line, of: &row, start)
    while !isWhole, let line = try lines.next() {
      advance(over: line)
      if let transcoder {
        guard let ended = try transcoder.withPlainText(of: line, { try take($0, of: &row, start) }) else {
          throw fault(from: start)
        }
        isWhole = ended
      } else {
        isWhole = try take(line, of: &row, start)
      }
    }
    guard isWhole || row.endsWithFile else { throw fault(from: start) }
    guard let first = keyFields.first else { return try addRow(at: start) }
    guard row.texts.count == keyFields.count, let key = row.texts[first.field] else {
      throw fault(from: start)
    }
    if keyFields.count == 1 { return try addRow(at: start, key: key) }
    texts.removeAll(keepingCapacity: true)
    for (field, place) in keyFields {
      texts += row.texts[field] ?? []
      ends[place] = texts.count
    }
    try addRow(at: start, key: joined())
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
    key = Array(text)
    if let known = groupOfKey?[key] { return addRun(start, to: known) }
    var names: [String] = []
    for text in keyFields.count == 1 ? [key[...]] : keyTexts() {
      guard !text.isEmpty else {
        throw RecordError(
          .missingValue, path: path, line: start.line,
          "the row has no key: expected a text in the column to group by, found an empty field; fill it in")
      }
      guard let name = String(validating: text, as: UTF8.self) else {
        throw RecordError(
          .malformed, path: path, line: start.line, text: escapedText(text),
          "the key is not UTF-8 text: expected UTF-8, found \"\(escapedText(text))\"; name its encoding "
            + "(\(Remedy.encoding("latin1")))")
      }
      names.append(name)
    }
    keys.append(isKeyAlone ? names[0] : CSVGrouping.key(names))
    groupOfKey?[key] = groups.count
    begin(start)
  }

  /// Adds a row to a group that has rows further up.
  private mutating func addRun(_ start: CSVLocation, to group: Int) {
    owners.append(UInt32(group))
    runs.append(run(from: blank ?? start))
    extend(start)
  }

  private func run(from first: CSVLocation) -> CSVRun {
    CSVRun(
      offset: first.offset, byteCount: UInt32(clamping: location.offset - first.offset),
      line: UInt32(truncatingIfNeeded: first.line))
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
    if groupOfKey != nil {
      owners.append(UInt32(groups.count - 1))
      runs.append(run(from: first))
    }
    rowCount = 1
    isOpen = true
    (lastSeparator, blank, blankRow) = (nil, nil, nil)
  }

  private mutating func extend(_ start: CSVLocation) {
    var group = groups.count - 1
    if let owner = owners.last {
      group = Int(owner)
      let last = runs.count - 1
      let length = location.offset - runs[last].offset
      if length <= UInt32.max {
        runs[last].byteCount = UInt32(length)
      } else {
        owners.append(owner)
        runs.append(run(from: blank ?? start))
      }
    }
    groups[group].end = location.offset
    groups[group].rowCount += start.line - (blank ?? start).line + 1
    rowCount += 1
    (blank, blankRow) = (nil, nil)
  }

  /// Returns true if a line with a key column has no value at all.
  private func hasOnlyDelimiters(_ text: UnsafeRawBufferPointer) -> Bool {
    if let first = text.first, first != delimiter && first != 0x20 && first != 0x09 { return false }
    return text.allSatisfy { $0 == delimiter || $0 == 0x20 || $0 == 0x09 }
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

/// The first fields of rows that end with fields that are no values.
struct CSVFirstFields {
  let parser: CSVParser
  private let count: Int
  private let delimiter, quote: UInt8

  /// Makes the fields of files with `schema`; `nil` if rows end with a value, or must be rewritten.
  init?(_ schema: CSVFileSchema) {
    guard !schema.format.isTranscoded, !schema.differsByFile, let layout = schema.layout.withoutDroppedEnd
    else { return nil }
    parser = CSVParser(schema.format, layout: layout)
    (count, delimiter, quote) = (layout.roles.count, schema.format.delimiter, schema.format.quote)
  }

  /// Returns the fields without the delimiter after them; `nil` if there are fewer, or quotes among them.
  func text(of row: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var end = -1
    for _ in 0..<count {
      guard let next = offsetOf(delimiter, in: row, from: end + 1) else { return nil }
      end = next
    }
    let fields = UnsafeRawBufferPointer(rebasing: row[..<end])
    return offsetOf(quote, in: fields) == nil && offsetOf(0x0A, in: fields) == nil ? fields : nil
  }
}
