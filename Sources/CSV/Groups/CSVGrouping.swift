import Platform
import Sequences

/// The rule that distinguishes the sequences of one CSV file; no sequence continues in the next file.
public enum CSVGrouping: Sendable, Hashable {
  /// A column: consecutive rows with the same text form a sequence, and the text is its key.
  ///
  /// The column is identified as in `CSVColumns`.
  case column(String)
  /// A line with exactly this text separates two sequences; an empty text stands for an empty line.
  ///
  /// One separator is permitted before the first sequence and one after the last. Keys count sequences from
  /// 0.
  case separator(String)
  /// A fixed number of rows, 1 or more, forms a sequence.
  ///
  /// Keys count sequences from 0.
  case rows(Int, remainder: Remainder = .keep)
}

extension CSVGrouping {
  /// The handling of the last rows of a file if they are too few for a sequence.
  public enum Remainder: Sendable, Hashable {
    /// They form a shorter sequence.
    case keep
    /// Throws an error that names the first of them.
    case refuse
    /// They are dropped.
    case drop
  }
}

extension CSVGrouping {
  /// Returns the index among `columns` of the field that distinguishes sequences, or `nil` if there is none.
  ///
  /// - Throws: `RecordError` if there is no such column, or no other.
  func keyField(among columns: [String], path: String, line: Int) throws(RecordError) -> Int? {
    guard case .column(let name) = self else { return nil }
    let index = try ColumnReference(name).position(among: columns, path: path, line: line)
    guard columns.count > 1 else {
      throw RecordError(
        .columnCount, path: path, line: line,
        "the column to group by is the only one: expected at least one column of values besides it, found none; "
          + "group by a separator line, or add a column")
    }
    return index
  }
}

extension CSVGrouping: CustomStringConvertible {
  /// The rule in words.
  public var description: String {
    switch self {
    case .column(let name): "by column \"\(escapedText(name.utf8))\""
    case .separator(let text): "by lines \"\(escapedText(text.utf8))\""
    case .rows(let count, let remainder): "every \(count) rows, remainder: \(remainder)"
    }
  }
}
