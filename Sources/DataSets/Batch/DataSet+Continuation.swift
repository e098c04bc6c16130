extension DataSet {
  /// Returns true if a row continues a series of the previous batch or piece: a step in it is present before
  /// any series starts.
  ///
  /// Rows with only padding, as on lanes that were never filled, continue nothing.
  package func continuesSeries(inRow row: Int) -> Bool {
    for step in 0..<stepCount {
      if seriesStarts[row, step] { return false }
      if featuresMask[row, step] || labelsMask[row, step] { return true }
    }
    return false
  }
}
