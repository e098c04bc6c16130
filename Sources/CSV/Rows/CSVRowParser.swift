import Platform
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
  private let columns: [String]
  private let encodings: [String: ColumnEncoding]
  /// The possible columns of a row, with different numbers of fields; one, once the first row has been seen.
  private var layouts: [ResolvedColumns]
  private let name: String
  private var parser: CSVParser
  /// The conversion of fields; `nil` if all are numbers.
  private var fields: CSVFieldValues?
  private var record = SequenceRecord()

  /// Makes a parser of rows.
  ///
  /// - Parameters:
  ///   - columns: The names of the values that every row has.
  ///   - wholeRows: The names of all fields of rows that have more than these, if there may be such rows. The
  ///     number of fields in the first row decides which rows they are.
  ///   - encodings: The encodings of columns whose texts are not numbers, by column name.
  ///   - notation: How rows are written.
  ///   - missingValues: The handling of empty fields, and of texts declared to mean "missing".
  ///   - name: The name of the source of the lines in messages.
  /// - Throws: `UsageError` if the notation is invalid.
  package init(
    columns: [String], of wholeRows: [[String]] = [], encodings: [String: ColumnEncoding] = [:],
    notation: TextNotation = .plain,
    missingValues: MissingValues = .rejected, name: String
  ) throws(UsageError) {
    precondition(!columns.isEmpty, "rows without columns")
    let layout = ResolvedColumns(columns: columns, encodings: encodings)
    layouts = [layout]
    for names in wholeRows where !layouts.contains(where: { $0.roles.count == names.count }) {
      if let other = ResolvedColumns(columns: columns, of: names, encodings: encodings) {
        layouts.append(other)
      }
    }
    (self.columns, self.encodings) = (columns, encodings)
    format = try CSVDialect(
      skippingLines: 0, notation: notation, header: .none, missingValues: missingValues,
      nonFinite: .rejected
    )
    self.name = name
    parser = CSVParser(format, layout: layout)
    fields = parser.fields
  }

  /// Reads the line that names the columns, which may be in any order; other columns are ignored.
  ///
  /// - Throws: `RecordError` if a column is missing.
  package mutating func readHeader(_ text: [UInt8], line: Int) throws(RecordError) {
    let names: [String]
    do throws(RecordError) {
      var rows = CSVTextRows(path: name, bytes: text + [0x0A], format: format)
      rows.isLive = true
      names = try (rows.next()?.fields ?? []).enumerated().map { index, field in
        field.text.isEmpty
          ? ColumnReference.name(ofUnnamed: index) : String(decoding: field.text, as: UTF8.self)
      }
    } catch {
      var error = error
      error.line = line
      throw error
    }
    guard let layout = ResolvedColumns(columns: columns, of: names, encodings: encodings) else {
      throw RecordError(
        .header, path: name, line: line,
        "the header does not name each column of the model once: expected \(quoted(columns)), found \(quoted(names)); name the columns so, or, "
          + "if the rows have them in this order, skip the line (\(Remedy.skipHeader("\(line)")))")
    }
    choose(layout)
  }

  private mutating func choose(_ layout: ResolvedColumns) {
    if layouts == [layout] { return }
    layouts = [layout]
    parser = CSVParser(format, layout: layout)
    fields = parser.fields
  }

  /// The exact timestamps of the row read last, by column; `nil` without columns of timestamps.
  package var times: RowTimes? { record.times }

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
    let mark = line == 1 ? format.decoder.markLength(of: text) : 0
    if text.dropFirst(mark).allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
    let bytes = text + [0x0A]
    if layouts.count > 1 {
      var rows = CSVTextRows(path: name, bytes: bytes, format: format)
      let count = (try? rows.next())?.fieldCount
      if let layout = layouts.first(where: { $0.roles.count == count }) { choose(layout) }
    }
    parser.fields = fields
    if layouts.count == 1,
      parser.parse(Array(bytes[mark...]), columnCount: columns.count, into: &record), record.stepCount == 1
    {
      fields = parser.fields
      return record.values
    }
    throw fault(bytes, line)
  }

  /// Returns the fault of a line that the fast path could not read.
  private func fault(_ bytes: [UInt8], _ line: Int) -> RecordError {
    do throws(RecordError) {
      // In later lines, a byte-order mark is an invisible part of the first field.
      let start = line == 1 ? format.start(of: bytes) : CSVLocation()
      var rows = CSVTextRows(path: name, bytes: bytes, format: format, from: start)
      let layout = layouts[0]
      let counts = layouts.map(\.roles.count).sorted()
      rows.fieldLimit = counts[counts.count - 1]
      rows.isLive = true
      if !layout.isPlain { rows.names = layout.fileColumns }
      if let row = try rows.next() {
        guard counts.contains(row.fieldCount) else {
          throw RecordError(
            .columnCount, path: name, line: 1,
            "the row has a different number of fields: expected \(counts.map(String.init).joined(separator: " or ")), found \(row.fieldCount); give every row the columns of "
              + "the data that the model was trained on"
              + (otherDelimiter(in: bytes.filter { $0 != format.delimiter })
                .map { ", or name the delimiter (\(delimiterRemedy($0)))" } ?? ""))
        }
        var values = fields ?? CSVFieldValues(format, layout)
        try rows.checkNotBlank(row, values)
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
