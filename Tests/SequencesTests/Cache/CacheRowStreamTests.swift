import Sequences
import TestSupport
import Testing

@Suite struct CacheRowStreamTests {
  @Test func rowsEqualThoseOfTheWholeSequence() throws {
    let directory = TestDirectory()
    directory.writeSeries(9)
    let noted = NotedReader(base: try directory.series(9))
    let cached = try CachedSequenceRecordReader(noted, cache: directory.cache)
    var plain = WholeSequenceRowStream(noted.makeCursor())
    var stepped = cached.makeRowStream()
    var (expected, found) = (SequenceRecord(), SequenceRecord())
    for index in 0..<noted.count {
      for count in 1...4 {
        do {
          try plain.begin(index)
        } catch let error as RecordError {
          #expect(throws: error) { try stepped.begin(index) }
          continue
        }
        try stepped.begin(index)
        while case let read = plain.read(upTo: count, into: &expected), read > 0 {
          #expect(try stepped.read(upTo: count, into: &found) == read)
          #expect(Read(found) == Read(expected))
        }
        #expect(try stepped.read(upTo: count, into: &found) == 0)
        #expect(try stepped.read(upTo: count, into: &found) == 0)
      }
      stepped.end()
    }
  }
}
