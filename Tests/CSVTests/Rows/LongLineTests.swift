import CSV
import Sequences
import TestSupport
import Testing

/// Lines longer than a parsed block, read as whole files and in blocks.
@Suite struct LongLineTests {
  private static let width = 10_000  // 70 KB
  private let directory = TestDirectory()
  private let reader: CSVSequenceRecordReader

  init() throws {
    func line(_ count: Int, last: String = "") -> String {
      (0..<count).map { "\(100_000 + $0)" }.joined(separator: ",") + last
    }
    let width = Self.width
    let texts = [
      line(width) + "\r\n" + line(width), line(width) + "\n" + line(width + 1) + "\n", line(2 * width),
      line(width, last: ",\""),
    ]
    var locations: [SequenceLocation] = []
    for (index, text) in texts.enumerated() {
      locations.append(SequenceLocation(path: directory.write(text, to: "x_\(index).csv"), key: "\(index)"))
    }
    reader = try CSVSequenceRecordReader(CollectionInputSplit(locations))
  }

  @Test func longLinesAreReadLikeOthers() throws {
    let values = (0..<Self.width).map { Float(100_000 + $0) }
    var rows = SequenceRecord()
    var whole = reader.makeCursor()
    try whole.read(0, into: &rows)
    #expect(rows.values == values + values && rows.lines == 1...2)
    var stepped = reader.makeRowStream()
    try stepped.begin(0)
    for line in 1...2 {
      #expect(try stepped.read(upTo: 1, into: &rows) == 1)
      #expect(rows.values == values && rows.lines == line...line)
    }
    #expect(try stepped.read(upTo: 1, into: &rows) == 0)
  }

  @Test(arguments: [
    (
      1,
      "2: the row has a different number of fields than the file's first row (line 1): expected 10000, found 10001; "
        + "give every row the same columns, and quote fields that contain the delimiter"
        + ", or leave out such rows (--on-error skip-row)"
    ),
    (
      2,
      "1: the row has a different number of fields than the rows of DIR/x_0.csv: expected 10000, found 20000; "
        + "give every file of a split the same columns, and quote fields that contain the delimiter"
    ),
    (
      3,
      "1:70001: field 10001 has no closing quote: expected one before the end of the file, found \"\"\"; close the quote"
    ),
  ]) func tooManyFieldsAreCounted(index: Int, problem: String) {
    var rows = SequenceRecord()
    var whole = reader.makeCursor()
    #expect(message(in: directory) { try whole.read(index, into: &rows) } == "DIR/x_\(index).csv:\(problem)")
    var stepped = reader.makeRowStream()
    let found = message(in: directory) {
      try stepped.begin(index)
      while try stepped.read(upTo: 1, into: &rows) > 0 {}
    }
    #expect(found == "DIR/x_\(index).csv:\(problem)")
  }
}
