import Platform
import Sequences

/// A reader of the rows of one CSV file as texts: for files with words instead of numbers.
///
/// ```swift
/// var rows = try CSVTextReader("reviews.csv", header: .present, columns: ["text", "label"])
/// while let row = try rows.next() { print(row.line, row.fields[0]) }
/// ```
/// Quoting, line endings and blank lines are as in `CSVSequenceRecordReader`; every row must have as many
/// fields as the header, or as the first row. The file is held in memory.
public struct CSVTextReader {
  /// One row.
  public struct Row: Sendable, Hashable {
    /// The texts of the requested columns, in that order, unquoted.
    public var fields: [String]
    /// The line on which the row begins, from 1.
    public var line: Int
  }

  /// The file's path, for messages.
  public let path: String
  /// The names of the columns in the rows: the header's, or 0-based indices.
  public let columns: [String]
  /// The indices of these columns in the rows of the file.
  private let places: [Int]
  private let fieldCount: Int
  private let basis: CSVCountBasis
  private var rows: CSVTextRows<[UInt8]>

  /// Opens the file at `path`, and checks the header and the first row.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - skippingLines: The number of physical lines to skip before parsing begins.
  ///   - delimiter: The separator between fields: one byte; `nil`: that of `notation`.
  ///   - header: `.present` if the line after the skipped ones names the columns.
  ///   - notation: How rows are written.
  ///   - columns: The requested columns, in this order, identified as in `CSVColumns`; `nil` for all.
  /// - Throws: `UsageError` if an option is invalid; `FileError` if the file cannot be read;
  ///   `RecordError` if it has no rows, no such column, or a malformed header.
  public init(
    _ path: String, skippingLines: Int = 0, delimiter: String? = nil, header: CSVHeader = .none,
    notation: TextNotation = .plain, columns: [String]? = nil
  ) throws {
    let format = try CSVDialect(
      skippingLines: skippingLines, notation: notation.delimited(by: delimiter), header: header,
      missingValues: .rejected, nonFinite: .rejected)
    let buffer = FileBuffer()
    try buffer.read(path)
    let bytes = Array(buffer.bytes)
    self.path = path
    try ForeignContent.check(bytes, path: path, format)
    rows = CSVTextRows(path: path, bytes: bytes, format: format)
    rows.names = try rows.readHeader()
    rows.isLive = true
    // A separate instance: the rows read here are delivered again later.
    var ahead = CSVTextRows(path: path, bytes: bytes, format: rows.format, from: rows.location)
    ahead.names = rows.names
    guard let first = try ahead.next() else { throw ahead.empty() }
    let all = rows.names ?? first.fields.indices.map { String($0) }
    let headerLine = format.skippedLines + 1
    basis = rows.names == nil ? .row(line: first.location.line) : .header(line: headerLine)
    fieldCount = all.count
    self.columns = columns ?? all
    places = try self.columns.map {
      try ColumnReference($0).position(among: all, path: path, line: headerLine)
    }
  }

  /// Returns the next row, or `nil` after the last one.
  ///
  /// - Throws: `RecordError` if a row is malformed, has a different number of fields, or a requested field is not
  ///   UTF-8.
  public mutating func next() throws(RecordError) -> Row? {
    guard let (row, texts) = try nextTexts() else { return nil }
    return Row(fields: texts, line: row.location.line)
  }

  /// Returns the next row as labels, each with its location, or `nil` after the last one.
  mutating func nextLabels() throws(RecordError) -> [LabelText]? {
    guard let (row, texts) = try nextTexts() else { return nil }
    return zip(places, texts).map { index, text in
      let location = row.fields[index].location
      return LabelText(text, path: path, line: location.line, column: location.column)
    }
  }

  private mutating func nextTexts() throws(RecordError) -> (row: CSVTextRow, texts: [String])? {
    guard let row = try rows.next() else { return nil }
    try rows.checkShape(row, expected: fieldCount, basis)
    var texts: [String] = []
    for index in places {
      let field = row.fields[index]
      guard let text = String(validating: field.text, as: UTF8.self) else {
        throw RecordError(
          .malformed, path: path, line: field.location.line, column: field.location.column,
          text: escapedText(field.text),
          "\(rows.name(ofField: index)) is not UTF-8 text: expected UTF-8, found \"\(escapedText(field.text))\"; "
            + "convert the file to UTF-8")
      }
      texts.append(text)
    }
    return (row, texts)
  }
}
