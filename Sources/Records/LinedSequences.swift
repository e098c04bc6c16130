/// A reader that knows where its rows lie without reading a file.
package protocol LinedSequences {
  /// The line of row `step` among those that are given out; `nil` where rows share lines or have several.
  func line(of index: Int, step: Int) -> Int?

  /// The rows of sequence `index` that a policy left out; see `SequenceRecord.skippedRows`.
  func skippedRows(of index: Int) -> [Int]
}

/// The row of the file on which row `step` of a sequence stands, some rows of which were left out.
package func fileRow(_ step: Int, skipping skippedRows: [Int]) -> Int {
  var row = step
  for gone in skippedRows where gone <= row { row += 1 }
  return row
}
