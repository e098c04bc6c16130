/// A reader that knows where its rows lie without reading a file, or counts on one line a row.
package protocol LinedSequences {
  /// The line of row `step` among those that are given out; `nil` where it is not known.
  ///
  /// - Parameter skippedRows: The rows of the sequence that a policy left out.
  func line(of index: Int, step: Int, skipping skippedRows: [Int]) -> Int?

  /// The rows of sequence `index` that a policy left out; see `SequenceRecord.skippedRows`.
  func skippedRows(of index: Int) -> [Int]

  /// What was decided about the faults of sequence `index`.
  func ledger(of index: Int) -> [LedgerEntry]
}

/// The row of the file on which row `step` of a sequence stands, some rows of which were left out.
package func fileRow(_ step: Int, skipping skippedRows: [Int]) -> Int {
  var row = step
  for gone in skippedRows where gone <= row { row += 1 }
  return row
}
