/// A reader that knows the lines of its rows without reading a file, or that has one line per row.
package protocol LinedSequences {
  /// Returns the line of row `step` among the rows delivered, or `nil` if it is not known.
  ///
  /// - Parameter skippedRows: The rows of the sequence that a policy skipped.
  func line(of index: Int, step: Int, skipping skippedRows: [Int]) -> Int?

  /// Returns the rows of sequence `index` that a policy skipped; see `SequenceRecord.skippedRows`.
  func skippedRows(of index: Int) -> [Int]

  /// Returns the decisions about the faults of sequence `index`.
  func ledger(of index: Int) -> [LedgerEntry]
}

/// Returns the row ordinal in the file of row `step` of a sequence, given its skipped rows.
package func fileRow(_ step: Int, skipping skippedRows: [Int]) -> Int {
  var row = step
  for gone in skippedRows where gone <= row { row += 1 }
  return row
}
