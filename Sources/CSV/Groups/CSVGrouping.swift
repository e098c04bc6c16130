import Sequences

/// What tells the sequences of one CSV file apart; none goes on in the next file.
public enum CSVGrouping: Sendable, Hashable {
  /// The text of a column: consecutive rows with the same text are a sequence, and the text is its key.
  ///
  /// The column goes by its name in the header or, where none has it, by its 0-based index as text.
  case column(String)
  /// A line that is exactly this text stands between two sequences; an empty text is an empty line.
  ///
  /// One before the first sequence and one behind the last are allowed. Keys count sequences from 0.
  case separator(String)
  /// Every so many rows, 1 or more, are a sequence. Keys count sequences from 0.
  case rows(Int, remainder: CSVRemainder = .keep)
}

/// What becomes of the last rows of a file that are too few for a sequence.
public enum CSVRemainder: Sendable, Hashable {
  /// They are a shorter sequence.
  case keep
  /// An error that names the first of them.
  case refuse
  /// They are left out.
  case drop
}

extension CSVGrouping {
  /// The field that tells sequences apart, by its name among `columns`; `nil` when none does.
  ///
  /// - Throws: `RecordError` when there is no such column, or no other.
  func keyField(among columns: [String], path: String, line: Int) throws(RecordError) -> Int? {
    guard case .column(let name) = self else { return nil }
    guard let index = fieldIndex(name, among: columns) else {
      throw RecordError(
        .header, path: path, line: line,
        "no column has the name to group by: expected one of \(columns.count) columns, found none called "
          + "\"\(escapedText(name.utf8))\"" + suggestion(for: name, among: columns))
    }
    guard columns.count > 1 else {
      throw RecordError(
        .columnCount, path: path, line: line,
        "the column to group by is the only one: expected at least one column of values beside it, found none; "
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
