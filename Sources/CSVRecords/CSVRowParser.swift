import Records

/// Rows of numbers that come a line at a time, as from a pipe: the rules and the messages of CSV files.
///
/// ```swift
/// var rows = try CSVRowParser(columnCount: 3, name: "standard input")
/// try rows.values(of: Array("1,2,3".utf8), line: 17)   // [1, 2, 3]
/// ```
public struct CSVRowParser {
  private let format: CSVFormat
  private let columnCount: Int
  private let name: String
  private let parser: CSVParser
  private var record = SequenceRecord()

  /// Makes a parser of rows.
  ///
  /// - Parameters:
  ///   - columnCount: The number of fields that every row has.
  ///   - delimiter: What separates fields: one byte.
  ///   - missingValues: What becomes of empty fields, and of texts declared to mean that a value is missing.
  ///   - name: What messages call the place that the lines come from.
  /// - Throws: `CSVOptionError` when the delimiter cannot be one.
  public init(
    columnCount: Int, delimiter: String = ",", missingValues: MissingValues = .refused, name: String
  ) throws(CSVOptionError) {
    precondition(columnCount > 0, "rows of \(columnCount) columns")
    format = try CSVFormat(
      skippingLines: 0, delimiter: delimiter, header: .none, missingValues: missingValues, nonFinite: .refused
    )
    self.columnCount = columnCount
    self.name = name
    parser = CSVParser(format)
  }

  /// The numbers of one line, given without its line feed; `nil` when it is blank.
  ///
  /// - Parameter line: The line's number, from 1, for messages.
  /// - Throws: `RecordError` with the place of the first fault; the next line is read as if nothing had happened.
  public mutating func values(of text: [UInt8], line: Int) throws(RecordError) -> [Float]? {
    if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
    let bytes = text + [0x0A]
    if parser.parse(bytes, columnCount: columnCount, into: &record), record.stepCount == 1 {
      return record.values
    }
    throw fault(bytes, line)
  }

  /// What is wrong with a line that could not be read the fast way.
  private func fault(_ bytes: [UInt8], _ line: Int) -> RecordError {
    do throws(RecordError) {
      var rows = CSVTextRows(path: name, bytes: bytes, format: format)
      rows.fieldLimit = columnCount
      if let row = try rows.next() {
        guard row.fieldCount == columnCount else {
          throw RecordError(
            .columnCount, path: name, line: 1,
            "the row has another number of fields: expected \(columnCount), found \(row.fieldCount); give every row the columns of "
              + "the data that the model was trained on, or name the delimiter (--delimiter)")
        }
        var values = CSVFieldValues(format, CSVLayout(numbers: columnCount))
        try rows.checkFields(row, &values, isFirstRow: false)
      }
    } catch {
      var error = error
      error.line = line
      return error
    }
    return RecordError(.columnCount, path: name, line: line, "is no row of numbers; give one row a line")
  }
}
