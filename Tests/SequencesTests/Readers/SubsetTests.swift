import CSV
import Sequences
import TestSupport
import Testing

/// Selected sequences of a reader, row by row: as the reader gives them, without holding a whole sequence.
@Suite struct SubsetTests {
  /// A reader that streams rows, and fails if asked for a whole sequence.
  private struct RowsOnly: SequenceRecordReader {
    let base: CSVSequenceRecordReader

    var count: Int { base.count }
    var schema: SequenceSchema { base.schema }
    func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }
    func makeCursor() throws -> some SequenceCursor {
      if true { throw RecordError(.changed, path: "", "read whole") }
      return base.makeCursor()
    }
    func makeRowStream() -> any RowStream { base.makeRowStream() }
  }

  @Test(arguments: [1, 2, 3, 100])
  func rowsEqualThoseOfTheReader(atATime: Int) throws {
    let directory = TestDirectory()
    for number in 0..<5 {
      directory.write((0...number).map { "\(number),\($0)\n" }.joined(), to: "x_\(number).csv")
    }
    let base = try directory.series(5)
    let indices = [4, 0, 2]
    var cursor = try SubsetSequenceRecordReader(RowsOnly(base: base), indices).makeRowStream()
    for (location, index) in indices.enumerated() {
      try cursor.begin(location)
      var (rows, values, lines) = (SequenceRecord(), [Float](), [Int]())
      while case let count = try cursor.read(upTo: atATime, into: &rows), count > 0 {
        #expect(count == rows.stepCount)
        values += rows.values
        lines += rows.lines
      }
      #expect(values == (0...index).flatMap { [Float(index), Float($0)] })
      #expect(lines == Array(1...index + 1))
      cursor.end()
    }
  }

  @Test func aPartOfAPartStillGivesRows() throws {
    let directory = TestDirectory()
    for number in 0..<4 { directory.write("\(number)\n", to: "x_\(number).csv") }
    let some = RowsOnly(base: try directory.series(4)).choosing([3, 1, 2]).choosing([2, 0])
    var (cursor, rows) = (try some.makeRowStream(), SequenceRecord())
    for (location, value) in [Float(2), 3].enumerated() {
      try cursor.begin(location)
      #expect(try cursor.read(upTo: 9, into: &rows) == 1 && rows.values == [value])
    }
  }
}
