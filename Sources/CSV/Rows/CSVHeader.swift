/// The presence of a header: a first line, after the skipped ones, that names the columns.
public enum CSVHeader: String, Sendable, Hashable, CaseIterable {
  /// There is no header; the name of a column is its 0-based index.
  case none
  /// There is a header, and it is the same in every file.
  case present
}
