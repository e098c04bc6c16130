import CText
import Platform
import Sequences

// The requirements for headers and rows, and the messages about violations.
extension CSVTextRows {
  /// Reads the fields of the header.
  ///
  /// - Throws: `RecordError` if there are none.
  mutating func readHeaderFields() throws(RecordError) -> [CSVTextField] {
    guard let row = try next() else { throw empty() }
    return row.fields
  }

  /// Reads the names in the header; returns `nil` if the format has no header.
  ///
  /// A column without a name is called by its position. Several columns may have the same name; those that
  /// are read may not (`ResolvedColumns`).
  ///
  /// - Throws: `RecordError` if the header is missing or its names are not UTF-8 text.
  mutating func readHeader() throws(RecordError) -> [String]? {
    guard format.header == .present else { return nil }
    var names: [String] = []
    for (index, field) in try readHeaderFields().enumerated() {
      let (line, column) = (field.location.line, field.location.column)
      guard let name = String(validating: field.text, as: UTF8.self) else {
        throw RecordError(
          .header, path: path, line: line, column: column,
          "the name of column \(index + 1) is not UTF-8 text: expected UTF-8, "
            + "found \"\(escapedText(field.text))\"; name its encoding (\(Remedy.encoding("latin1")))")
      }
      names.append(name.isEmpty ? ColumnReference.name(ofUnnamed: index) : name)
    }
    guard !names.allSatisfy({ CSVParser.decimal(Array($0.utf8)).kind == .number }) else {
      throw RecordError(
        .header, path: path, line: format.skippedLines + 1, text: escapedText(names[0].utf8),
        "\(RecordError.numberHeader): expected names, found \"\(escapedText(names[0].utf8))\" as the first; "
          + "\(Remedy.leaveOutHeader) when the line is data, or skip it when it is not "
          + "(\(Remedy.skipHeader("\(format.skippedLines + 1)")))")
    }
    return names
  }

  /// Checks the number of fields in `row`.
  func checkShape(_ row: CSVTextRow, expected: Int, _ basis: CSVCountBasis) throws(RecordError) {
    let found = row.fieldCount
    guard found != expected else { return }
    // A first file that differs from itself has changed; no other file is the cause.
    if case .file(path) = basis { throw changed(path) }
    if case .header = basis, let delimiter = delimiterInOnlyName() {
      throw RecordError(
        .columnCount, path: path, line: row.location.line,
        "the header is one name, and the row has \(found) fields: expected the delimiter in the header too, found "
          + "\(delimiterInWords(delimiter)) there; if \(delimiterInWords(delimiter)) separates the fields, name it as "
          + "delimiter (\(delimiterRemedy(delimiter)))")
    }
    if case .header(let line) = basis, found == expected + 1, row.location.line == line + 1 {
      throw RecordError(
        .columnCount, path: path, line: row.location.line, headerIsShort(row, names: expected))
    }
    if case .header = basis, found == 2 * expected, format.delimiter == UInt8(ascii: ",") {
      throw RecordError(
        .columnCount, path: path, line: row.location.line,
        "the row has twice as many fields as the header, as if commas were decimal points: expected "
          + "\(expected), found \(found); write numbers with a decimal point, or quote fields that contain the "
          + "delimiter")
    }
    // If the first row differs, the others may differ too.
    var (than, isFirst, remedy) =
      switch basis {
      case .row(let line): ("the file's first row (line \(line))", false, "give every row the same columns")
      case .header(let line):
        ("the header (line \(line))", row.location.line == line + 1, "give every row the header's columns")
      case .file(let path):
        ("the rows of \(shown(path))", true, "give every file of a split the same columns")
      }
    if areSeries {
      let blanks = String(repeating: String(UnicodeScalar(format.delimiter)), count: 2)
      remedy +=
        ": as many as the longest series has, blank after the last value of a shorter one (1,2\(blanks))"
    }
    remedy += ", and quote fields that contain the delimiter"
    if isCutOff, found < expected {
      remedy += "; if the file was cut off here, get the whole file, or leave out such rows (\(skipRemedy))"
    } else if !isFirst, !isLive {
      remedy += ", or leave out such rows (\(skipRemedy))"
    }
    throw RecordError(
      .columnCount, path: path, line: row.location.line,
      "the row has a different number of fields than \(than): expected \(expected), found \(found); \(remedy)"
    )
  }

  /// True if the current row is the last one of the file, and has no line end.
  private var isCutOff: Bool {
    !isLive && location.offset == bytes.count && bytes.last.map { $0 != 0x0A } ?? false
  }

  /// Checks that the first row, which decides the number of fields, is not the one that should be left out.
  ///
  /// - Throws: `RecordError` if the next rows, two to eight of them, have another number of fields, all the same.
  func checkNextRowsAgree(with row: CSVTextRow) throws(RecordError) {
    var rest = CSVTextRows(path: path, bytes: bytes, format: format, from: location)
    var counts: [Int] = []
    // Their faults are found when they are read.
    while counts.count < 8, let next = try? rest.next() { counts.append(next.fieldCount) }
    guard counts.count > 1, Set(counts).count == 1, counts[0] != row.fieldCount else { return }
    throw RecordError(
      .columnCount, path: path, line: row.location.line,
      "the first row has a different number of fields than the next \(counts.count): expected \(counts[0]), found "
        + "\(row.fieldCount); the policy would leave out all of these; correct the row, or remove it")
  }

  /// Returns the other delimiter that the only name in the header contains, or `nil`.
  private func delimiterInOnlyName() -> UInt8? {
    guard let names, names.count == 1 else { return nil }
    return otherDelimiter(in: names[0].utf8)
  }

  /// Explains the first row, which has one field more than the header has names.
  private func headerIsShort(_ row: CSVTextRow, names: Int) -> String {
    let skipped = "\(format.skippedLines + 1)"
    let fields = "\(names) field\(names == 1 ? "" : "s")"
    if let last = row.fields.last, row.fields.count == row.fieldCount, trimmed(last.text).isEmpty {
      return
        "the row ends with a delimiter, and the header does not: expected \(fields), found \(names + 1), the "
        + "last one empty; leave the field out and number the columns ("
        + Remedy.keepFirstColumns(skipped, (0..<names).map(String.init).joined(separator: ",")) + ")"
    }
    return
      "\(RecordError.shortHeader), as in tables whose rows begin with row names: expected \(fields), "
      + "found \(names + 1); leave out the row names and number the columns (\(Remedy.withoutRowNames(skipped))), or quote "
      + "fields that contain the delimiter"
      + (names == 1 && format.delimiter == UInt8(ascii: ",") ? ", such as numbers with decimal commas" : "")
  }

  /// Returns the error about a file without rows, which describes what it has instead.
  func empty() -> RecordError {
    let lineFeeds = bytes.count { $0 == 0x0A }
    let lineCount = lineFeeds + (bytes.isEmpty || bytes.last == 0x0A ? 0 : 1)
    let lines = "\(lineCount) \(lineCount == 1 ? "line" : "lines")"
    let found =
      if bytes.isEmpty {
        "no bytes at all"
      } else if bytes.elementsEqual(CSVLocation.byteOrderMark) {
        "only a byte-order mark"
      } else if lineCount <= format.skippedLines {
        "\(lines), where \(format.skippedLines) are skipped"
      } else if names != nil {
        "only the header"
      } else {
        "only blank lines" + (format.skippedLines == 0 ? "" : " after \(format.skippedLines) skipped ones")
      }
    let expected = format.header == .present ? "a header and at least one row" : "at least one row"
    return RecordError(
      .empty, path: path,
      "the file has no rows: expected \(expected), found \(found); "
        + "fill the file or leave it out")
  }
}
