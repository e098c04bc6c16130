import FoundationEssentials
import Sequences
import TestSupport
import Testing

/// Values of later rows that are known beforehand, against a naive version.
@Suite struct KnownAheadTests {
  private func read(_ reader: some SequenceRecordReader, _ index: Int = 0) throws -> SequenceRecord {
    var (cursor, record) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &record)
    return record
  }

  private func series(_ values: [Float]) throws -> CollectionSequenceRecordReader {
    try CollectionSequenceRecordReader(
      [SequenceRecord(values: values, columnCount: 3)], columns: ["a", "b", "c"], name: "d")
  }

  @Test(arguments: [["a"], ["c", "a"], ["a", "b", "c"]], [1, 2, 4]) func laterValuesFollow(
    columns: [String], horizon: Int
  ) throws {
    let rows = 9
    let values = (0..<3 * rows).map { Float($0 * $0) }
    // In the order of the data, whatever that of the names.
    let names = ["a", "b", "c"].filter(columns.contains)
    let places = names.map { ["a", "b", "c"].firstIndex(of: $0) ?? 0 }
    for lead in 0...2 {
      let transform = KnownAhead(columns, horizon: horizon, lead: lead)
      let reader = try series(values).transformed(by: TransformPipeline([transform]))
      #expect(
        reader.columns == ["a", "b", "c"]
          + names.flatMap { name in (1...horizon).map { "\(name)+\(lead + $0)" } })
      var expected: [Float] = []
      for step in 0..<rows - lead - horizon {
        expected += values[3 * step..<3 * step + 3]
        for place in places {
          for ahead in 1...horizon { expected.append(values[3 * (step + lead + ahead) + place]) }
        }
      }
      let found = try read(reader)
      #expect(found.values == expected && found.columnCount == 3 + columns.count * horizon)
      #expect(transform.outputStepCount(rows) == found.stepCount)
      // The source of every cell is where its value is.
      for step in 0..<found.stepCount {
        for column in 0..<found.columnCount {
          let sources = transform.sources(
            of: TransformCell(step, column), columns: ["a", "b", "c"], stepCount: rows)
          #expect(
            sources.map { values[3 * $0.step + $0.column] } == [
              found.values[step * found.columnCount + column]
            ])
        }
      }
      #expect(try JSONDecoder().decode(KnownAhead.self, from: JSONEncoder().encode(transform)) == transform)
    }
  }

  /// The last rows give only what is known; a gap before them stays one.
  @Test func theLastRowsMayLackTheOtherColumns() throws {
    let values: [Float] = [1, 2, 3, .nan, 5, 6, 7, .nan, .nan, 10, .nan, .nan]
    let reader = try series(values).transformed(by: TransformPipeline([KnownAhead(["a"], horizon: 2)]))
    let found = try read(reader)
    #expect(found.stepCount == 2)
    #expect(
      found.values.map(\.isNaN) == [false, false, false, true, false, true, false, false, false, false])
  }

  @Test func shortSequencesAndDoubleNamesAreRejected() throws {
    let short = try series([1, 2, 3, 4, 5, 6]).transformed(
      by: TransformPipeline([KnownAhead(["a"], horizon: 2)]))
    let error = #expect(throws: RecordError.self) { try read(short) }
    #expect(error?.kind == .lengths, "\(error as Any)")
    let twice = try CollectionSequenceRecordReader(
      [SequenceRecord(values: [1, 2], columnCount: 2)], columns: ["a", "a+1"], name: "d")
    expectMessage("d[0]: there is a column \"a+1\" already; rename it first") {
      _ = try twice.transformed(by: TransformPipeline([KnownAhead(["a"], horizon: 1)]))
    }
  }

  /// All rows after the last label are dropped.
  @Test func lastRowsAreDropped() throws {
    let labels = TrimmedSequenceRecordReader(
      HorizonLabelReader(try series((0..<24).map(Float.init)), targets: [0], horizon: 2), droppingLast: 2)
    #expect(labels.stepCount(of: 0) == 6)
    let found = try read(labels)
    #expect(
      found.stepCount == 6 && found.values.allSatisfy(\.isFinite) && found.values.suffix(2) == [18, 21])
    let short = TrimmedSequenceRecordReader(try series([1, 2, 3]), droppingLast: 1)
    let error = #expect(throws: RecordError.self) { try read(short) }
    #expect(error?.kind == .lengths)
  }
}
