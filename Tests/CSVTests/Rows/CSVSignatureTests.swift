import CSV
import Sequences
import TestSupport
import Testing

@Suite struct CSVSignatureTests {
  let directory = TestDirectory()

  private func reader(
    _ text: String, delimiter: String = ",", missingValues: MissingValues = .rejected
  ) throws -> CSVSequenceRecordReader {
    let location = SequenceLocation(path: directory.write(text, to: "x.csv"), key: "x")
    return try CSVSequenceRecordReader(
      CollectionInputSplit([location]), delimiter: delimiter, missingValues: missingValues)
  }

  @Test func changedOptionsAreNamed() throws {
    let before = try reader("1\n").signature
    #expect(try reader("2\n").signature == before)
    #expect(try reader("10\n").signature.firstDifference(from: before) == "the sizes of the files changed")
    #expect(
      try reader("1\n", delimiter: ";").signature.firstDifference(from: before)
        == "the delimiter was \",\", is \";\"")
    #expect(
      try reader("1\n", missingValues: .nan).signature.firstDifference(from: before)
        == "what is a missing value changed")
  }

  @Test func bytesAreCountedUntilTheyAreAskedFor() throws {
    let whole = try reader("1\n23\n")
    var sequence = SequenceRecord()
    var cursor = whole.makeCursor()
    for _ in 0..<2 { try cursor.read(0, into: &sequence) }
    #expect(cursor.takeCost().bytes == 10)
    #expect(cursor.takeCost() == ReadingCost())
    let parts = try CSVGroupedSequenceRecordReader(CollectionInputSplit(whole.locations), groupBy: .rows(1))
    var part = parts.makeCursor()
    try part.read(1, into: &sequence)
    #expect(sequence.values == [23])
    #expect(part.takeCost().bytes == 3)
    #expect(parts.signature.firstDifference(from: whole.signature) != nil)
  }
}
