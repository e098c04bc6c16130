/// A reader that knows the lengths of its sequences without reading them.
///
/// For other readers, windows, length buckets and the padding planner read every sequence once.
public protocol SizedSequenceRecordReader: SequenceRecordReader {
  /// Returns the number of time steps of sequence `index`.
  func stepCount(of index: Int) -> Int
}

/// A cursor that reads a range of rows at the cost of those rows; windows are cut with it.
public protocol RowRangeSequenceCursor: SequenceCursor {
  /// Reads rows `rows` of sequence `index`, `[rows.count, C]`, into `sequence`; its `lines` become the lines
  /// of those rows.
  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws
}
