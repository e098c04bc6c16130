import Platform
import Sequences

/// A CSV file with labels of many sequences, row by row, as texts with their locations.
///
/// It is held in memory: a table has a row for a series or for an event, not for a time step of the data.
public struct LabelTable: Sendable {
  /// A choice of columns, by their names or as `@N`.
  public struct Columns: Sendable, Hashable {
    /// The name of no column: the first row belongs to the first sequence, and so on.
    public static let rowNumber = "@row"
    /// The column that names the sequence of a row, or `rowNumber`.
    public var key: String
    /// The column of labels.
    public var label: String

    /// Makes a choice; by default, the first column names the sequence, and the second one is the label.
    public init(key: String = "@0", label: String = "@1") { (self.key, self.label) = (key, label) }
  }

  /// The file.
  public let path: String
  /// The names of all columns.
  public let columns: [String]
  /// The fields of every row, as many as there are columns.
  package let rows: [[LabelText]]
  /// The line of the header or of the first row, for messages.
  private let firstLine: Int
  /// True if the first line names the columns.
  private let hasHeader: Bool
  /// The notation of numbers; `nil`: that of plain CSV.
  private let numbers: NumberNotation?

  /// Reads the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - skippingLines: The number of physical lines to skip before parsing begins.
  ///   - delimiter: The separator between fields: one byte.
  ///   - header: `.present` if the line after the skipped ones names the columns.
  ///   - notation: How the rows are written; `delimiter`, unless it is `nil`, comes first.
  /// - Throws: `UsageError` if an option is invalid; `FileError` if the file cannot be read; `RecordError` if it has no
  ///   rows, or if a row is malformed, has a different number of fields, or is not UTF-8.
  public init(
    _ path: String, skippingLines: Int = 0, delimiter: String? = nil, header: CSVHeader = .present,
    notation: TextNotation = .plain
  ) throws {
    var reader = try CSVTextReader(
      path, skippingLines: skippingLines, delimiter: delimiter, header: header, notation: notation)
    numbers = NumberNotation(notation)
    (self.path, columns) = (path, reader.columns)
    (firstLine, hasHeader) = (skippingLines + 1, header == .present)
    var rows: [[LabelText]] = []
    while let row = try reader.nextLabels() { rows.append(row) }
    self.rows = rows
  }

  /// Returns the position of a column.
  ///
  /// - Throws: `RecordError` about the header if there is none of that name.
  package func position(of column: String) throws(RecordError) -> Int {
    if columns.count == 1, let delimiter = otherDelimiter(in: columns[0].utf8) {
      throw RecordError(
        .header, path: path, line: firstLine,
        "the table has one column: expected names of sequences and labels, found \"\(escapedText(columns[0].utf8))\"; if "
          + "\(delimiterInWords(delimiter)) separates the fields, name it "
          + "(\(Remedy.labelDelimiter(delimiter == 0x09 ? "\\t" : String(UnicodeScalar(delimiter)))))")
    }
    return try ColumnReference(column).position(among: columns, path: path, line: firstLine)
  }

  /// Returns the label of a row; a number is in the notation of plain CSV.
  package func label(ofRow row: Int, inColumn column: Int) -> LabelText {
    var label = rows[row][column]
    if let numbers { label.text = numbers.plainText(of: label.text) }
    return label
  }

  /// Returns what else may be wrong if a sequence has no row: the header may be its row.
  package func doubt(about names: SequenceNames, key: Int) -> String {
    hasHeader && !names.sequences(named: columns[key]).isEmpty
      ? "; if line \(firstLine) is a row, say so (\(Remedy.labelsWithoutHeader))" : ""
  }
}

extension LabelTable {
  /// The rows that belong to each sequence of a reader, in the order of the table, and those that belong to none.
  package struct Assignment {
    /// The indices of the rows of every sequence.
    package var rows: [[Int]]
    /// The indices of the rows that name no sequence.
    package var lonely: [Int] = []
  }

  /// Finds the sequence of every row.
  ///
  /// - Parameters:
  ///   - names: The names of the sequences.
  ///   - count: The number of sequences.
  ///   - key: The position of the column that names them.
  ///   - elsewhere: Returns true if a text names a sequence of other data that shares the table.
  /// - Throws: `RecordError` if a row names several sequences, or none and the policy raises that.
  package func assignment(
    to names: SequenceNames, of features: any SequenceRecordReader, key: Int, policy: ErrorPolicy,
    elsewhere: (String) throws -> Bool
  ) throws -> Assignment {
    var assignment = Assignment(rows: Array(repeating: [], count: features.count))
    for (index, row) in rows.enumerated() {
      let named = names.sequences(named: row[key].text)
      if let sequence = named.first, named.count == 1 {
        assignment.rows[sequence].append(index)
      } else if named.count > 1 {
        throw row[key].error(
          .unpaired,
          "\(row[key].quoted) names \(named.count) sequences: expected one, found "
            + named.prefix(2).map { escapedText(features.exampleKey(of: $0).utf8, limit: nil) }.joined(
              separator: " and ")
            + "; write it like these")
      } else if try !elsewhere(row[key].text) {
        assignment.lonely.append(index)
      }
    }
    if let first = assignment.lonely.first, policy[.unpaired] != .skipSequence {
      let text = rows[first][key]
      let others = assignment.lonely.count - 1
      throw text.error(
        .unpaired,
        "\(text.quoted) names no sequence: expected a name such as "
          + "\"\(escapedText(features.exampleKey(of: 0).utf8))\", found none of that name"
          + (others == 0 ? "" : " (nor of \(others) more)")
          + "; correct it, or leave out such rows (\(Remedy.skipSequences))")
    }
    return assignment
  }

  /// The error about a sequence without a row.
  package func missingRow(
    of index: Int, of features: any SequenceRecordReader, names: SequenceNames, key: Int, others: Int
  ) -> RecordError {
    let source = features.source(of: index)
    return RecordError(
      .unpaired, path: path, line: rows.last?[key].line,
      "no row names \(escapedText(source.path.utf8, limit: nil)): expected a row with the key "
        + "\"\(escapedText(features.exampleKey(of: index).utf8))\" in column \"\(escapedText(columns[key].utf8))\", found none up to "
        + "here\(others == 0 ? "" : " (nor for \(others) more)"); add it, or leave out such series (\(Remedy.skipSequences))"
        + doubt(about: names, key: key))
  }
}
