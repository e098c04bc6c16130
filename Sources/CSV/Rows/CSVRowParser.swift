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
  /// The columns that name the series of a row: their names, or positions where they are no columns of the files.
  private let keys: [String]
  /// The keys as they were given.
  private let givenKeys: [String]
  /// The names of all columns of the files; empty if they are not known.
  private let allColumns: [String]
  /// The possible columns of a row, with different numbers of fields; one, once the first row has been seen.
  private var layouts: [Layout]
  private let name: String
  private var parser: CSVParser
  /// The conversion of fields; `nil` if all are numbers.
  private var fields: CSVFieldValues?
  private var record = SequenceRecord()
  /// True if neither names nor a row have been read, so that a line may be one above these.
  private var isAtStart = true

  /// The columns of a row, and the fields of its keys.
  private struct Layout: Equatable {
    let columns: ResolvedColumns
    let keys: [Int]

    /// Finds columns and keys among the names of all fields; `nil` if one is not there, or there twice.
    init?(_ columns: [String], of names: [String], keys: [String], _ encodings: [String: ColumnEncoding]) {
      let places = keys.compactMap { key in
        let named = names.indices.filter { names[$0] == key }
        return named.count == 1 ? named[0] : try? ColumnReference(key).position(among: names)
      }
      guard places.count == keys.count,
        let resolved = names == columns
          ? ResolvedColumns(columns: columns, encodings: encodings)
          : ResolvedColumns(columns: columns, of: names, encodings: encodings)
      else { return nil }
      (self.columns, self.keys) = (resolved, places)
    }

    var fieldCount: Int { columns.roles.count }
  }

  /// Makes a parser of rows.
  ///
  /// - Parameters:
  ///   - columns: The names of the values that every row has.
  ///   - wholeRows: The names of all fields of rows that have more than these, if there may be such rows. The
  ///     number of fields in the first row decides which rows they are.
  ///   - keys: The columns whose texts name the series of a row, by name or by position among all columns of the files (the longest
  ///     of `wholeRows`); they need not be among these:
  ///     a row then has them first, or at their positions.
  ///   - encodings: The encodings of columns whose texts are not numbers, by column name.
  ///   - notation: How rows are written.
  ///   - missingValues: The handling of empty fields, and of texts declared to mean "missing".
  ///   - name: The name of the source of the lines in messages.
  /// - Throws: `UsageError` if the notation is invalid.
  package init(
    columns: [String], of wholeRows: [[String]] = [], keys: [String] = [],
    encodings: [String: ColumnEncoding] = [:], notation: TextNotation = .plain,
    missingValues: MissingValues = .rejected, name: String
  ) throws(UsageError) {
    precondition(!columns.isEmpty, "rows without columns")
    // A position is that of a column of the files, which rows without labels have elsewhere.
    let all = wholeRows.max { $0.count < $1.count } ?? []
    let named = keys.map { key in (try? ColumnReference(key).position(among: all)).map { all[$0] } ?? key }
    allColumns = all
    layouts = []
    for names in wholeRows + [columns] {
      let others = named.filter { !names.contains($0) }
      var names = others.filter { ColumnReference.position(in: $0) == nil } + names
      for (key, position) in others.compactMap({ key in ColumnReference.position(in: key).map { (key, $0) } })
        .sorted(by: { $0.1 < $1.1 })
      {
        names.insert(key, at: min(position, names.count))
      }
      guard let layout = Layout(columns, of: names, keys: named, encodings),
        !layouts.contains(where: { $0.fieldCount == layout.fieldCount })
      else { continue }
      layouts.append(layout)
    }
    guard let first = layouts.first else {
      throw UsageError(
        "a row has no columns \(quoted(keys)) beside those of the model: expected among \(quoted(wholeRows.last ?? columns))"
      )
    }
    (self.keys, givenKeys) = (named, keys)
    (self.columns, self.encodings) = (columns, encodings)
    format = try CSVDialect(
      skippingLines: 0, notation: notation, header: .none, missingValues: missingValues,
      nonFinite: .rejected
    )
    self.name = name
    parser = CSVParser(format, layout: first.columns)
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
    // A position is clear if the columns have the order of the files, although some are left out.
    let isInOrder = allColumns.filter(names.contains) == names
    for (given, key) in zip(givenKeys, keys) where given != key && !isInOrder {
      guard let other = try? ColumnReference(given).position(among: names), names[other] != key else {
        continue
      }
      throw RecordError(
        .header, path: name, line: line,
        "\(given) could mean two columns: expected one, found \(quoted([key])), at this position in the files that the model "
          + "was trained on, and \(quoted([names[other]])), at this position here; write its name")
    }
    guard let layout = Layout(columns, of: names, keys: keys, encodings) else {
      throw RecordError(
        .header, path: name, line: line,
        "the header does not name each column of the model once: expected \(quoted(columns + keys)), found \(quoted(names)); name the columns so, or, "
          + "if the rows have them in this order, skip the line (\(Remedy.skipHeader("\(line)")))")
    }
    choose(layout)
    isAtStart = false
  }

  private mutating func choose(_ layout: Layout) {
    if layouts == [layout] { return }
    layouts = [layout]
    parser = CSVParser(format, layout: layout.columns)
    fields = parser.fields
  }

  /// Returns the texts of the key columns of one line; `nil` if it is blank.
  ///
  /// The first row decides which columns rows have.
  ///
  /// - Throws: `RecordError` with the location of the first fault, if the keys cannot be read.
  package mutating func key(of text: [UInt8], line: Int) throws(RecordError) -> [String]? {
    if isBlank(text, line: line) { return nil }
    let bytes = text + [0x0A]
    if layouts.count > 1 { chooseLayout(of: bytes) }
    if keys.isEmpty { return [] }
    var rows = CSVTextRows(
      path: name, bytes: bytes, format: format, from: line == 1 ? format.start(of: bytes) : CSVLocation())
    guard let row = try? rows.next(), layouts.count == 1, row.fieldCount == layouts[0].fieldCount else {
      throw fault(bytes, line)
    }
    var texts: [String] = []
    for field in layouts[0].keys {
      let text = String(decoding: row.fields[field].text, as: UTF8.self)
      if text.isEmpty {
        throw RecordError(
          .missingValue, path: name, line: line, column: row.fields[field].location.column,
          "the key of the series is empty: expected a text in column \"\(escapedText(layouts[0].columns.fileColumns[field].utf8))\", found none; give each row the key of its series"
        )
      }
      texts.append(text)
    }
    return texts
  }

  /// Returns true for a line of blanks.
  private func isBlank(_ text: [UInt8], line: Int) -> Bool {
    text.dropFirst(markLength(of: text, line)).allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }

  /// The length of a byte-order mark, as at the beginning of a file; the mark counts as bytes of its line there, too.
  private func markLength(of text: [UInt8], _ line: Int) -> Int {
    line == 1 ? format.decoder.markLength(of: text) : 0
  }

  private mutating func chooseLayout(of bytes: [UInt8]) {
    var rows = CSVTextRows(path: name, bytes: bytes, format: format)
    let count = (try? rows.next())?.fieldCount
    if let layout = layouts.first(where: { $0.fieldCount == count }) { choose(layout) }
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
    if isBlank(text, line: line) { return nil }
    let (bytes, mark) = (text + [0x0A], markLength(of: text, line))
    if layouts.count > 1 { chooseLayout(of: bytes) }
    parser.fields = fields
    if layouts.count == 1,
      parser.parse(Array(bytes[mark...]), columnCount: columns.count, into: &record), record.stepCount == 1
    {
      fields = parser.fields
      isAtStart = false
      return record.values
    }
    throw fault(bytes, line)
  }

  /// Returns the fault of a line that the fast path could not read.
  private func fault(_ bytes: [UInt8], _ line: Int) -> RecordError {
    do throws(RecordError) {
      // In later lines, a byte-order mark is an invisible part of the first field.
      let start = line == 1 ? format.start(of: bytes) : CSVLocation()
      var described = format
      described.skippedLines = line - 1
      var rows = CSVTextRows(path: name, bytes: bytes, format: described, from: start)
      let layout = layouts[0].columns
      let counts = layouts.map(\.fieldCount).sorted()
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
                .map { ", or name the delimiter (\(delimiterRemedy($0)))" }
                ?? (isAtStart ? ", or skip a line that is above them (\(Remedy.skipLines("\(line)")))" : "")))
        }
        var values = fields ?? CSVFieldValues(format, layout)
        try rows.checkNotBlank(row, values)
        try rows.checkFields(row, &values, isFirstRow: isAtStart)
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
