import Tensors

extension DataSet {
  /// Cuts the batch along time into ceil(T / `stepsPerUpdate`) pieces, the last of which may be shorter.
  ///
  /// ```swift
  /// let batch = DataSet(features: Tensor(shape: [2, 3, 5]))
  /// batch.pieces(of: 2).map(\.stepCount)   // [2, 2, 1]
  /// batch.pieces(of: nil) == [batch]       // true
  /// ```
  /// Masks and `seriesStarts` are cut together with the tensors. By default, a series starts only at step 0
  /// of the batch, so a row of a later piece has no start at its step 0: it continues from the state at the
  /// end of the previous piece. Every piece has all N examples, even if some or all of them consist only of
  /// padding in it.
  ///
  /// - Parameter stepsPerUpdate: The length of a piece in time steps; `nil` makes the whole batch one piece.
  public func pieces(of stepsPerUpdate: Int?) -> [DataSet] {
    Array(lazyPieces(of: stepsPerUpdate))
  }

  /// Returns the same pieces as `pieces(of:)`, each cut when it is needed: together they take as much memory as the batch.
  package func lazyPieces(of stepsPerUpdate: Int?) -> some Collection<DataSet> {
    let length = stepsPerUpdate ?? stepCount
    precondition(length > 0, "a piece of \(length) time steps")
    let count = max(1, (stepCount - 1) / length + 1)
    return (0..<count).lazy.map { index in
      count == 1 ? self : steps(index * length..<min((index + 1) * length, stepCount))
    }
  }

  /// Returns the steps `range` of every example: `[N, C, range.count]`, with masks, series starts and
  /// metadata.
  public func steps(_ range: Range<Int>) -> DataSet {
    var piece = DataSet(
      features: features.steps(range), labels: labels?.steps(range), featuresMask: featuresMask.steps(range),
      labelsMask: labelsMask.steps(range), seriesStarts: seriesStarts.steps(range),
      observedMask: observedMask.steps(range), metadata: metadata)
    piece.origin.known = origin.known?.steps(from: range.lowerBound)
    piece.lineageNotes = lineageNotes
    return piece
  }
}

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
