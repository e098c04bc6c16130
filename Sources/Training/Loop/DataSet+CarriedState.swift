import DataSets

extension DataSet {
  /// True if some row does not start at step 0: it continues with the carried state, even if only through
  /// padding.
  var hasOpenRow: Bool { stepCount > 0 && (0..<exampleCount).contains { !seriesStarts[$0, 0] } }

  /// The first row that continues a series of the previous batch: it has a present step before any start.
  ///
  /// `nil` if there is none: no state needs to be carried into the batch.
  var firstContinuedRow: Int? { (0..<exampleCount).first { continuesSeries(inRow: $0) } }

  /// Returns the batch with a start at step 0 of every row that has none but holds only padding up to its
  /// first start.
  ///
  /// Lanes that were never filled have such rows. If nothing is carried, the start does not change a result;
  /// it tells a model that expects a state for every row without a start that this row needs none.
  func resettingRowsWithoutState() -> DataSet {
    let rows = (0..<exampleCount).filter { !seriesStarts[$0, 0] && !continuesSeries(inRow: $0) }
    var batch = self
    batch.seriesStarts = Mask(rows: exampleCount, steps: stepCount) { row, step in
      seriesStarts[row, step] || step == 0 && rows.contains(row)
    }
    return batch
  }
}
