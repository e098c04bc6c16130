import Platform
import Sequences

/// The properties that all files of a reader share, as found in the first file.
struct CSVFileSchema: Sendable {
  var format: CSVDialect
  /// The first file, which the others are compared with.
  let path: String
  /// The names in the header, or `nil` without a header.
  private(set) var names: [String]?
  /// The number of fields of a row.
  private(set) var fieldCount: Int
  /// The fields that are values, and their conversion.
  private(set) var layout: ResolvedColumns
  /// The line of the first row of the first file.
  let firstRowLine: Int
  /// The fields that distinguish sequences and are not values, in the order in which their texts form the key.
  private(set) var keyFields: [Int]
  /// True if columns are found by their names in every file, instead of in the same places.
  let findsByName: Bool
  /// The bytes of the header with its line ending; empty without a header.
  ///
  /// A file that begins with exactly these bytes has the same names, which need not be parsed.
  private(set) var headerBytes: [UInt8]
  /// The number of lines of the header.
  let headerLines: Int
  /// The handling of faults in rows.
  let policy: ErrorPolicy
  /// The versions of the files, which must not change while they are used.
  let versions: FileVersions

  /// Reads the schema from the first file.
  ///
  /// - Parameters:
  ///   - versions: The versions of the files, the first one included.
  ///   - checksFirstRow: False if the first row belongs to one of several sequences: a fault is then thrown
  ///     when that sequence is read.
  ///   - firstRow: Returns the position of the first row, given that of the line after the header.
  ///   - checksValues: False if the first row may lack values, which is found when it is read.
  ///   - keyFields: Returns the fields that distinguish sequences and are not values, given the column names
  ///     and the line of the header.
  /// - Throws: `RecordError` if a declared header is missing, if its names are not distinct, if the first row is faulty
  ///   and the policy neither repairs nor skips it, or if it is at odds with the next ones and the policy skips rows.
  init<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, format: CSVDialect, columns: CSVColumns = .all, policy: ErrorPolicy = .raise,
    versions: FileVersions = .forReader(), checksFirstRow: Bool = true,
    checksValues: Bool = true,
    firstRow: (CSVLocation) -> CSVLocation? = { _ in nil },
    keyFields: ([String], [String], Int) throws(RecordError) -> [Int] = { _, _, _ in [] }
  ) throws(RecordError) where Bytes.Index == Int {
    try ForeignContent.check(bytes, path: path, format)
    let format = format.resolved(for: bytes)
    var rows = CSVTextRows(path: path, bytes: bytes, format: format)
    rows.passesBlankLines = policy[.blankLine] == .skipRow
    var start = rows.location
    names = try rows.readHeader()
    // Starts after blank lines, so that a file with such lines is not mistaken for one without.
    if names != nil, !rows.blankLines.isEmpty { start = rows.rowStart }
    rows.names = names
    headerBytes = Array(bytes[start.offset..<rows.location.offset])
    headerLines = rows.location.line - start.line
    if let location = firstRow(rows.location) {
      rows = CSVTextRows(path: path, bytes: bytes, format: format, from: location)
      rows.names = names
    }
    guard var row = try rows.next() else { throw rows.empty() }
    while row.isBlank, row.fields.count > 1, policy[.blankLine] == .skipRow, let next = try rows.next() {
      row = next
    }
    let isChecked = checksFirstRow || policy.raisesEverything
    if let names, isChecked, !policy.isAboutRows(.columnCount) {
      try rows.checkShape(row, expected: names.count, .header(line: start.line))
    }
    if names == nil, isChecked, policy[.columnCount] == .skipRow { try rows.checkNextRowsAgree(with: row) }
    let fileColumns = names ?? row.fields.indices.map { String($0) }
    let newNames = try ResolvedColumns.newNames(columns, of: fileColumns, path: path, line: start.line)
    let key = try keyFields(fileColumns, newNames, start.line)
    self.keyFields = key
    findsByName = names != nil && columns.areFoundByName
    layout = try ResolvedColumns(columns, of: fileColumns, key: key, path: path, line: start.line)
    firstRowLine = row.location.line
    fieldCount = fileColumns.count
    self.format = format
    self.path = path
    self.policy = policy
    self.versions = versions
    guard checksValues else { return }
    var values = CSVFieldValues(format, layout)
    do throws(RecordError) {
      if policy.raisesEverything {
        try rows.checkNotBlank(row, values)
        try rows.checkFields(row, &values, isFirstRow: true)
      } else if isChecked {
        _ = try reading.repaired(row, of: rows, &values, .header(line: start.line), isFirstRow: true)
      }
    } catch {
      guard error.kind == .unknownCategory, columns.hasCategoriesOfAPart else { throw error }
    }
  }

  /// The names of the value columns.
  var columns: [String] { layout.columns }

  /// Returns the schema of a reader of such files.
  func sequenceSchema(options: Signature) -> SequenceSchema {
    layout.sequenceSchema(format.notation, options: options, policy: policy)
  }

  /// True if files may differ in the places of columns, or in the order of bytes.
  var differsByFile: Bool { findsByName || format.decoder.dependsOnMark }

  /// The number of value columns.
  var columnCount: Int { layout.fields.count }

  /// True if blank lines before rows are skipped, with a ledger entry each.
  ///
  /// In a file with one column, a blank line could be either no row or a row whose value is missing: there it
  /// stays an error, because otherwise labels would shift to other rows.
  var passesBlankLines: Bool { policy[.blankLine] == .skipRow && fieldCount > 1 }

  /// The line on which the rows begin, in every file.
  var firstLine: Int { format.skippedLines + headerLines + 1 }

  /// Returns the position of the first byte after the header of the file `bytes`.
  ///
  /// - Returns: `nil` if the header differs from that of the first file; it may still contain the same names.
  func start<Bytes: RandomAccessCollection<UInt8>>(of bytes: Bytes) -> CSVLocation? where Bytes.Index == Int {
    var location = format.start(of: bytes)
    guard bytes.dropFirst(location.offset).starts(with: headerBytes) else { return nil }
    location.offset += headerBytes.count
    location.line += headerLines
    if headerLines > 0 { location.column = 1 }
    return location
  }

  /// Returns the schema of a file: that of the first one, with the order of its bytes and the places of its columns.
  ///
  /// - Parameter bytes: The bytes of the file, or the first of them through the header.
  /// - Throws: `RecordError` if columns are found by name and one of them is missing, or if the header is faulty.
  func schema<Bytes: RandomAccessCollection<UInt8>>(
    of path: String, bytes: Bytes
  ) throws(RecordError) -> CSVFileSchema where Bytes.Index == Int {
    var schema = self
    if format.decoder.dependsOnMark {
      schema.format = format.decoding(by: format.decoder.decoder(ofFile: bytes))
    }
    guard findsByName, schema.start(of: bytes) == nil else { return schema }
    try ForeignContent.check(bytes, path: path, schema.format)
    var rows = CSVTextRows(path: path, bytes: bytes, format: schema.format)
    var start = rows.location
    guard let found = try rows.readHeader(), let names, found != names else { return schema }
    if !rows.blankLines.isEmpty { start = rows.rowStart }
    schema.headerBytes = Array(bytes[start.offset..<rows.location.offset])
    schema.names = found
    schema.fieldCount = found.count
    func place(of field: Int) throws(RecordError) -> Int {
      let places = found.indices.filter { found[$0] == names[field] }
      if places.count == 1 { return places[0] }
      throw RecordError(
        .header, path: path, line: start.line,
        "\(places.isEmpty ? "there is no column" : "several columns are called") \"\(escapedText(names[field].utf8))\": "
          + "expected the columns of \(shown(self.path)), in any order, found \(quoted(found)); "
          + (places.isEmpty
            ? "add it, or read only columns that all files have" : "rename all but one in the file"))
    }
    var places: [Int] = []
    for field in layout.fields { places.append(try place(of: field)) }
    schema.keyFields = []
    for field in keyFields { schema.keyFields.append(try place(of: field)) }
    if let surplus = layout.unselected(found, besides: names, schema.keyFields) {
      throw RecordError(
        .header, path: path, line: start.line,
        "there is a column \"\(escapedText(surplus.utf8))\" that \(shown(self.path)) does not have: expected its columns, in "
          + "any order, found \(quoted(found)); name the columns to read "
          + "(\(Remedy.keepColumns(columns.map { escapedText($0.utf8, limit: nil) }.joined(separator: ","))))"
      )
    }
    schema.layout = layout.moved(to: places, of: found)
    return schema
  }

  /// Returns the rows of a file as text, after its header was read and compared with that of the first file.
  ///
  /// - Throws: `RecordError` if the file is no text, or its header is faulty.
  func rows<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, passingBlankLines: Bool = false
  ) throws(RecordError) -> CSVTextRows<Bytes> where Bytes.Index == Int {
    try ForeignContent.check(bytes, path: path, format)
    var rows = CSVTextRows(path: path, bytes: bytes, format: format)
    rows.passesBlankLines = passingBlankLines
    guard let names else { return rows }
    var start = rows.location
    let fields = try rows.readHeaderFields()
    if !rows.blankLines.isEmpty { start = rows.rowStart }
    rows.names = names
    if fields.count == 1, names.count > 1, let delimiter = otherDelimiter(in: fields[0].text) {
      throw RecordError(
        .header, path: path, line: start.line,
        "the header is one name: expected \(names.count) as in \(shown(self.path)), found \(delimiterInWords(delimiter)) in it; separate the "
          + "fields of all files in the same way")
    }
    guard fields.count == names.count else {
      throw RecordError(
        .header, path: path, line: start.line,
        "the header has a different number of names than the header of \(shown(self.path)): expected "
          + "\(names.count), found \(fields.count); give every file of a split the same header")
    }
    for (index, field) in fields.enumerated() {
      let name = field.text.isEmpty ? Array(ColumnReference.name(ofUnnamed: index).utf8) : field.text
      if name.elementsEqual(names[index].utf8) { continue }
      throw RecordError(
        .header, path: path, line: field.location.line, column: field.location.column,
        "column \(index + 1) has another name than in \(shown(self.path)): expected "
          + "\"\(escapedText(names[index].utf8))\", found \"\(escapedText(field.text))\"; "
          + (fields.map(\.text).sorted(by: precedes) == names.map { Array($0.utf8) }.sorted(by: precedes)
            ? "give every file of a split the same order of columns, or find them by name (\(Remedy.columnsByName))"
            : "give every file of a split the same columns in the same order"))
    }
    return rows
  }

  /// Returns the fault of the file `bytes`, which the fast path could not read.
  ///
  /// - Parameter goodRows: The line of the first row, and the position after the rows that are known to be
  ///   valid, if there are any; they are not read again.
  func fault<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, after goodRows: (firstLine: Int, end: CSVLocation)? = nil
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
      rows.fieldLimit = fieldCount + 1
      var values = CSVFieldValues(format, layout)
      while let row = try rows.next() {
        try rows.checkNotBlank(row, values)
        if let firstLine {
          try rows.checkShape(row, expected: fieldCount, .row(line: firstLine))
        } else {
          try rows.checkShape(
            row, expected: fieldCount, fileBasis)
        }
        try rows.checkFields(row, &values, isFirstRow: firstLine == nil)
        firstLine = firstLine ?? row.location.line
      }
      if firstLine == nil { throw rows.empty() }
    } catch {
      return error
    }
    // Both paths read the same bytes by the same rules, so this is not expected to happen.
    return changed(path)
  }

  /// Returns the fault of the rows of `bytes` from `location` on, which are one or more sequences of a file.
  ///
  /// - Parameter parts: The lines of parts of `bytes` that do not follow each other in the file.
  func fault<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, from location: CSVLocation, parts: [CSVPart] = []
  ) -> RecordError where Bytes.Index == Int {
    do throws(RecordError) {
      var rows = CSVTextRows(path: path, bytes: bytes, format: format, from: location)
      rows.names = names
      rows.fieldLimit = fieldCount + 1
      rows.parts = parts
      var values = CSVFieldValues(format, layout)
      var isEmpty = true
      while let row = try rows.next() {
        try rows.checkNotBlank(row, values)
        try rows.checkShape(row, expected: fieldCount, basis(path))
        try rows.checkFields(row, &values, isFirstRow: row.location.line == firstRowLine)
        isEmpty = false
      }
      if isEmpty { throw rows.empty() }
    } catch {
      return error
    }
    return changed(path)
  }

  /// The reference for the number of fields in the rows of a file.
  var fileBasis: CSVCountBasis {
    names == nil ? .file(path) : .header(line: format.skippedLines + 1)
  }

  /// Returns the reference for the number of fields in rows in the middle of a file.
  func basis(_ path: String) -> CSVCountBasis {
    if names != nil { return .header(line: format.skippedLines + 1) }
    return path == self.path ? .row(line: firstRowLine) : .file(self.path)
  }

  /// True if rows that the fast path could not read may be valid: a policy repairs them, or they are sorted.
  var readsRowByRow: Bool { !policy.raisesEverything || layout.sortsByTime }

  /// Reads rows one by one, under the policy.
  var reading: CSVRowReading { CSVRowReading(format: format, layout: layout, policy: policy) }

  /// Reads the file `bytes`, which the fast path could not read, and handles its faults according to the
  /// policy.
  ///
  /// - Throws: The same errors as `CSVRowReading.read`.
  func readRepairing<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, into sequence: inout SequenceRecord
  ) throws(RecordError) where Bytes.Index == Int {
    sequence.values.removeAll(keepingCapacity: true)
    var rows = try self.rows(path: path, bytes: bytes, passingBlankLines: passesBlankLines)
    rows.fieldLimit = fieldCount + 1
    try reading.read(&rows, fileBasis, of: "file", headerLine: firstRowLine, into: &sequence)
  }

  /// Reads the rows of one of several sequences in a file, as `readRepairing` does for a whole file.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of the sequence, which begin at `location`.
  ///   - parts: The lines of parts of `bytes` that do not follow each other in the file.
  func readRepairing<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, from location: CSVLocation, parts: [CSVPart] = [],
    into sequence: inout SequenceRecord
  ) throws(RecordError) where Bytes.Index == Int {
    var rows = CSVTextRows(path: path, bytes: bytes, format: format, from: location)
    rows.parts = parts
    (rows.names, rows.passesBlankLines, rows.fieldLimit) = (names, passesBlankLines, fieldCount + 1)
    try reading.read(&rows, basis(path), of: "sequence", headerLine: firstRowLine, into: &sequence)
  }
}

/// Returns the error about a file that has changed.
func changed(_ path: String) -> RecordError {
  RecordError(
    .changed, path: path,
    "the file has changed since the reader was made: expected the same columns, found others; "
      + "read it again when no program writes to it")
}

private func precedes(_ first: [UInt8], _ second: [UInt8]) -> Bool { first.lexicographicallyPrecedes(second) }

/// Returns a path as shown in the middle of a message.
func shown(_ path: String) -> String { escapedText(path.utf8, limit: nil) }
