import Platform
import Sequences
import TestSupport
import Testing

@testable import CSV

/// Random files against a naive reading of the rules.
@Suite struct CSVPropertyTests {
  let directory = TestDirectory()

  /// A table with random quoting, blanks and line ends, and where each field begins.
  private struct Table {
    var bytes: [UInt8] = []
    var values: [Float] = []
    var locations: [(line: Int, column: Int)] = []
    var columnCount: Int

    /// Writes rows of random numbers; field `bad`, if any, is `bad!`, which is not a number.
    init(bad: Int? = nil, _ random: inout SplitMix) {
      columnCount = Int.random(in: 1...6, using: &random)
      let rows = Int.random(in: 1...8, using: &random)
      let newline = Bool.random(using: &random) ? "\n" : "\r\n"
      var line = 1
      for row in 0..<rows {
        var column = 1
        for field in 0..<columnCount {
          let value = Float.random(in: -1000...1000, using: &random)
          var text = bad == row * columnCount + field ? "bad!" : "\(value)"
          let padding = ["", "", " ", "\t "]
          if Int.random(in: 0..<3, using: &random) == 0 {
            text = "\"\(padding.pick(&random))\(text)\""
          }
          text = padding.pick(&random) + text
          text += padding.pick(&random)
          if field > 0 {
            bytes.append(UInt8(ascii: ","))
            column += 1
          }
          locations.append((line, column))
          values.append(value)
          bytes += Array(text.utf8)
          column += text.utf8.count
        }
        if row < rows - 1 || Bool.random(using: &random) { bytes += Array(newline.utf8) }
        line += 1
      }
      if bytes.last == 0x0A {
        bytes += Array(["", newline, " \(newline)\(newline)"].pick(&random).utf8)
      }
    }
  }

  @Test func randomTablesAreReadAsWritten() throws {
    var random = SplitMix(state: 3)
    for _ in 0..<150 {
      let table = Table(&random)
      let location = SequenceLocation(path: directory.write(table.bytes, to: "t.csv"), key: "t")
      let reader = try CSVSequenceRecordReader(CollectionInputSplit([location]))
      var cursor = reader.makeCursor()
      var sequence = SequenceRecord()
      try cursor.read(0, into: &sequence)
      #expect(sequence.values == table.values)
      #expect(sequence.columnCount == table.columnCount)
      #expect(sequence.lines == 1...(table.locations.last?.line ?? 0))
      let index = Int.random(in: 0..<table.locations.count, using: &random)
      let position = reader.position(
        of: 0, row: index / table.columnCount, column: index % table.columnCount)
      #expect(
        position.line == table.locations[index].line && position.column == table.locations[index].column)
      // Blanks inside quotes belong to the text.
      let text = position.text?.split(whereSeparator: { $0 == " " || $0 == "\t" }).first.map(String.init)
      #expect(text == "\(table.values[index])")
    }
  }

  @Test func faultsAreFoundAtTheirLocation() throws {
    var random = SplitMix(state: 4)
    for _ in 0..<150 {
      let index = Int.random(in: 0..<12, using: &random)
      let table = Table(bad: index, &random)
      guard index < table.locations.count else { continue }
      let path = directory.write(table.bytes, to: "t.csv")
      do {
        let reader = try CSVSequenceRecordReader(
          CollectionInputSplit([SequenceLocation(path: path, key: "t")]))
        var cursor = reader.makeCursor()
        var sequence = SequenceRecord()
        try cursor.read(0, into: &sequence)
        Issue.record("no error")
      } catch let error as RecordError {
        #expect(error.kind == .notANumber)
        #expect(error.line == table.locations[index].line && error.column == table.locations[index].column)
        #expect(error.problem.hasPrefix("field \(index % table.columnCount + 1) is not a number"))
      }
    }
  }

  /// For any bytes, the fast parser fails exactly when the slow one finds a fault.
  @Test func bothWaysAgreeOnRandomBytes() throws {
    var random = SplitMix(state: 5)
    let format = try CSVDialect(
      skippingLines: 0, notation: .plain, header: .none, missingValues: .nan, nonFinite: .rejected)
    let schema = try CSVFileSchema(path: "first.csv", bytes: Array("1,2\n".utf8), format: format)
    let parser = CSVParser(format)
    var sequence = SequenceRecord()
    var accepted = 0
    for _ in 0..<6_000 {
      var bytes = Array(
        ["1,2\n3,4\n", "1,2\r\n\"3\",4\r\n\r\n", "", "\"1\" ,\n,2"].pick(&random).utf8)
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let pieces = ["\"", "\r", "\n", "\r\n", ",", "1", " ", "\t", "x", "\u{0}", "\"\"", "\n\n"]
        let piece = pieces.pick(&random)
        bytes.insert(contentsOf: piece.utf8, at: Int.random(in: 0...bytes.count, using: &random))
      }
      let start = try #require(schema.start(of: bytes))
      let isGood = bytes.withUnsafeBytes {
        parser.parse($0, from: start, columnCount: 2, into: &sequence)
      }
      let fault = schema.fault(path: "t.csv", bytes: bytes)
      #expect(isGood == (fault.kind == .changed), "\(escapedText(bytes, limit: nil)): \(fault)")
      if isGood {
        accepted += 1
        // There are as many rows as lines that are not blank.
        var rows = CSVTextRows(path: "t.csv", bytes: bytes, format: format)
        var lines: [Int] = []
        var count = 0
        while let row = try rows.next() {
          lines += [row.location.line, row.lastLine]
          count += row.fields.count
        }
        #expect(sequence.values.count == count)
        #expect(sequence.lines.lowerBound == lines.first && sequence.lines.upperBound == lines.last)
      } else {
        #expect(sequence.values.isEmpty)
      }
    }
    #expect(accepted > 500 && accepted < 5_500)
  }
}

extension Array {
  /// One of the elements; there must be one.
  fileprivate func pick(_ random: inout SplitMix) -> Element { self[Int.random(in: indices, using: &random)] }
}
