import Sequences
import TestSupport
import Testing

/// Row ordinals stay with their rows: compared with a plain list of numbers.
@Suite struct RowOrdinalsTests {
  /// The rows of data with `count` rows, except those in `gone`.
  private func kept(_ count: Int, _ gone: [Int]) -> [Int] { (0..<count).filter { !gone.contains($0) } }

  @Test func ordinalsAgreeWithAList() {
    var random = SplitMix(state: 7)
    for count in 0...7 {
      for mask in 0..<1 << count {
        let gone = (0..<count).filter { mask >> $0 & 1 == 1 }
        let expected = kept(count, gone)
        let rows = RowOrdinals(allOf: count, skipping: gone)
        #expect(rows.count == expected.count && rows.rowCount == count)
        #expect((0..<rows.count).map { rows[$0] } == expected)
        for row in -1...count { #expect(rows.step(ofRow: row) == expected.firstIndex(of: row)) }
        for first in 0...expected.count {
          for end in first...expected.count {
            let part = rows[first..<end]
            #expect((0..<part.count).map { part[$0] } == Array(expected[first..<end]))
            #expect(part.rowCount == count && part.skipped == gone)
          }
        }
        let steps = expected.indices.filter { _ in Bool.random(using: &random) }
        let some = rows.selecting(steps)
        #expect((0..<some.count).map { some[$0] } == steps.map { expected[$0] })
      }
    }
  }

  @Test func everyTenthRowTakesOneRun() throws {
    let rows = RowOrdinals(allOf: 100_000).selecting(stride(from: 3, to: 100_000, by: 10))
    #expect(rows.count == 10_000 && rows[9_999] == 99_993)
    #expect(MemoryLayout<RowOrdinals>.size <= 88)
    #expect("\(rows)".count < 300)
  }

  @Test func appendedAndSkippedRowsAreNumbered() {
    let fault = RecordError(.notANumber, path: "p", "bad")
    var record = SequenceRecord(values: [9, 9], columnCount: 1)
    for firstRow in [0, 4] {
      record.begin(columnCount: 2, firstLine: 3, firstRow: firstRow)
      record.append(row: [1, 2])
      record.skipRow(Ledger.Entry(fault, rule: .skipRow, action: "left out the row"))
      record.append(row: [3, 4])
      #expect(record.values == [1, 2, 3, 4] && record.lines == 3...5)
      #expect((0..<2).map { record.rowOrdinal(ofStep: $0) } == [firstRow, firstRow + 2])
      #expect(record.rowCount == firstRow + 3 && record.skippedRows == [firstRow + 1])
      #expect(record.ledger.count == 1)
    }
  }

  @Test func windowsCachesStreamsAndTransformsKeepThem() throws {
    // Column 0 is the number of the row.
    for (count, gone) in [(9, [Int]()), (9, [0, 4]), (9, [2, 3, 8])] {
      let reader = NumberedRows(count: 1, rowCount: count, gone: gone)
      let rows = kept(count, gone)
      let transforms: [([any SequenceTransform], [Int])] = [
        ([], rows), ([Difference(lag: 2, columns: ["x"])], Array(rows.dropFirst(2))),
        ([LagFeatures(1, columns: ["x"])], Array(rows.dropFirst())),
        ([Resample(every: 2, .first)], stride(from: 0, to: rows.count, by: 2).map { rows[$0] }),
        (
          [Difference(columns: ["x"]), Resample(every: 3, .first)],
          stride(from: 1, to: rows.count, by: 3).map { rows[$0] }
        ),
      ]
      for (list, expected) in transforms {
        let transformed = try reader.transformed(by: TransformPipeline(list))
        try checkRows(transformed, [expected])
        let cached = try CachedSequenceRecordReader(temporarilyCaching: transformed)
        try checkRows(cached, [expected])
        try cached.verify()
        try checkRows(transformed.choosing([0]), [expected])
        let windows = try WindowedSequenceRecordReader(cached, size: 2, stride: 1)
        try checkRows(windows, (1..<expected.count).map { [expected[$0 - 1], expected[$0]] })
        for (index, row) in expected.dropLast().enumerated() {
          #expect(windows.source(of: index).firstLine == 1 + row)
          #expect(windows.position(of: index, row: row, column: 0).line == 1 + row)
        }
      }
    }
  }

  /// Checks that the steps have the ordinals `rows`, and that column 0 says the same.
  private func checkRows(_ reader: any SequenceRecordReader, _ rows: [[Int]]) throws {
    func check(_ cursor: inout some SequenceCursor) throws {
      var record = SequenceRecord()
      for (index, rows) in rows.enumerated() {
        try cursor.read(index, into: &record)
        #expect((0..<record.stepCount).map { record.rowOrdinal(ofStep: $0) } == rows)
        #expect((0..<record.stepCount).map { Int(record.values[$0 * record.columnCount]) } == rows)
      }
    }
    #expect(reader.count == rows.count)
    var cursor: any SequenceCursor = try reader.makeCursor()
    try check(&cursor)
    var (stream, record) = (try reader.makeRowStream(), SequenceRecord())
    for (index, rows) in rows.enumerated() {
      try stream.begin(index)
      for row in rows {
        #expect(try stream.read(upTo: 1, into: &record) == 1 && record.rowOrdinal(ofStep: 0) == row)
      }
    }
  }
}

/// Sequences whose column "row" holds the row ordinal; some rows are skipped.
private struct NumberedRows: IndexedSequenceRecordReader {
  let count: Int
  let rowCount: Int
  let gone: [Int]
  let schema = SequenceSchema(columns: ["row", "x"])

  func read(_ index: Int, into sequence: inout SequenceRecord) {
    sequence.begin(columnCount: 2)
    let fault = RecordError(.notANumber, path: "numbered", "bad")
    for row in 0..<rowCount {
      if gone.contains(row) {
        sequence.skipRow(Ledger.Entry(fault, rule: .skipRow, action: "left out the row"))
      } else {
        sequence.append(row: [Float(row), Float(row * row)])
      }
    }
  }
}
