/// The features of a batch that are constant within a series, which statistics count once per series.
///
/// Excluded from equality: all instances are equal.
struct StaticColumns: Sendable, Equatable {
  /// The columns of the features.
  var columns: Set<Int> = []
  /// The rows whose series other examples of the data, such as earlier windows, have counted already.
  var countedRows: Set<Int> = []

  static func == (first: StaticColumns, second: StaticColumns) -> Bool { true }
}
