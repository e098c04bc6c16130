extension CachedSequenceRecordReader: SteppedSequenceRecordReader {
  /// Makes a cursor for one thread that copies a few rows at a time from the mapping, however long the
  /// sequence is.
  public func makeSteppedCursor() -> CachedSteppedCursor { CachedSteppedCursor(contents: contents) }
}

/// Reads cached sequences a few rows at a time, for one thread.
public struct CachedSteppedCursor: SteppedSequenceCursor {
  let contents: CacheContents
  /// The sequence and its remaining rows; `nil` before `begin` and after `end`.
  private var rest: (sequence: Int, rows: Range<Int>)?

  init(contents: CacheContents) { self.contents = contents }

  /// Moves to the first row of sequence `index`.
  ///
  /// - Throws: The `RecordError` of the sequence, wherever the fault is in it.
  public mutating func begin(_ index: Int) throws {
    rest = nil
    var nothing = SequenceRecord()
    // A faulty sequence has no rows and must not be mistaken for one that has ended.
    try contents.read(index, rows: 0..<0, into: &nothing)
    rest = (index, 0..<contents.stepCount(of: index))
  }

  /// Copies the next `count` rows, or as many as remain.
  public mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    precondition(count >= 0, "\(count) rows")
    guard let (sequence, left) = rest else { preconditionFailure("no sequence was begun") }
    let next = left.prefix(count)
    try contents.read(sequence, rows: next, into: &rows)
    rest = (sequence, next.upperBound..<left.upperBound)
    return next.count
  }

  /// Releases the sequence.
  public mutating func end() { rest = nil }
}
