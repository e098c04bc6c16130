extension DataSet {
  /// The number of series that begin in this batch or piece.
  ///
  /// A series is counted where it starts, so over the pieces of a batch, or of a pass over lanes, every series is
  /// counted once. A start without a present step before the next one, or before the end, is padding and not counted.
  ///
  /// ```swift
  /// let batch = DataSet(features: Tensor(shape: [2, 3, 5]))
  /// batch.startedSeriesCount                              // 2
  /// batch.pieces(of: 2).map(\.startedSeriesCount)         // [2, 0, 0]
  /// ```
  public var startedSeriesCount: Int {
    let present = stepMask
    if present.isFull { return seriesStarts.count }
    var count = 0
    for row in 0..<exampleCount {
      var isWaiting = false  // a start whose first present step is still to come
      for step in 0..<stepCount {
        isWaiting = isWaiting || seriesStarts[row, step]
        if isWaiting && present[row, step] {
          count += 1
          isWaiting = false
        }
      }
    }
    return count
  }
}
