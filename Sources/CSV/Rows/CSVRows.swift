import Sequences

/// Rows of text with their places: CSV rows, or lines taken apart by a pattern.
///
/// What rows must satisfy, and what a policy does about their faults, is the same for all (`CSVRowReading`).
protocol CSVRows {
  var path: String { get }
  var format: CSVDialect { get }
  /// The columns' names, where they are known; messages use them.
  var names: [String]? { get }
  /// The blank lines between the row that came last and the one before it.
  var blankLines: [Int] { get }
  /// Where the row that came last begins.
  var rowStart: CSVPlace { get }

  /// The next row, or `nil` behind the last one.
  ///
  /// - Throws: `RecordError` about what no row can be made of.
  mutating func next() throws(RecordError) -> CSVTextRow?

  /// Checks that `row` has as many fields as expected.
  func checkShape(_ row: CSVTextRow, expected: Int, _ basis: CSVCountBasis) throws(RecordError)

  /// The error about a file without rows, which says what there is instead.
  func empty() -> RecordError
}

/// What a row's number of fields is compared with.
enum CSVCountBasis {
  /// The first row of the same file.
  case row(line: Int)
  /// The header of the same file.
  case header(line: Int)
  /// The first file of the split.
  case file(String)
}

extension CSVRows {
  /// Field `index` as messages call it: its number, and its name where there is one.
  func name(ofField index: Int) -> String {
    guard let names, index < names.count else { return "field \(index + 1)" }
    return "field \(index + 1) (column \"\(escapedText(names[index].utf8))\")"
  }

  /// The error about a blank line before the row that came last.
  func blank(_ line: Int) -> RecordError {
    RecordError(
      .blankLine, path: path, line: line,
      "the line is blank: expected a row, found none before the row on line \(rowStart.line); "
        + "remove the line (only behind the last row are blank lines allowed)")
  }

  /// The error about a file of which the policy left out every row, `rowCount` of them.
  ///
  /// - Parameters:
  ///   - whole: What the rows are all of: the file, or a sequence in it.
  ///   - first: The decision about the first one.
  func empty(rowCount: Int, of whole: String, first: LedgerEntry) -> RecordError {
    let rows = rowCount == 1 ? "1 row" : "\(rowCount) rows"
    return RecordError(
      .empty, path: path,
      "every row of the \(whole) was left out: expected at least one without fault, found \(rows) at fault, "
        + "the first one by \(first.fault.rawValue) on line \(first.line ?? 1); mend the file or leave it out"
    )
  }
}
