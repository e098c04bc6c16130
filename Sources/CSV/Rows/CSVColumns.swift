import Sequences

/// The columns of a file that are values: their order, their names, and the encodings of their texts.
///
/// ```swift
/// var columns = CSVColumns(.keep(["time", "sky", "load"]))
/// columns.encodings["sky"] = .category(Vocabulary(["clear", "cloudy"]))
/// columns.encodings["time"] = .time(TimestampEncoding(.iso8601, unit: .hours))
/// columns.renamed["load"] = "power"
/// ```
/// A column is identified by its name in the header, as `@2` by its 0-based position, or by its new name. A
/// bare `2` is a position too, unless another column has that name; then it is rejected. A column without a
/// name is called by its position, `@2`.
public struct CSVColumns: Sendable, Hashable {
  /// A choice of the columns that are values.
  public enum Selection: Sendable, Hashable {
    /// All of them.
    case all
    /// These, in this order.
    case keep([String])
    /// All but these, which may contain any text.
    case drop([String])
  }

  /// The columns that are values.
  public var selection: Selection
  /// New names, by the names in the file or the positions.
  public var renamed: [String: String] = [:]
  /// The encodings of columns whose texts are not numbers, by the names in the file or the positions.
  public var encodings: [String: ColumnEncoding] = [:]

  /// True if the rows of a sequence are sorted by their first column of timestamps, rows of the same time as they are
  /// in the file; otherwise, a row that goes back in time is a fault (`RecordError.Kind.timeOrder`).
  ///
  /// Rows keep their ordinals, so that labels and messages follow them. A row without timestamp follows the row before.
  public var sortsByTime = false

  /// True if the columns of every file are found by the names in its header: they may be in another order than in the
  /// first file, and columns that are not read may differ.
  ///
  /// Columns that are kept by their names are found so in any case.
  public var byName = false

  /// True if the columns of every file are found by name.
  var areFoundByName: Bool {
    guard case .keep(let names) = selection, !byName else { return byName }
    let references = names + renamed.keys + encodings.keys + labels + excluded
    return references.allSatisfy { ColumnReference.position(in: $0) == nil && Int($0) == nil }
  }

  /// The columns of class numbers among those that are values; none by default.
  ///
  /// A text such as `2.00000001`, which Float would round to 2, is a fault there
  /// (`RecordError.Kind.classIndex`).
  public var classNumbers = Selection.keep([])

  /// The columns of labels that may be missing; none by default.
  ///
  /// An empty field and the texts `missingLabels` are NaN there: the step has no label
  /// (`SequenceSchema.optionalColumns`).
  public var optional = Selection.keep([])

  /// The texts that mean a missing label in the columns `optional`, ignoring surrounding blanks.
  public var missingLabels: [String] = []

  /// The columns of labels among those that are values, for messages; unknown ones are ignored.
  package var labels: [String] = []

  /// The columns that are no values, whatever `selection` says: a reader of their own reads them.
  package var excluded: [String] = []

  /// True if the categories are those of some of the sequences: the first row may belong to another one, which has others.
  package var hasCategoriesOfAPart = false

  /// Makes a selection in which every value is a number and every column keeps the name in the file.
  public init(_ selection: Selection = .all) { self.selection = selection }

  /// All columns, as numbers and with the names in the file.
  public static let all = CSVColumns()
}
