import CSV
import Sequences
import TestSupport
import Testing

@Suite struct CSVGroupedTests {
  let directory = TestDirectory()

  private func split(_ texts: [String]) -> CollectionInputSplit {
    CollectionInputSplit(
      texts.enumerated().map { index, text in
        SequenceLocation(path: directory.write(text, to: "g_\(index).csv"), key: "f\(index)")
      })
  }

  private func reader(
    _ texts: String..., groupBy grouping: CSVGrouping, skippingLines: Int = 0, header: CSVHeader = .none
  ) throws -> CSVGroupedSequenceRecordReader {
    try CSVGroupedSequenceRecordReader(
      split(texts), groupBy: grouping, skippingLines: skippingLines, header: header)
  }

  private func read(_ reader: some SequenceRecordReader, _ index: Int) throws -> SequenceRecord {
    var cursor = try reader.makeCursor()
    var sequence = SequenceRecord()
    try cursor.read(index, into: &sequence)
    return sequence
  }

  @Test func aKeyColumnDistinguishesSequences() throws {
    let text = "junk\r\nx,id,y\r\n1,a b,2\r\n3, a b ,4\r\n5,\"c\n\"\"d\",6\r\n7,e,8"
    let reader = try reader(
      "\u{FEFF}" + text, groupBy: .column("id"), skippingLines: 1, header: .present)
    #expect(reader.columns == ["x", "y"])
    #expect(reader.schema.fileColumns == ["x", "id", "y"])
    #expect(reader.count == 3)
    #expect((0..<3).map { reader.source(of: $0).key } == ["a b", "c\n\"d", "e"])
    #expect((0..<3).map { reader.source(of: $0).firstLine } == [3, 5, 7])
    #expect((0..<3).map { reader.stepCount(of: $0) } == [2, 1, 1])
    #expect(try read(reader, 2).values == [7, 8])
    #expect(try read(reader, 0).values == [1, 2, 3, 4])
    #expect(try read(reader, 1).lines == 5...6)
    #expect(
      reader.position(of: 1, row: 0, column: 1)
        == SequenceRecord.Position(path: reader.locations[0].path, line: 6, column: 6, text: "6", offset: 47))
  }

  @Test func columnsKeepTheirFileNamesWithoutHeader() throws {
    let reader = try reader("1,a,2,3\n", "4,b,5,6\n", groupBy: .column("1"))
    #expect(reader.columns == ["0", "2", "3"])
    #expect(try read(reader, 1).values == [4, 5, 6])
    #expect(reader.source(of: 1).key == "b")
  }

  @Test func aSeparatorLineDistinguishesSequences() throws {
    let one = try reader("---\n1,2\n3,4\n---\n\"5\",6\n---\n", groupBy: .separator("---"))
    #expect((0..<one.count).map { one.source(of: $0).key } == ["0", "1"])
    #expect((0..<one.count).map { one.stepCount(of: $0) } == [2, 1])
    #expect(try read(one, 1).lines == 5...5)
    let blank = try reader("1\r\n\r\n2\r\n3\r\n\r\n\r\n", "4\n", groupBy: .separator(""))
    #expect((0..<blank.count).map { blank.source(of: $0).key } == ["f0/0", "f0/1", "f1/0"])
    #expect(try (0..<blank.count).map { try read(blank, $0).values } == [[1], [2, 3], [4]])
  }

  @Test func everyFileReadsAsInTheNaiveImplementation() throws {
    var random = SplitMix(state: 7)
    for round in 0..<200 {
      let (end, quoted) = (round % 2 == 0 ? "\n" : "\r\n", round % 3 == 0)
      let column = round % 3
      var (text, expected) = ("", [[Float]]())
      for group in 0..<Int.random(in: 1...5, using: &random) {
        var values: [Float] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let row = [Float](repeating: 0, count: 2).map { _ in Float(Int.random(in: -99...99, using: &random))
          }
          var fields = row.map { "\(Int($0))" }
          let key = String(repeating: "k", count: 1 + group)
          fields.insert(quoted && Bool.random(using: &random) ? "\"\(key)\"" : key, at: column)
          text += fields.joined(separator: ",") + end
          values += row
        }
        expected.append(values)
      }
      let reader = try reader(text, groupBy: .column("\(column)"))
      #expect(try (0..<reader.count).map { try read(reader, $0).values } == expected)
    }
  }

  private func problem(_ texts: String..., groupBy grouping: CSVGrouping) -> String {
    message(in: directory) {
      let reader = try CSVGroupedSequenceRecordReader(split(texts), groupBy: grouping)
      for index in 0..<reader.count { _ = try read(reader, index) }
    }
  }

  @Test func faultsHaveTheirTrueLocation() {
    let id = CSVGrouping.column("0")
    #expect(
      problem("a,1\nb,2\na,3\n", groupBy: id)
        == "DIR/g_0.csv:3: the key \"a\" returns: expected all its rows one after the other, found rows of another key "
        + "since line 1; sort the rows by their key, or read them where they are (--sort)")
    #expect(
      problem("a,1\n", "a,3\n", groupBy: id)
        == "DIR/g_1.csv:1: the key \"a\" is in two files: expected all its rows in one, one after the other, found rows from "
        + "line 1 of DIR/g_0.csv on too; move them into one file, or "
        + "give every file keys of its own (--group-by file,NAME)")
    #expect(
      problem("a,1\nb,2\nb,x\n", groupBy: id)
        == "DIR/g_0.csv:3:3: field 2 is not a number: expected a decimal number such as -1.5e3, found \"x\"; correct it, "
        + "or, if it means a missing value, declare it and fill it (--missing=x --transform fill), or leave out such rows "
        + "(--on-error skip-row)")
    #expect(
      problem("a,1\nb,2,3\n", groupBy: id)
        == "DIR/g_0.csv:2: the row has a different number of fields than the file's first row (line 1): expected 2, found 3; "
        + "give every row the same columns, and quote fields that contain the delimiter"
        + ", or leave out such rows (--on-error skip-row)")
    #expect(problem("a,1\n\nb,2\n", groupBy: id).hasPrefix("DIR/g_0.csv:2: the line is blank: "))
    #expect(problem("a,1\nb,\"2\n", groupBy: id).hasPrefix("DIR/g_0.csv:2:3: field 2 has no closing quote: "))
    #expect(problem("a,1\nb\"c,2\n", groupBy: id).hasPrefix("DIR/g_0.csv:2:1: field 1 has a quote inside "))
    #expect(
      problem("a,1\n,2\n", groupBy: id)
        == "DIR/g_0.csv:2: the row has no key: expected a text in the column to group by, found an empty field; fill it in"
    )
    #expect(
      problem("a,1\n", groupBy: .column("7"))
        == "DIR/g_0.csv:1: there is no column 7: expected a name, or a position from @0 to @1, found 2 columns; count from 0"
    )
    #expect(
      problem("1\n--\n--\n2\n", groupBy: .separator("--"))
        == "DIR/g_0.csv:3: the sequence between two separators has no rows: expected at least one row after line 2, "
        + "found another separator; remove one of them")
    #expect(problem("1\n\n\n2\n", groupBy: .separator("")).hasPrefix("DIR/g_0.csv:2: the line is blank: "))
  }
}
