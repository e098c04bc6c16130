/// Reads ranges of rows at the cost of those rows, for one thread; windows are cut with it.
///
/// A reader that can do this returns one from `makeRowRangeCursor()`.
public protocol RowRangeCursor {
  /// Reads rows `rows` of sequence `index`, `[rows.count, C]`, into `sequence`, as `SequenceRecord.take` would
  /// take them from the whole sequence.
  ///
  /// - Throws: The same errors as reading the whole sequence.
  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws
}
