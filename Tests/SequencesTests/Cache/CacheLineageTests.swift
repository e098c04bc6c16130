import Sequences
import TestSupport
import Testing

/// A reader, every other sequence of which something was fitted on.
private struct FittedReader: SequenceRecordReader {
  let base: CollectionSequenceRecordReader

  var count: Int { base.count }
  var schema: SequenceSchema { base.schema }
  func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }
  func makeCursor() -> Cursor { Cursor(base: base.makeCursor()) }

  struct Cursor: SequenceCursor {
    var base: any SequenceCursor
    mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
      try base.read(index, into: &sequence)
      sequence.isFittedExample = index.isMultiple(of: 2)
    }
  }
}

/// Marks of the examples that a transform was fitted on, in caches of its output.
@Suite struct CacheLineageTests {
  @Test func marksAreKept() throws {
    let directory = TestDirectory()
    let reader = FittedReader(
      base: try CollectionSequenceRecordReader([[[1], [2]], [[3]], [[4]], [[5], [6]]]))
    for _ in 0..<2 {
      let cached = try CachedSequenceRecordReader(reader, cache: "\(directory.path)/c.timestep-cache")
      var (cursor, whole, rows) = (cached.makeCursor(), SequenceRecord(), SequenceRecord())
      var ranges = try #require(cached.makeRowRangeCursor())
      for index in [0, 1, 2, 3, 0, 3, 2, 1] {
        try cursor.read(index, into: &whole)
        #expect(whole.isFittedExample == index.isMultiple(of: 2))
        try ranges.read(index, rows: 0..<1, into: &rows)
        #expect(rows.isFittedExample == index.isMultiple(of: 2))
      }
    }
  }
}
