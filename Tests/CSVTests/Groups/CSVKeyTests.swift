import CSV
import Sequences
import TestSupport
import Testing

/// Keys of several columns, of files, and rows that are scattered.
@Suite struct CSVKeyTests {
  let directory = TestDirectory()

  private func split(_ texts: [String]) -> CollectionInputSplit {
    CollectionInputSplit(
      texts.enumerated().map {
        SequenceLocation(path: directory.write($1, to: "d/f_\($0).csv"), key: "\($0)")
      }, in: directory.path("d"))
  }

  private func reader(
    _ texts: String..., by grouping: CSVGrouping, header: CSVHeader = .present, policy: ErrorPolicy = .raise
  ) throws -> CSVGroupedSequenceRecordReader {
    try CSVGroupedSequenceRecordReader(split(texts), groupBy: grouping, header: header, policy: policy)
  }

  private func all(_ reader: CSVGroupedSequenceRecordReader) throws -> [String: [Float]] {
    var (cursor, record) = (reader.makeCursor(), SequenceRecord())
    var found: [String: [Float]] = [:]
    for index in 0..<reader.count {
      try cursor.read(index, into: &record)
      found[reader.source(of: index).key] = record.values
    }
    return found
  }

  /// Distinct pairs of texts have distinct keys, whatever the texts, and rows are those of a naive grouping.
  @Test func everyKeyReadsAsInTheNaiveImplementation() throws {
    var random = SplitMix(state: 48)
    for round in 0..<400 {
      let isScattered = round % 2 == 0
      let texts = ["a", "a/b", "b", "a\\", "\\/b", "/", "b,c", "x\"y"]
      var rows = (0..<Int.random(in: 1...12, using: &random)).map { number in
        (0..<2).map { _ in texts.randomElement(using: &random) ?? "a" } + ["\(number)"]
      }
      if !isScattered { rows.sort { ($0[0], $0[1]) < ($1[0], $1[1]) } }
      // The keys' order is not that of the file.
      let text =
        "v,second,first\n"
        + rows.map { row in
          [row[2], row[1], row[0]].map { cell in
            cell.contains(",") || cell.contains("\"") || Bool.random(using: &random)
              ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
          }.joined(separator: ",") + "\n"
        }.joined()
      let reader = try reader(text, by: .columns(["first", "second"], scattered: isScattered))
      var keys: [[String]] = []
      for row in rows where !keys.contains([row[0], row[1]]) { keys.append([row[0], row[1]]) }
      #expect(reader.count == keys.count)
      var (cursor, record) = (reader.makeCursor(), SequenceRecord())
      for (index, key) in keys.enumerated() {
        try cursor.read(index, into: &record)
        #expect(
          record.values == rows.filter { [$0[0], $0[1]] == key }.map { Float($0[2]) ?? .nan }, "\(text)")
        let joined = key.map { $0.replacing("\\", with: "\\\\").replacing("/", with: "\\/") }.joined(
          separator: "/")
        #expect(reader.source(of: index).key == joined)
        #expect(reader.exampleKey(of: index) == "f_0:\(joined)")
      }
    }
  }

  @Test func keysOfFilesBeginAnewInEachFile() throws {
    let texts = ["id,v\na,1\na,2\nb,3\n", "id,v\na,4\nb/c,5\n"]
    for name in ["file", "@file"] {
      let reader = try reader(texts[0], texts[1], by: .columns([name, "id"]))
      #expect(try all(reader) == ["0/a": [1, 2], "0/b": [3], "1/a": [4], "1/b\\/c": [5]])
      #expect((0..<4).map { reader.exampleKey(of: $0) } == ["f_0:a", "f_0:b", "f_1:a", "f_1:b\\/c"])
    }
    // A column of that name comes first; @file is the file in any case.
    let named = "file,id,v\nx,a,1\nx,b,2\n"
    #expect(try all(reader(named, by: .columns(["file", "id"]))) == ["x/a": [1], "x/b": [2]])
    #expect(
      message(in: directory) { _ = try reader(named, named, by: .columns(["file", "id"])) }.contains(
        "is in two files"))
    #expect(
      try all(reader("file,id,v\n7,a,1\n7,b,2\n", by: .columns(["@file", "id"]))) == [
        "0/a": [7, 1], "0/b": [7, 2],
      ])
    #expect(
      message(in: directory) { _ = try reader("id,v\na,1\n", by: .columns(["file"])) }
        == "DIR/d/f_0.csv:1: the file is the only thing to group by: expected a column too, found none; leave the grouping out "
        + "where every file is a sequence")
    #expect(
      message(in: directory) { _ = try reader("a,b\n1,2\n", by: .columns(["a", "b"])) }.contains(
        "the columns to group by are the only ones"))
    #expect(
      message(in: directory) { _ = try reader("a,b\n1,2\n", by: .columns(["a", "@0"])) }.contains(
        "is named twice to group by"))
  }

  @Test func faultsInScatteredRowsHaveTheirLines() throws {
    let scattered = CSVGrouping.columns(["id"], scattered: true)
    func problem(_ text: String) -> String {
      message(in: directory) { _ = try all(reader(text, by: scattered)) }
    }
    #expect(
      problem("id,v\na,1\nb,2\na,3\nb,x\na,5\n").hasPrefix(
        "DIR/d/f_0.csv:5:3: field 2 (column \"v\") is not a number"))
    #expect(
      problem("id,v\na,1\nb,2\na,3,4\n").hasPrefix(
        "DIR/d/f_0.csv:4: the row has a different number of fields than the header"))
    #expect(
      problem("id,v\na,1\nb,\"2\n").hasPrefix(
        "DIR/d/f_0.csv:3:3: field 2 (column \"v\") has no closing quote")
        || problem("id,v\na,1\nb,\"2\n").hasPrefix("DIR/d/f_0.csv:3:3: field 2 has no closing quote"))
    let text = "id,v\na,\"1\n\"\nb,2\na,x\n\nb,3\na,4\n"
    let lenient = try reader(text, by: scattered, policy: ErrorPolicy(.skipRow))
    var (cursor, record) = (lenient.makeCursor(), SequenceRecord())
    try cursor.read(0, into: &record)
    #expect(
      record.ledger.map(\.line) == [2, 5] || record.ledger.map(\.line) == [3, 5],
      "\(record.ledger.map(\.line))")
    try cursor.read(1, into: &record)
    // The blank line belongs to the row after it.
    #expect(record.values == [2, 3] && record.ledger.map(\.line) == [6] && record.lines == 4...7)
    let position = lenient.position(of: 1, row: 2, column: 0)
    #expect(position.line == 7 && position.column == 3 && position.text == "3" && position.offset == 23)
    // Streams, which lanes use, deliver the same rows.
    let plain = try reader("id,v\na,1\nb,2\na,3\n", by: scattered)
    var stream = try plain.makeRowStream()
    try stream.begin(0)
    _ = try stream.read(upTo: 9, into: &record)
    #expect(record.values == [1, 3])
  }

  @Test func rowsOfDelimitersAloneAreNoSteps() throws {
    let text = "id,v,w\na,1,2\n,,\na,3,4\n,,\n"
    let error = #expect(throws: RecordError.self) { _ = try reader(text, by: .column("id")) }
    #expect(error?.kind == .blankLine && error?.line == 3)
    #expect(try all(reader(text, by: .column("id"), policy: ErrorPolicy(.skipRow))) == ["a": [1, 2, 3, 4]])
    #expect(
      message(in: directory) { _ = try reader("id,v,w\na,1,2\n,,\n", by: .column("id")) }.contains(
        "f_0.csv:3: the row has no value"))
  }
}
