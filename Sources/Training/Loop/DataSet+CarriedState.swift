import DataSets

extension DataSet {
  /// Whether some row does not start at step 0: it goes on with what is carried, if only through padding.
  var hasOpenRow: Bool { stepCount > 0 && (0..<exampleCount).contains { !seriesStarts[$0, 0] } }

  /// The first row that continues a series of the batch before: it has a present step before any start.
  ///
  /// `nil` when there is none: nothing needs to be carried into the batch.
  var firstContinuedRow: Int? { (0..<exampleCount).first { continuesSeries(inRow: $0) } }

  /// The same batch with a start at step 0 of every row that has none but continues nothing: it is padding up to its
  /// first start.
  ///
  /// Lanes that were never filled are such rows. Where nothing is carried the start changes no result, and says to a
  /// model that asks for a state wherever a row does not start that the row needs none.
  func resettingRowsWithoutState() -> DataSet {
    let rows = (0..<exampleCount).filter { !seriesStarts[$0, 0] && !continuesSeries(inRow: $0) }
    var batch = self
    batch.seriesStarts = Mask(rows: exampleCount, steps: stepCount) { row, step in
      seriesStarts[row, step] || step == 0 && rows.contains(row)
    }
    return batch
  }
}
