import Sequences

/// What all files of a reader share, as its first file has it.
struct CSVSchema: Sendable {
  let format: CSVDialect
  /// The first file, which the others are compared with.
  let path: String
  /// The header's names, or `nil` without a header.
  let names: [String]?
  /// The number of fields of a row.
  let fieldCount: Int
  /// The fields that are values, and what they become.
  let layout: ResolvedColumns
  /// The line of the first row of the first file.
  let firstRowLine: Int
  /// The field that tells sequences apart and is no value; `nil` where there is none.
  let keyField: Int?
  /// The header's bytes with its line end; empty without a header.
  ///
  /// A file that begins with the very same bytes has the same names, and they need not be parsed.
  let headerBytes: [UInt8]
  /// The number of lines that the header takes.
  let headerLines: Int
  /// What is done about faults in rows.
  let policy: ErrorPolicy

  /// Reads the schema off the first file.
  ///
  /// - Parameters:
  ///   - checksFirstRow: False where the first row is one of several sequences': it is then at fault when that is read.
  ///   - firstRow: The place of the first row, given that of the line after the header.
  ///   - keyField: The field that distinguishes sequences and is not a value, given the columns' names and the header's line.
  /// - Throws: `RecordError` when there is no header although there should be, when its names are not
  ///   distinct, or when the first row is at fault and the policy does not mend it or leave it out.
  init<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, format: CSVDialect, columns: CSVColumns = .all, policy: ErrorPolicy = .raise,
    checksFirstRow: Bool = true, firstRow: (CSVPlace) -> CSVPlace? = { _ in nil },
    keyField: ([String], Int) throws(RecordError) -> Int? = { _, _ in nil }
  ) throws(RecordError) where Bytes.Index == Int {
    var rows = CSVTextRows(path: path, bytes: bytes, format: format)
    rows.passesBlankLines = policy[.blankLine] == .skipRow
    var start = rows.place
    names = try rows.readHeader()
    // Behind blank lines, so that a file with such lines is not taken for one without.
    if names != nil, !rows.blankLines.isEmpty { start = rows.rowStart }
    rows.names = names
    headerBytes = Array(bytes[start.offset..<rows.place.offset])
    headerLines = rows.place.line - start.line
    if let place = firstRow(rows.place) {
      rows = CSVTextRows(path: path, bytes: bytes, format: format, from: place)
      rows.names = names
    }
    guard let row = try rows.next() else { throw rows.empty() }
    let isChecked = checksFirstRow || policy.raisesEverything
    if let names, isChecked, !policy.isAboutRows(.columnCount) {
      try rows.checkShape(row, expected: names.count, .header(line: start.line))
    }
    let fileColumns = names ?? row.fields.indices.map { String($0) }
    let key = try keyField(fileColumns, start.line)
    self.keyField = key
    layout = try ResolvedColumns(columns, of: fileColumns, key: key, path: path, line: start.line)
    firstRowLine = row.place.line
    fieldCount = fileColumns.count
    self.format = format
    self.path = path
    self.policy = policy
    var values = CSVFieldValues(format, layout)
    if policy.raisesEverything {
      try rows.checkFields(row, &values, isFirstRow: true)
    } else if isChecked {
      _ = try reading.mended(row, of: rows, &values, .header(line: start.line), isFirstRow: true)
    }
  }

  /// The names of the columns of values.
  var columns: [String] { layout.columns }

  /// The number of columns of values.
  var columnCount: Int { layout.fields.count }

  /// Whether blank lines before rows are passed over, with an entry in the ledger each.
  ///
  /// In a file of one column nobody can tell whether a blank line is no row, or a row whose value is missing: there it stays
  /// an error, or labels would move to other rows.
  var passesBlankLines: Bool { policy[.blankLine] == .skipRow && fieldCount > 1 }

  /// The line at which the rows begin, in every file.
  var firstLine: Int { format.skippedLines + headerLines + 1 }

  /// The first byte behind the header of the file `bytes`.
  ///
  /// - Returns: `nil` when the header does not look as in the first file; it may still hold the same names.
  func start(of bytes: some RandomAccessCollection<UInt8>) -> CSVPlace? {
    var place = CSVPlace.start(of: bytes, skipping: format.skippedLines)
    guard bytes.dropFirst(place.offset).starts(with: headerBytes) else { return nil }
    place.offset += headerBytes.count
    place.line += headerLines
    if headerLines > 0 { place.column = 1 }
    return place
  }

  /// The rows of a file as text, its header read and compared with the first file's.
  ///
  /// - Throws: `RecordError` when the header is at fault.
  func rows<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, passingBlankLines: Bool = false
  ) throws(RecordError) -> CSVTextRows<Bytes> where Bytes.Index == Int {
    var rows = CSVTextRows(path: path, bytes: bytes, format: format)
    rows.passesBlankLines = passingBlankLines
    guard let names else { return rows }
    var start = rows.place
    let fields = try rows.readHeaderFields()
    if !rows.blankLines.isEmpty { start = rows.rowStart }
    rows.names = names
    guard fields.count == names.count else {
      throw RecordError(
        .header, path: path, line: start.line,
        "the header has another number of names than the header of \(shown(self.path)): expected "
          + "\(names.count), found \(fields.count); give every file of a split the same header")
    }
    for (index, field) in fields.enumerated() where !field.text.elementsEqual(names[index].utf8) {
      throw RecordError(
        .header, path: path, line: field.place.line, column: field.place.column,
        "column \(index + 1) has another name than in \(shown(self.path)): expected "
          + "\"\(escapedText(names[index].utf8))\", found \"\(escapedText(field.text))\"; "
          + "give every file of a split the same columns in the same order")
    }
    return rows
  }

  /// What is wrong with the file `bytes`, which could not be read the fast way.
  ///
  /// - Parameter goodRows: The line of the first row, and the place behind the rows that are known to be
  ///   good, where some are; they are not read again.
  func fault<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, behind goodRows: (firstLine: Int, end: CSVPlace)? = nil
  ) -> RecordError where Bytes.Index == Int {
    do throws(RecordError) {
      var rows: CSVTextRows<Bytes>
      var firstLine = goodRows?.firstLine
      if let goodRows {
        rows = CSVTextRows(path: path, bytes: bytes, format: format, from: goodRows.end)
        rows.names = names
      } else {
        rows = try self.rows(path: path, bytes: bytes)
      }
      rows.fieldLimit = fieldCount
      var values = CSVFieldValues(format, layout)
      while let row = try rows.next() {
        if let firstLine {
          try rows.checkShape(row, expected: fieldCount, .row(line: firstLine))
        } else {
          try rows.checkShape(
            row, expected: fieldCount, fileBasis)
        }
        try rows.checkFields(row, &values, isFirstRow: firstLine == nil)
        firstLine = firstLine ?? row.place.line
      }
      if firstLine == nil { throw rows.empty() }
    } catch {
      return error
    }
    // Both ways read the same bytes by the same rules, so this is not expected to happen.
    return changed(path)
  }

  /// What is wrong with the rows of `bytes` from `place` on, one sequence or more of a file.
  func fault<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, from place: CSVPlace
  ) -> RecordError where Bytes.Index == Int {
    do throws(RecordError) {
      var rows = CSVTextRows(path: path, bytes: bytes, format: format, from: place)
      rows.names = names
      rows.fieldLimit = fieldCount
      var values = CSVFieldValues(format, layout)
      var isEmpty = true
      while let row = try rows.next() {
        try rows.checkShape(row, expected: fieldCount, basis(path))
        try rows.checkFields(row, &values, isFirstRow: row.place.line == firstRowLine)
        isEmpty = false
      }
      if isEmpty { throw rows.empty() }
    } catch {
      return error
    }
    return changed(path)
  }

  /// What the numbers of fields of a file's rows are compared with.
  var fileBasis: CSVCountBasis {
    names == nil ? .file(path) : .header(line: format.skippedLines + 1)
  }

  /// What the numbers of fields of rows in the middle of a file are compared with.
  func basis(_ path: String) -> CSVCountBasis {
    if names != nil { return .header(line: format.skippedLines + 1) }
    return path == self.path ? .row(line: firstRowLine) : .file(self.path)
  }

  /// How rows are read one by one, under the policy.
  var reading: CSVRowReading { CSVRowReading(format: format, layout: layout, policy: policy) }

  /// Reads the file `bytes`, which could not be read the fast way, and does about its faults what the policy says.
  ///
  /// - Throws: As `CSVRowReading.read`.
  func readMending<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, into sequence: inout SequenceRecord
  ) throws(RecordError) where Bytes.Index == Int {
    sequence.values.removeAll(keepingCapacity: true)
    var rows = try self.rows(path: path, bytes: bytes, passingBlankLines: passesBlankLines)
    rows.fieldLimit = fieldCount
    try reading.read(&rows, fileBasis, of: "file", headerLine: firstRowLine, into: &sequence)
  }

  /// Reads the rows of one sequence of several in a file, as `readMending` does a file's.
  ///
  /// - Parameter bytes: The sequence's, which begin at `place`.
  func readMending<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, from place: CSVPlace, into sequence: inout SequenceRecord
  ) throws(RecordError) where Bytes.Index == Int {
    var rows = CSVTextRows(path: path, bytes: bytes, format: format, from: place)
    (rows.names, rows.passesBlankLines, rows.fieldLimit) = (names, passesBlankLines, fieldCount)
    try reading.read(&rows, basis(path), of: "sequence", headerLine: firstRowLine, into: &sequence)
  }
}

/// The error about a file that is another one now.
func changed(_ path: String) -> RecordError {
  RecordError(
    .changed, path: path,
    "the file is not what it was when the reader was made: expected the same columns, found others; "
      + "read it again when nothing writes to it")
}

/// A path as it stands in the middle of a message.
func shown(_ path: String) -> String { escapedText(path.utf8, limit: nil) }
