/// Whether the first line behind the skipped ones names the columns.
public enum CSVHeader: String, Sendable, Hashable, CaseIterable {
  /// There is no header; a column's name is its 0-based index.
  case none
  /// There is one, and it is the same in every file.
  case present
}
