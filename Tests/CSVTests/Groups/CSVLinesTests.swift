import CSV
import Sequences
import TestSupport
import Testing

@Suite struct CSVLinesTests {
  let directory = TestDirectory()

  /// The keys and values of all sequences of files with these many rows of one number each.
  private func sequences(
    _ counts: [Int], _ length: Int, _ remainder: CSVGrouping.Remainder
  ) throws -> [String: [Float]] {
    let locations = counts.enumerated().map { file, count in
      let text = (0..<count).map { "\(file * 100 + $0)\n" }.joined()
      return SequenceLocation(path: directory.write(text, to: "n_\(file).csv"), key: "f\(file)")
    }
    let reader = try CSVGroupedSequenceRecordReader(
      CollectionInputSplit(locations), groupBy: .rows(length, remainder: remainder))
    var cursor = reader.makeCursor()
    var found: [String: [Float]] = [:]
    for index in 0..<reader.count {
      var sequence = SequenceRecord()
      try cursor.read(index, into: &sequence)
      #expect(sequence.stepCount == reader.stepCount(of: index))
      #expect(sequence.lines.lowerBound == reader.source(of: index).firstLine)
      found[reader.source(of: index).key] = sequence.values
    }
    return found
  }

  @Test func everyNRowsAreASequence() throws {
    for first in 1...7 {
      for second in 0...5 {
        for length in 1...4 {
          let counts = second == 0 ? [first] : [first, second]
          var expected: [String: [Float]] = [:]
          for (file, count) in counts.enumerated() {
            for row in 0..<count {
              let key = counts.count == 1 ? "\(row / length)" : "f\(file)/\(row / length)"
              expected[key, default: []].append(Float(file * 100 + row))
            }
          }
          #expect(try sequences(counts, length, .keep) == expected)
          let whole = expected.filter { $0.value.count == length }
          if !whole.isEmpty { #expect(try sequences(counts, length, .drop) == whole) }
          if whole == expected { #expect(try sequences(counts, length, .refuse) == whole) }
        }
      }
    }
  }

  @Test func impossibleGroupingsAreRejected() {
    #expect(
      message(in: directory) { _ = try sequences([5], 2, .refuse) }
        == "DIR/n_0.csv:5: the last sequence is too short: expected 2 rows, found 1; add rows, or keep or drop the "
        + "remainder (--remainder keep, --remainder drop)")
    #expect(
      message(in: directory) { _ = try sequences([1], 2, .drop) }
        == "DIR/n_0.csv: no sequence is left: expected every 2 rows, remainder: drop, found none; keep the remainder "
        + "(--remainder keep), or make sequences shorter")
    #expect(
      message { _ = try sequences([1], 0, .keep) }
        == "a sequence cannot have 0 rows: expected 1 or more, found 0; name the number of rows of a sequence"
    )
  }
}
