import Sequences

/// A parser for rows that arrive line by line, for example from a pipe, with the rules and messages of CSV
/// files.
///
/// ```swift
/// var rows = try CSVRowParser(columns: ["a", "b", "c"], name: "standard input")
/// try rows.values(of: Array("1,2,3".utf8), line: 17)   // [1, 2, 3]
/// ```
/// A copy keeps the state of the series so far, which is its time origin; it belongs to the same thread.
package struct CSVRowParser {
  private let format: CSVDialect
  private let layout: ResolvedColumns
  private let name: String
  private let parser: CSVParser
  /// The conversion of fields; `nil` if all are numbers.
  private var fields: CSVFieldValues?
  private var record = SequenceRecord()

  /// Makes a parser of rows.
  ///
  /// - Parameters:
  ///   - columns: The names of the fields that every row has.
  ///   - encodings: The encodings of columns whose texts are not numbers, by column name.
  ///   - delimiter: The separator between fields: one byte.
  ///   - missingValues: The handling of empty fields, and of texts declared to mean "missing".
  ///   - name: The name of the source of the lines in messages.
  /// - Throws: `UsageError` if the delimiter is invalid.
  package init(
    columns: [String], encodings: [String: ColumnEncoding] = [:], delimiter: String = ",",
    missingValues: MissingValues = .rejected, name: String
  ) throws(UsageError) {
    precondition(!columns.isEmpty, "rows without columns")
    layout = ResolvedColumns(columns: columns, encodings: encodings)
    format = try CSVDialect(
      skippingLines: 0, delimiter: delimiter, header: .none, missingValues: missingValues,
      nonFinite: .rejected
    )
    self.name = name
    parser = CSVParser(format, layout: layout)
    fields = parser.fields
  }

  /// The number of fields of a row.
  private var columnCount: Int { layout.fields.count }

  /// Begins a new series: time is counted from its first timestamp.
  package mutating func beginSequence() { fields?.beginSequence() }

  /// Returns the numbers of one line, given without its line feed, or `nil` if it is blank.
  ///
  /// - Parameters:
  ///   - text: The bytes of the line.
  ///   - line: The line number, from 1, for messages.
  /// - Throws: `RecordError` with the location of the first fault; the next line is unaffected.
  package mutating func values(of text: [UInt8], line: Int) throws(RecordError) -> [Float]? {
    // As at the beginning of a file; the mark counts as bytes of its line there, too.
    let mark = line == 1 && text.starts(with: CSVLocation.byteOrderMark) ? CSVLocation.byteOrderMark.count : 0
    if text.dropFirst(mark).allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
    let bytes = text + [0x0A]
    parser.fields = fields
    if parser.parse(Array(bytes[mark...]), columnCount: columnCount, into: &record), record.stepCount == 1 {
      fields = parser.fields
      return record.values
    }
    throw fault(bytes, line)
  }

  /// Returns the fault of a line that the fast path could not read.
  private func fault(_ bytes: [UInt8], _ line: Int) -> RecordError {
    do throws(RecordError) {
      // In later lines, a byte-order mark is an invisible part of the first field.
      let start = line == 1 ? CSVLocation.start(of: bytes, skipping: 0) : CSVLocation()
      var rows = CSVTextRows(path: name, bytes: bytes, format: format, from: start)
      rows.fieldLimit = columnCount
      rows.isLive = true
      if !layout.isPlain { rows.names = layout.fileColumns }
      if let row = try rows.next() {
        guard row.fieldCount == columnCount else {
          throw RecordError(
            .columnCount, path: name, line: 1,
            "the row has a different number of fields: expected \(columnCount), found \(row.fieldCount); give every row the columns of "
              + "the data that the model was trained on, or name the delimiter (--delimiter)")
        }
        var values = CSVFieldValues(format, layout)
        try rows.checkFields(row, &values, isFirstRow: false)
      }
    } catch {
      var error = error
      error.line = line
      return error
    }
    return RecordError(
      .columnCount, path: name, line: line, "is not a row of numbers; write one row per line")
  }
}
