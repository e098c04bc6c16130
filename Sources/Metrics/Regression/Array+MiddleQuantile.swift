// Levels of quantiles that label columns take turns to be, in order.
extension [Float] {
  /// The place of the level that is the nearest to the median, the first of two; `nil` without levels.
  package var middleQuantile: Int? { indices.min { abs(self[$0] - 0.5) < abs(self[$1] - 0.5) } }

  /// Returns those of `columns` whose level is the nearest to the median, which are meant to be near the labels; all without
  /// levels.
  package func middleColumns(of columns: Range<Int>) -> [Int] {
    guard let middleQuantile else { return Array<Int>(columns) }
    return columns.filter { $0 % count == middleQuantile }
  }
}
