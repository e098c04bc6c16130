import Sequences
import Testing

@Suite struct WholeSequenceRowStreamTests {
  private func rows(_ count: Int) -> [[Float]] { (0..<count).map { [Float($0), Float(-$0)] } }

  @Test func slicesAreTheSequence() throws {
    let reader = try CollectionSequenceRecordReader((1...5).map { rows($0) })
    for piece in 1...6 {
      var cursor = try reader.makeRowStream()
      var found = SequenceRecord()
      for index in [3, 0, 4, 4, 1] {
        try cursor.begin(index)
        var values: [Float] = []
        var next = 1
        while case let count = try cursor.read(upTo: piece, into: &found), count > 0 {
          #expect(found.stepCount == count && found.lines == next...next + count - 1)
          values += found.values
          next += count
        }
        #expect(values == rows(index + 1).flatMap { $0 })
        #expect(try cursor.read(upTo: piece, into: &found) == 0)
      }
      // Abandoned in the middle, and begun again.
      try cursor.begin(4)
      #expect(try cursor.read(upTo: 2, into: &found) == 2)
      cursor.end()
      try cursor.begin(2)
      #expect(try cursor.read(upTo: 9, into: &found) == 3)
    }
  }

  /// A sequence whose rows have several lines each, so the line of a row is unknown.
  private struct Tall: SequenceCursor {
    mutating func read(_ index: Int, into sequence: inout SequenceRecord) {
      sequence = SequenceRecord(values: [1, 2, 3], columnCount: 1)
      sequence.lines = 4...9
    }
  }

  @Test func unknownLinesAreThoseOfTheSequence() {
    var cursor = WholeSequenceRowStream(Tall())
    var found = SequenceRecord()
    #expect(throws: Never.self) { try cursor.begin(0) }
    #expect(cursor.read(upTo: 2, into: &found) == 2)
    #expect(found.lines == 4...9)
  }
}
