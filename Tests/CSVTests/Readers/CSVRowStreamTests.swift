import Glibc
import Sequences
import TestSupport
import Testing

@testable import CSV

/// Rows read a few at a time equal those of the whole file, or fail with the same error, wherever a block
/// ends.
@Suite struct CSVRowStreamTests {
  let directory = TestDirectory()

  /// The result of reading a sequence: all rows, or those before the error.
  private struct Outcome: Equatable {
    var values: [UInt32] = []  // as bits, since NaN is a value too
    var columnCount = 0
    var lines: ClosedRange<Int>?
    var message: String?
  }

  private func whole(_ cursor: inout some SequenceCursor, _ index: Int) -> Outcome {
    var record = SequenceRecord()
    do {
      try cursor.read(index, into: &record)
      return Outcome(
        values: record.values.map(\.bitPattern), columnCount: record.columnCount, lines: record.lines)
    } catch {
      return Outcome(message: "\(error)")
    }
  }

  private func stepped(_ cursor: inout some RowStream, _ index: Int, piece: Int) -> Outcome {
    var outcome = Outcome()
    var rows = SequenceRecord(values: [9, 9], columnCount: 2)
    do {
      try cursor.begin(index)
      while case let count = try cursor.read(upTo: piece, into: &rows), count > 0 {
        // Fewer rows than requested come only at the end, and lines are consecutive.
        #expect(rows.stepCount == count && count <= piece)
        if let lines = outcome.lines { #expect(rows.lines.lowerBound == lines.upperBound + 1) }
        outcome.values += rows.values.map(\.bitPattern)
        outcome.columnCount = rows.columnCount
        outcome.lines = (outcome.lines?.lowerBound ?? rows.lines.lowerBound)...rows.lines.upperBound
        if count < piece { break }
      }
      for _ in 0..<2 {
        #expect(try cursor.read(upTo: piece, into: &rows) == 0)
        #expect(rows.values.isEmpty)
      }
    } catch {
      outcome.message = "\(error)"
    }
    return outcome
  }

  /// Compares all ways of reading sequence `index`.
  ///
  /// - Returns: True if it was valid.
  @discardableResult
  private func check(
    _ reader: CSVSequenceRecordReader, _ index: Int, blocks: some Sequence<Int>, pieces: some Sequence<Int>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> Bool {
    var base = reader.makeCursor()
    let expected = whole(&base, index)
    for piece in pieces {
      var delivered: [UInt32]?
      for block in blocks {
        var cursor = reader.makeRowStream(blockSize: block)
        for _ in 0..<2 {  // the second time, with the state left by the first
          var found = stepped(&cursor, index, piece: piece)
          if expected.message != nil {
            // Whole pieces come before the error, the same ones for any block size.
            #expect(found.values.count.isMultiple(of: max(1, piece * found.columnCount)))
            #expect(found.values == delivered ?? found.values, sourceLocation: sourceLocation)
            delivered = found.values
            found = Outcome(message: found.message)
          }
          #expect(
            found == expected, "\(reader.locations[index].path) block \(block) piece \(piece)",
            sourceLocation: sourceLocation)
        }
      }
    }
    return expected.message == nil
  }

  /// Returns a reader of `first` and then `path`, or of `path` alone.
  private func reader(
    _ path: String, behind first: String? = nil, header: CSVHeader = .none, skippingLines: Int = 0,
    missing: MissingValues = .rejected
  ) throws -> CSVSequenceRecordReader {
    let locations = [first, path].compactMap { $0 }.enumerated().map {
      SequenceLocation(path: $0.element, key: "\($0.offset)")
    }
    return try CSVSequenceRecordReader(
      CollectionInputSplit(locations), skippingLines: skippingLines, header: header, missingValues: missing)
  }

  private static let fixtures: [String] = {
    guard let stream = opendir(EdgeFixtureTests.directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".csv") { names.append(name) }
    }
    return names.sorted()
  }()

  @Test(arguments: [(CSVHeader.none, 0), (.none, 1), (.present, 0), (.present, 1)])
  func everyFixture(header: CSVHeader, skippingLines: Int) throws {
    #expect(Self.fixtures.count >= 36)
    let skipped = String(repeating: "x\n", count: skippingLines)
    var good = 0
    for width in 1...4 {
      let head = header == .none ? "" : "a,b,c,d".prefix(width * 2 - 1) + "\n"
      let row = "1,2,3,4".prefix(width * 2 - 1)
      let first = directory.write(skipped + head + row + "\n", to: "first\(width).csv")
      for name in Self.fixtures {
        for missing in [MissingValues.rejected, .nan] {
          let path = "\(EdgeFixtureTests.directory)/\(name)"
          // The wrong widths give one error each, for any block size.
          let reader = try reader(
            path, behind: first, header: header, skippingLines: skippingLines, missing: missing)
          let blocks = width == 2 && missing == .rejected ? Array(1...64) : [1, 2, 3, 7]
          if check(
            reader, 1, blocks: blocks, pieces: width == 2 && missing == .rejected ? [1, 2, 3, 50] : [2])
          {
            good += 1
          }
        }
      }
    }
    // No fixture has the names a, b, ... on its second line.
    #expect((good > 0) == (header == .none || skippingLines == 0))
  }

  @Test func everyFixtureAlone() throws {
    for name in Self.fixtures {
      let path = "\(EdgeFixtureTests.directory)/\(name)"
      for header in [CSVHeader.none, .present] {
        guard let reader = try? reader(path, header: header) else { continue }
        check(reader, 0, blocks: 1...16, pieces: 1...3)
      }
    }
  }

  @Test func randomFiles() throws {
    var random = SplitMix(state: 11)
    let first = directory.write("1,2\n", to: "first.csv")
    var good = 0
    for number in 0..<250 {
      var bytes = Array(
        [
          "1,2\n3,4\n5,6\n", "1,2\r\n\"3\",4\r\n5,\"6\"\r\n\r\n", "\u{FEFF}1,2\n3,4",
          "1,\"N\nA\"\n,2\n\"N\nA\",3\n4,5\n",
        ].randomElement(using: &random)?.utf8 ?? "".utf8)
      let faults = Int.random(in: 0...2, using: &random)
      for _ in 0..<faults {
        let pieces = ["\"", "\r", "\n", "\r\n", ",", "1", " ", "x", "\u{0}", "\"\"", "\n\n", "7,8\n"]
        let piece = pieces.randomElement(using: &random) ?? ""
        bytes.insert(contentsOf: piece.utf8, at: Int.random(in: 0...bytes.count, using: &random))
      }
      let reader = try reader(
        directory.write(bytes, to: "x.csv"), behind: first,
        missing: MissingValues(.nan, tokens: ["", "N\nA"]))
      let blocks = number < 60 ? Array(1...40) : [1, 2, 3, 5, 8, 64]
      if check(reader, 1, blocks: blocks, pieces: [1, 2, 3]) { good += 1 }
    }
    #expect(good > 50 && good < 220)
  }

  @Test func aFaultComesWithItsPiece() throws {
    let path = directory.write("1,2\n3,4\n5,6\n7,bad\n9,10\n", to: "x.csv")
    var cursor = try reader(path).makeRowStream()
    var rows = SequenceRecord()
    try cursor.begin(0)
    #expect(try cursor.read(upTo: 3, into: &rows) == 3)
    #expect(rows.values == [1, 2, 3, 4, 5, 6] && rows.lines == 1...3)
    let text = message { _ = try cursor.read(upTo: 1, into: &rows) }
    #expect(text.hasPrefix("\(path):4:3: field 2 is not a number"))
    // After another `begin`, it is read as if nothing had been wrong.
    try cursor.begin(0)
    #expect(try cursor.read(upTo: 2, into: &rows) == 2)
    cursor.end()
    try cursor.begin(0)
    #expect(try cursor.read(upTo: 1, into: &rows) == 1)
    #expect(rows.values == [1, 2])
  }

  @Test func unreadableFiles() throws {
    let good = directory.write("1\n2\n", to: "x.csv")
    let gone = directory.write("1\n2\n", to: "y.csv")
    let reader = try CSVSequenceRecordReader(
      CollectionInputSplit([good, gone, directory.path].map { SequenceLocation(path: $0, key: $0) }))
    unlink(gone)
    var cursor = reader.makeRowStream()
    #expect(
      message { try cursor.begin(1) }
        == "\(gone): cannot be opened: no such file or directory; check the name and the working directory")
    #expect(
      message { try cursor.begin(2) }
        == "\(directory.path): cannot be read: it is a directory where a file was expected; "
        + "name a file inside it")
    try cursor.begin(0)
    var rows = SequenceRecord()
    #expect(try cursor.read(upTo: 5, into: &rows) == 2)
  }

  /// The file is 40 times as long as the buffer; the rows of every call are right.
  @Test func aLongFileGoesThroughASmallBlock() throws {
    var text = ""
    for row in 0..<3000 { text += "\(row),\(row * 2)\n" }
    let path = directory.write(text, to: "long.csv")
    var cursor = try reader(path).makeRowStream(blockSize: 700)
    var rows = SequenceRecord()
    try cursor.begin(0)
    var next = 0
    while case let count = try cursor.read(upTo: 128, into: &rows), count > 0 {
      let expected = (next..<next + count).flatMap { row -> [Float] in [Float(row), Float(row * 2)] }
      #expect(rows.values == expected)
      #expect(rows.lines == next + 1...next + count)
      #expect(rows.values.capacity < 1024)
      next += count
    }
    #expect(next == 3000)
  }
}
