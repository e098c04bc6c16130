extension DataSet {
  /// Whether a row goes on with a series of the batch or piece before: something is present in it before any series starts.
  ///
  /// Rows of padding alone, as lanes have that were never filled, continue nothing.
  package func continuesSeries(inRow row: Int) -> Bool {
    for step in 0..<stepCount {
      if seriesStarts[row, step] { return false }
      if featuresMask[row, step] || labelsMask[row, step] { return true }
    }
    return false
  }
}
