import CKernels
import Records

// What the rows of a file must satisfy, and the messages when they do not.
extension CSVTextRows {
  /// What a row's number of fields is compared with.
  enum CountBasis {
    /// The first row of the same file.
    case row(line: Int)
    /// The header of the same file.
    case header(line: Int)
    /// The first file of the split.
    case file(String)
  }

  /// The fields of the header.
  ///
  /// - Throws: `RecordError` when there is none.
  mutating func readHeaderFields() throws(RecordError) -> [CSVTextField] {
    guard let row = try next() else { throw empty() }
    return row.fields
  }

  /// The names in the header, or `nil` when the format has none.
  ///
  /// - Throws: `RecordError` when the header is missing or its names are not distinct UTF-8 text.
  mutating func readHeader() throws(RecordError) -> [String]? {
    guard format.header == .present else { return nil }
    var names: [String] = []
    for (index, field) in try readHeaderFields().enumerated() {
      let (line, column) = (field.place.line, field.place.column)
      guard let name = String(validating: field.text, as: UTF8.self) else {
        throw RecordError(
          .header, path: path, line: line, column: column,
          "the name of column \(index + 1) is not UTF-8 text: expected UTF-8, "
            + "found \"\(escapedText(field.text))\"; convert the file to UTF-8")
      }
      if let other = names.firstIndex(of: name) {
        throw RecordError(
          .header, path: path, line: line, column: column,
          "columns \(other + 1) and \(index + 1) have the same name: expected distinct names, "
            + "found \"\(escapedText(field.text))\" twice; rename one of them")
      }
      names.append(name)
    }
    guard !names.allSatisfy({ CSVParser.decimal(Array($0.utf8)).kind == .number }) else {
      throw RecordError(
        .header, path: path, line: format.skippedLines + 1,
        "every name in the header is a number: expected names, found \"\(escapedText(names[0].utf8))\" as the first; "
          + "leave out --header when the line is data, or skip it (--skip-lines) when it is not")
    }
    return names
  }

  /// Checks the number of fields in `row`.
  func checkCount(_ row: CSVTextRow, expected: Int, _ basis: CountBasis) throws(RecordError) {
    let found = row.fieldCount
    guard found != expected else { return }
    let (than, remedy) =
      switch basis {
      case .row(let line): ("the file's first row (line \(line))", "give every row the same columns")
      case .header(let line): ("the header (line \(line))", "give every row the header's columns")
      case .file(let path): ("the rows of \(shown(path))", "give every file of a split the same columns")
      }
    throw RecordError(
      .columnCount, path: path, line: row.place.line,
      "the row has another number of fields than \(than): expected \(expected), found \(found); "
        + "\(remedy), and quote fields that hold the delimiter")
  }

  /// Checks that field `index` of `row` is a value.
  func checkField(_ row: CSVTextRow, _ index: Int, isFirstRow: Bool) throws(RecordError) {
    _ = try value(row, index, isFirstRow: isFirstRow)
  }

  /// The value of field `index` of `row`.
  ///
  /// - Throws: `RecordError` with the field's text when it is none.
  func value(_ row: CSVTextRow, _ index: Int, isFirstRow: Bool) throws(RecordError) -> Float {
    let field = row.fields[index]
    let (kind, number) = CSVParser.decimal(field.text)
    let fault: CSVFieldFault
    switch format.value(field.text, kind, number) {
    case .success(let value): return value
    case .failure(let failure): fault = failure
    }
    let text = "\"\(escapedText(field.text))\""
    let found = "found \(text)"
    let kindOfError: RecordError.Kind
    let problem: String
    switch fault {
    case .missing:
      kindOfError = .missingValue
      problem =
        "is a missing value: expected a number, "
        + (kind == .empty ? "found an empty field" : "found the token \(text)")
        + "; fill it in, or let declared missing values become NaN (missingValues: .nan)"
    case .notFinite:
      kindOfError = .notFinite
      problem =
        "is not finite: expected a finite number, \(found); correct it, or allow NaN and infinity "
        + "(nonFinite: .allowed)"
    case .outOfRange:
      kindOfError = .outOfRange
      problem =
        "is out of range: expected a magnitude up to 3.4028235e38, \(found); correct it, or rescale the column"
    case .notANumber:
      kindOfError = .notANumber
      problem =
        "is not a number: expected a decimal number such as -1.5e3, \(found); "
        + remedy(for: field.text, mayBeHeader: isFirstRow && looksLikeHeader(row))
    }
    throw RecordError(
      kindOfError, path: path, line: field.place.line, column: field.place.column,
      text: escapedText(field.text),
      "\(name(ofField: index)) \(problem)")
  }

  /// Whether a row could be a header that was not declared: it holds no number at all.
  private func looksLikeHeader(_ row: CSVTextRow) -> Bool {
    format.header == .none && !row.fields.contains { CSVParser.decimal($0.text).kind == .number }
  }

  /// What to do about a text that is not a number.
  private func remedy(for text: [UInt8], mayBeHeader: Bool) -> String {
    func areNumbers(separatedBy byte: UInt8) -> Bool {
      let pieces = text.split(separator: byte)
      return pieces.count > 1 && pieces.allSatisfy { CSVParser.decimal(Array($0)).kind == .number }
    }
    for other in ";\t| ".utf8 where other != format.delimiter && areNumbers(separatedBy: other) {
      let delimiter = other == 0x09 ? "a tab" : "\"\(escapedText(CollectionOfOne(other)))\""
      return "if \(delimiter) separates the fields, name it as delimiter (--delimiter)"
    }
    if areNumbers(separatedBy: UInt8(ascii: ",")) {
      return "write numbers with a decimal point, or, if the comma separates the fields, "
        + "name it as delimiter (--delimiter)"
    }
    if mayBeHeader {
      return "correct it, or, if the line is a header, declare it (--header) or skip it (--skip-lines)"
    }
    return "correct it, or declare the text as a missing value"
  }

  /// The error about a file of which the policy left out every row, `rowCount` of them.
  ///
  /// - Parameter first: The decision about the first one.
  func empty(rowCount: Int, first: LedgerEntry) -> RecordError {
    let rows = rowCount == 1 ? "1 row" : "\(rowCount) rows"
    return RecordError(
      .empty, path: path,
      "every row of the file was left out: expected at least one without fault, found \(rows) at fault, "
        + "the first one by \(first.fault.rawValue) on line \(first.line ?? 1); mend the file or leave it out"
    )
  }

  /// The error about a file without rows, which says what there is instead.
  func empty() -> RecordError {
    let lineFeeds = bytes.count { $0 == 0x0A }
    let lineCount = lineFeeds + (bytes.isEmpty || bytes.last == 0x0A ? 0 : 1)
    let lines = "\(lineCount) \(lineCount == 1 ? "line" : "lines")"
    let found =
      if bytes.isEmpty {
        "no bytes at all"
      } else if bytes.elementsEqual(CSVPlace.byteOrderMark) {
        "only a byte-order mark"
      } else if lineCount <= format.skippedLines {
        "\(lines), where \(format.skippedLines) are skipped"
      } else if names != nil {
        "only the header"
      } else {
        "only blank lines" + (format.skippedLines == 0 ? "" : " behind \(format.skippedLines) skipped ones")
      }
    let expected = format.header == .present ? "a header and at least one row" : "at least one row"
    return RecordError(
      .empty, path: path,
      "the file has no rows: expected \(expected), found \(found); "
        + "fill the file or leave it out")
  }
}
