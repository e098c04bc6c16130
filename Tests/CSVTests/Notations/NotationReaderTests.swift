import CSV
import Platform
import Sequences
import TestSupport
import Testing

/// Readers of files in random notations give what was written, wherever it is.
@Suite struct NotationReaderTests {
  let directory = TestDirectory()

  private func split(_ table: WrittenTable) -> CollectionInputSplit {
    CollectionInputSplit([SequenceLocation(path: directory.write(table.bytes, to: "t.csv"), key: "t")])
  }

  private func reader(_ table: WrittenTable, _ policy: ErrorPolicy = .raise) throws -> CSVSequenceRecordReader
  {
    try CSVSequenceRecordReader(
      split(table), skippingLines: table.skippedLines, header: table.header, notation: table.notation,
      missingValues: .nan, policy: policy)
  }

  private func same(_ found: [Float], _ wanted: [Float?]) -> Bool {
    found.map(\.bitPattern) == wanted.map { ($0 ?? .nan).bitPattern }
  }

  @Test func everyTableReadsAsWritten() throws {
    var random = SplitMix(state: 41)
    for _ in 0..<1200 {
      let table = WrittenTable(
        rows: Int.random(in: 1...6, using: &random), hasMissing: Bool.random(using: &random), &random)
      let reader = try reader(table)
      var (cursor, record) = (reader.makeCursor(), SequenceRecord())
      try cursor.read(0, into: &record)
      let text = "\(table.notation) \(escapedText(table.bytes, limit: nil))"
      #expect(same(record.values, table.values.flatMap { $0 }), "\(text)")
      #expect(record.lines.upperBound == table.places.last?.first?.line, "\(text)")
      // Row by row, with the smallest blocks.
      var stream = reader.makeRowStream()
      var rows: [Float] = []
      try stream.begin(0)
      while try stream.read(upTo: 2, into: &record) > 0 { rows += record.values }
      stream.end()
      #expect(same(rows, table.values.flatMap { $0 }), "\(text)")
      let (row, column) = (
        Int.random(in: table.values.indices, using: &random),
        Int.random(in: 0..<table.columnCount, using: &random)
      )
      let (place, position) = (table.places[row][column], reader.position(of: 0, row: row, column: column))
      #expect(position.line == place.line && position.column == place.column, "\(row) \(column) \(text)")
      #expect(position.text == place.text)
      #expect(reader.schema.notation == table.notation)
    }
  }

  @Test func faultsAreAtTheirPlaceAndRowsCanBeLeftOut() throws {
    var random = SplitMix(state: 42)
    for _ in 0..<500 {
      let bad = Int.random(in: 0..<4, using: &random)
      let table = WrittenTable(rows: 4, bad: bad, &random)
      let place = table.places[bad][1]
      let error = #expect(throws: RecordError.self) {
        let reader = try reader(table)
        var (cursor, record) = (reader.makeCursor(), SequenceRecord())
        try cursor.read(0, into: &record)
      }
      #expect(error?.kind == .notANumber && error?.line == place.line && error?.column == place.column)
      let lenient = try reader(table, ErrorPolicy(.skipRow))
      var (cursor, record) = (lenient.makeCursor(), SequenceRecord())
      try cursor.read(0, into: &record)
      #expect(
        same(record.values, table.values.enumerated().filter { $0.offset != bad }.flatMap { $0.element }))
      #expect(record.skippedRows == [bad])
      #expect(record.ledger.map(\.line) == [place.line] && record.ledger.map(\.column) == [place.column])
    }
  }

  @Test func keyedRowsReadAsWrittenWhereverTheyAre() throws {
    var random = SplitMix(state: 43)
    for round in 0..<600 {
      let count = Int.random(in: 1...9, using: &random)
      let isScattered = round % 2 == 0
      var keys = (0..<count).map { _ in ["a", "b", "ü"].randomElement(using: &random) ?? "a" }
      if !isScattered { keys.sort() }
      let bad = round % 5 == 0 ? Int.random(in: 0..<count, using: &random) : nil
      let table = WrittenTable(rows: count, keys: keys, bad: bad, &random)
      let column = table.header == .present ? "id" : "@0"
      let reader = try CSVGroupedSequenceRecordReader(
        split(table), groupBy: isScattered ? .columns([column], scattered: true) : .column(column),
        skippingLines: table.skippedLines, header: table.header, notation: table.notation,
        policy: bad == nil ? .raise : ErrorPolicy(.skipRow))
      var names: [String] = []
      for key in keys where !names.contains(key) { names.append(key) }
      let text = "\(table.notation) \(escapedText(table.bytes, limit: nil))"
      #expect((0..<reader.count).map { reader.source(of: $0).key } == names, "\(text)")
      var (cursor, record) = (reader.makeCursor(), SequenceRecord())
      for index in (0..<reader.count).shuffled(using: &random) {
        let rows = keys.indices.filter { keys[$0] == names[index] }
        let kept = rows.filter { $0 != bad }
        #expect(reader.rowCount(of: index) == rows.count)
        guard !kept.isEmpty else { continue }
        #expect(reader.stepCount(of: index) == kept.count)
        try cursor.read(index, into: &record)
        #expect(same(record.values, kept.flatMap { table.values[$0] }), "\(text)")
        #expect(record.ledger.map(\.line) == rows.filter { $0 == bad }.map { table.places[$0][0].line })
        #expect(
          record.lines == table.places[rows[0]][0].line...table.places[rows[rows.count - 1]][0].line,
          "\(text)")
        let row = Int.random(in: rows.indices, using: &random)
        let (place, position) = (table.places[rows[row]][1], reader.position(of: index, row: row, column: 0))
        #expect(
          position.line == place.line && position.column == place.column && position.text == place.text,
          "\(text)")
      }
    }
  }

  @Test func wideRowsReadAsWritten() throws {
    var random = SplitMix(state: 44)
    for _ in 0..<600 {
      let table = WrittenTable(rows: Int.random(in: 1...5, using: &random), hasMissing: true, &random)
      let channels =
        (1...table.columnCount).filter { table.columnCount.isMultiple(of: $0) }.randomElement(
          using: &random) ?? 1
      let reader = try CSVWideSequenceRecordReader(
        split(table), channels: channels, skippingLines: table.skippedLines, header: table.header,
        notation: table.notation, missingValues: .nan)
      #expect(reader.count == table.values.count)
      let steps = table.columnCount / channels
      var (cursor, record) = (reader.makeCursor(), SequenceRecord())
      for (row, values) in table.values.enumerated() {
        try cursor.read(row, into: &record)
        let length =
          (0..<steps).last { step in (0..<channels).contains { values[$0 * steps + step] != nil } } ?? -1
        let wanted = (0...length).flatMap { step in (0..<channels).map { values[$0 * steps + step] } }
        #expect(same(record.values, wanted), "\(table.notation) \(escapedText(table.bytes, limit: nil))")
        #expect(
          record.columnCount == channels
            && record.lines == table.places[row][0].line...table.places[row][0].line)
        let (step, channel) = (
          Int.random(in: 0...length, using: &random), Int.random(in: 0..<channels, using: &random)
        )
        let (place, position) = (
          table.places[row][channel * steps + step], reader.position(of: row, row: step, column: channel)
        )
        #expect(position.line == place.line && position.column == place.column && position.text == place.text)
      }
    }
  }
}
