/// Rows a few at a time, out of sequences that another cursor reads whole.
///
/// It holds one whole sequence: what `SteppedSequenceCursor` is for readers that know no other way.
public struct WholeSequenceCursor<Base: SequenceCursor>: SteppedSequenceCursor {
  private var base: Base
  private var whole = SequenceRecord()
  /// The rows that were handed out already.
  private var done = 0

  /// Makes a cursor that reads through `base`.
  public init(_ base: Base) { self.base = base }

  /// Reads sequence `index` whole.
  public mutating func begin(_ index: Int) throws {
    end()
    try base.read(index, into: &whole)
  }

  /// Hands out the next `count` rows.
  ///
  /// Their lines are exact where every row of the sequence has one line; otherwise they are the sequence's.
  public mutating func read(upTo count: Int, into rows: inout SequenceRecord) -> Int {
    precondition(count >= 0, "\(count) rows")
    let next = done..<min(done + count, whole.stepCount)
    rows.take(next, of: whole)
    done = next.upperBound
    return next.count
  }

  /// Forgets the sequence; its storage is kept for the next one.
  public mutating func end() {
    // A reader in memory shares its storage with `whole`: emptied in place, it would be copied first.
    whole.values = []
    done = 0
  }
}
