import Sequences

/// Which columns of a file are values, in which order, what they are called, and how their texts become numbers.
///
/// ```swift
/// var columns = CSVColumns(.keep(["time", "sky", "load"]))
/// columns.encodings["sky"] = .category(Vocabulary(["clear", "cloudy"]))
/// columns.encodings["time"] = .time(TimestampEncoding(.iso8601, unit: .hours))
/// columns.renamed["load"] = "power"
/// ```
/// Columns go by their names in the header or, where none has a name, by its 0-based index as text.
public struct CSVColumns: Sendable, Hashable {
  /// Which columns are values.
  public enum Selection: Sendable, Hashable {
    /// All of them.
    case all
    /// These, in this order.
    case keep([String])
    /// All but these, which may hold any text.
    case drop([String])
  }

  /// Which columns are values.
  public var selection: Selection
  /// New names, by the file's.
  public var renamed: [String: String] = [:]
  /// How texts that are no numbers become numbers, by the file's names.
  public var encodings: [String: ColumnEncoding] = [:]

  /// Makes a selection in which every value is a number and has the file's name.
  public init(_ selection: Selection = .all) { self.selection = selection }

  /// Every column is a number with the file's name.
  public static let all = CSVColumns()
}
