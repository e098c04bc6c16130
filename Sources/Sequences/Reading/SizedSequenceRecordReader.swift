/// A reader that knows how long its sequences are without reading them.
///
/// Windows, length buckets and the padding planner ask readers of other kinds by reading every sequence once.
public protocol SizedSequenceRecordReader: SequenceRecordReader {
  /// The number of time steps of sequence `index`.
  func stepCount(of index: Int) -> Int
}

/// A cursor that reads some rows of a sequence at the cost of those rows: what windows are cut out of.
public protocol RowRangeSequenceCursor: SequenceCursor {
  /// Reads rows `rows` of sequence `index`, `[rows.count, C]`, into `sequence`; its `lines` become those of the rows.
  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws
}
