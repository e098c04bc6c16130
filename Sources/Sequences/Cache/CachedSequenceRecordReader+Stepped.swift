extension CachedSequenceRecordReader: SteppedSequenceRecordReader {
  /// Makes one thread's cursor that copies a few rows at a time out of the mapping, however long the sequence is.
  public func makeSteppedCursor() -> CachedSteppedCursor { CachedSteppedCursor(contents: contents) }
}

/// One thread's way through cached sequences, a few rows at a call.
public struct CachedSteppedCursor: SteppedSequenceCursor {
  let contents: CacheContents
  /// The sequence and the rows of it to come; `nil` before `begin` and after `end`.
  private var rest: (sequence: Int, rows: Range<Int>)?

  init(contents: CacheContents) { self.contents = contents }

  /// Goes to the first row of sequence `index`.
  ///
  /// - Throws: The sequence's `RecordError`, wherever in it the fault is.
  public mutating func begin(_ index: Int) throws {
    rest = nil
    var nothing = SequenceRecord()
    // A sequence at fault has no rows, and its end must not be taken for one.
    try contents.read(index, rows: 0..<0, into: &nothing)
    rest = (index, 0..<contents.stepCount(of: index))
  }

  /// Copies the next `count` rows, or those that are left.
  public mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    precondition(count >= 0, "\(count) rows")
    guard let (sequence, left) = rest else { preconditionFailure("no sequence was begun") }
    let next = left.prefix(count)
    try contents.read(sequence, rows: next, into: &rows)
    rest = (sequence, next.upperBound..<left.upperBound)
    return next.count
  }

  /// Forgets the sequence.
  public mutating func end() { rest = nil }
}
