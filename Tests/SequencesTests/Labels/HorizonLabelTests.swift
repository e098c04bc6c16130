import Sequences
import TestSupport
import Testing

/// Labels from the future of the same sequences, against a naive version.
@Suite struct HorizonLabelTests {
  private func series(_ lengths: [Int]) throws -> CollectionSequenceRecordReader {
    try CollectionSequenceRecordReader(
      lengths.enumerated().map { number, length in
        SequenceRecord(values: (0..<2 * length).map { Float(100 * number + $0) }, columnCount: 2)
      }, columns: ["a", "b"], name: "d")
  }

  private func read(_ reader: some SequenceRecordReader, _ index: Int) throws -> SequenceRecord {
    var (cursor, record) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &record)
    return record
  }

  @Test func labelsAreTheNextValues() throws {
    let lengths = [1, 2, 5, 9]
    let series = try series(lengths)
    for targets in [[0], [1], [0, 1], [1, 0]] {
      for horizon in 1...4 {
        for lead in 0...2 {
          let labels = HorizonLabelReader(series, targets: targets, horizon: horizon, lead: lead)
          #expect(
            labels.columns == targets.flatMap { t in (1...horizon).map { "\(["a", "b"][t])+\(lead + $0)" } })
          for (number, length) in lengths.enumerated() {
            var expected: [Float] = []
            for step in 0..<length {
              for target in targets {
                for ahead in 1...horizon {
                  let row = step + lead + ahead
                  expected.append(row < length ? Float(100 * number + 2 * row + target) : .nan)
                }
              }
            }
            let found = try read(labels, number)
            #expect(found.values.map(\.bitPattern) == expected.map(\.bitPattern))
            #expect(found.stepCount == length && found.columnCount == targets.count * horizon)
          }
        }
      }
    }
  }

  /// What was filled in was not observed, and is no label.
  @Test func filledValuesAreNoLabels() throws {
    let gaps = try CollectionSequenceRecordReader(
      [SequenceRecord(values: [1, .nan, 3, 4], columnCount: 1)], columns: ["a"], name: "d")
    let filled = try gaps.transformed(by: FillMissing(.forward(first: 0)))
    let labels = HorizonLabelReader(filled, targets: [0], horizon: 1)
    #expect(try read(labels, 0).values.map(\.isNaN) == [true, false, false, true])
  }

  /// Nothing comes from beyond the end of a part.
  @Test func partsEndTheHorizon() throws {
    let series = try series([20])
    let parts = try WindowedSequenceRecordReader(series, dividing: ChronologicalSplit(["x": 1, "y": 1]))
    let labels = HorizonLabelReader(parts, targets: [0], horizon: 3)
    for part in 0...1 {
      let values = try read(labels, part).values
      #expect(values.count == 30)
      let last = Float(part == 0 ? 18 : 38)
      #expect(values.filter { !$0.isNaN }.max() == last)
      #expect((0..<10).map { values[3 * $0 + 2].isNaN } == (0..<10).map { $0 > 6 })
    }
  }
}
