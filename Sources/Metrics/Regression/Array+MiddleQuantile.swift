extension [Float] {
  /// The place of the level of a quantile that is the nearest to the median, the first of two; `nil` without levels.
  package var middleQuantile: Int? { indices.min { abs(self[$0] - 0.5) < abs(self[$1] - 0.5) } }
}
