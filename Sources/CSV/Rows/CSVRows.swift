import Platform
import Sequences

/// Rows of text with their positions: CSV rows, or lines split by a pattern.
///
/// The requirements for rows, and the handling of faults by a policy, are the same for all (`CSVRowReading`).
protocol CSVRows {
  var path: String { get }
  var format: CSVDialect { get }
  /// The column names, if they are known; used in messages.
  var names: [String]? { get }
  /// The blank lines between the current row and the previous one.
  var blankLines: [ClosedRange<Int>] { get }
  /// The position of the current row.
  var rowStart: CSVLocation { get }

  /// True if the flags for faulty rows of data files do not apply: rows arrive one by one, or are those of a table.
  var isLive: Bool { get }

  /// True if a column could tell the rows of several sequences apart.
  var canBeGrouped: Bool { get }

  /// True if a row is a whole series: its fields are time steps, none of which can be left out of all rows.
  var areSeries: Bool { get }

  /// Returns the next row, or `nil` after the last one.
  ///
  /// - Throws: `RecordError` about text that cannot form a row.
  mutating func next() throws(RecordError) -> CSVTextRow?

  /// The rows after the current one; reading them does not change these.
  var rest: Self { get }

  /// Checks that `row` has as many fields as expected.
  func checkShape(_ row: CSVTextRow, expected: Int, _ basis: CSVCountBasis) throws(RecordError)

  /// Returns the error about a file without rows, which describes what it has instead.
  func empty() -> RecordError
}

/// The reference that the number of fields of a row is compared with.
enum CSVCountBasis {
  /// The first row of the same file.
  case row(line: Int)
  /// The header of the same file.
  case header(line: Int)
  /// The first file of the split.
  case file(String)
}

extension CSVRows {
  /// False: the rows are those of a file.
  var isLive: Bool { false }

  /// False: the rows are those of one sequence.
  var canBeGrouped: Bool { false }

  /// A row is a time step.
  var areSeries: Bool { false }

  /// The policy that leaves out a faulty row, for messages.
  var skipRemedy: Remedy { areSeries ? .skipSequences : .skipRows }

  /// Returns the name of field `index` in messages: its number, and its name if it has one.
  func name(ofField index: Int) -> String {
    guard let names, index < names.count else { return "field \(index + 1)" }
    return "field \(index + 1) (column \"\(escapedText(names[index].utf8))\")"
  }

  /// The number of blank lines between the current row and the previous one.
  var blankLineCount: Int { blankLines.reduce(0) { $0 + $1.count } }

  /// Returns the row of an ordinal, counted from the next row on; blank lines that are passed over count too.
  mutating func row(_ ordinal: Int) throws(RecordError) -> CSVTextRow? {
    var count = 0
    while let row = try next() {
      count += blankLineCount
      if count >= ordinal { return count == ordinal ? row : nil }
      count += 1
    }
    return nil
  }

  /// Returns the error about a blank line before the current row.
  func blank(_ line: Int) -> RecordError {
    RecordError(
      .blankLine, path: path, line: line,
      "the line is blank: expected a row, found none before the row on line \(rowStart.line); "
        + "remove the line (blank lines are allowed only after the last row)")
  }

  /// Returns the error about a file whose rows, `rowCount` of them, were all skipped by the policy.
  ///
  /// - Parameters:
  ///   - whole: The name for all of the rows: the file, or a sequence in it.
  ///   - first: The decision about the first row.
  func empty(rowCount: Int, of whole: String, first: Ledger.Entry) -> RecordError {
    let rows = rowCount == 1 ? "1 row" : "\(rowCount) rows"
    return RecordError(
      .empty, path: path,
      "every row of the \(whole) was left out: expected at least one without fault, found \(rows) at fault, "
        + "the first one by \(inWords(first.fault.rawValue)) on line \(first.line ?? 1); fix or exclude the file"
    )
  }
}

extension [ClosedRange<Int>] {
  /// Appends the number of a line after all others.
  mutating func append(line: Int) {
    if let last, last.upperBound == line - 1 {
      self[count - 1] = last.lowerBound...line
    } else {
      append(line...line)
    }
  }
}
