import DataSets

/// A count of the series of a pass, each counted once, at its first present step.
///
/// A batch of whole series has one series per row. Lanes and endless series come in batches whose rows
/// continue those of the previous batch, and new series begin anywhere; there a series counts in the batch,
/// or piece, in which it begins. A row that already continues in the first batch of a pass counts as one too,
/// so that a pass through the middle of an endless series has one. Rows that hold only padding are not
/// series.
struct SeriesCount: Sendable, Hashable, Codable {
  /// The number of series so far.
  private(set) var count = 0
  /// True for a row in which a series has begun, but no step was present yet; `nil` before the first batch of
  /// the pass.
  ///
  /// There may be padding before a series, even a whole piece of it.
  private var isPending: [Bool]?

  /// Counts the series that a batch, or a piece, of the pass adds.
  mutating func add(_ batch: DataSet) {
    let mask = batch.stepMask
    let starts = batch.seriesStarts
    let before = isPending
    isPending = (0..<batch.exampleCount).map { row in
      var isPending = before.map { row < $0.count && $0[row] } ?? true
      for step in 0..<batch.stepCount {
        if starts[row, step] { isPending = true }
        if isPending && mask[row, step] {
          count += 1
          isPending = false
        }
      }
      return isPending
    }
  }
}
