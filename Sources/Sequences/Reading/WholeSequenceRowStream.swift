/// Delivers rows a few at a time from sequences that another cursor reads whole.
///
/// It holds one whole sequence: the `RowStream` of readers that have no other.
package struct WholeSequenceRowStream<Base: SequenceCursor>: RowStream {
  private var base: Base
  private var whole = SequenceRecord()
  /// The number of rows already delivered.
  private var done = 0

  /// Makes a stream that reads through `base`.
  package init(_ base: Base) { self.base = base }

  /// Reads the whole of sequence `index`.
  package mutating func begin(_ index: Int) throws {
    end()
    try base.read(index, into: &whole)
  }

  /// Delivers the next `count` rows.
  ///
  /// Their lines are exact if every row of the sequence has one line; otherwise they are those of the
  /// sequence.
  package mutating func read(upTo count: Int, into rows: inout SequenceRecord) -> Int {
    precondition(count >= 0, "\(count) rows")
    let next = done..<min(done + count, whole.stepCount)
    rows.take(next, of: whole)
    done = next.upperBound
    return next.count
  }

  /// Releases the sequence, but keeps its storage for the next one.
  package mutating func end() {
    // A reader in memory shares its storage with `whole`: clearing it in place would first copy it.
    whole.values = []
    done = 0
  }
}
