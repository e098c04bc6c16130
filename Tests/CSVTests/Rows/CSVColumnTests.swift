import CSV
import Sequences
import TestSupport
import Testing

/// Columns that are kept, dropped, put in another order and renamed.
@Suite struct CSVColumnTests {
  let directory = TestDirectory()

  private func split(_ text: String) -> CollectionInputSplit {
    CollectionInputSplit([SequenceLocation(path: directory.write(text, to: "c.csv"), key: "c")])
  }

  private func values(_ reader: some SequenceRecordReader) throws -> [Float] {
    var cursor = try reader.makeCursor()
    var sequence = SequenceRecord()
    var found: [Float] = []
    for index in 0..<reader.count {
      try cursor.read(index, into: &sequence)
      #expect(sequence.columnCount == reader.columns.count)
      found += sequence.values
    }
    return found
  }

  /// All ordered choices of distinct elements of 0..<count, except the empty one.
  private func choices(_ count: Int) -> [[Int]] {
    var all: [[Int]] = [[]]
    var last = all
    for _ in 0..<count {
      last = last.flatMap { choice in (0..<count).filter { !choice.contains($0) }.map { choice + [$0] } }
      all += last
    }
    return Array(all.dropFirst())
  }

  @Test(arguments: [CSVHeader.none, .present], [1, 2, 3, 4])
  func everyChoiceOfColumnsReadsAsInTheNaiveImplementation(header: CSVHeader, width: Int) throws {
    let names = (0..<width).map { header == .none ? "\($0)" : "n\($0)" }
    let rows = (0..<3).map { row in (0..<width).map { "\(row * 10 + $0)" } }
    for kept in choices(width) {
      // The columns that are not kept contain text.
      let fields = rows.map { row in row.indices.map { kept.contains($0) ? row[$0] : "\"x, \(row[$0])\"" } }
      let lines = (header == .none ? [] : [names]) + fields
      let split = split(lines.map { $0.joined(separator: ",") }.joined(separator: "\r\n"))
      var columns = CSVColumns(.keep(kept.map { names[$0] }))
      columns.renamed[names[kept[0]]] = "new"
      let reader = try CSVSequenceRecordReader(split, header: header, columns: columns)
      let expected = rows.flatMap { row in kept.map { Float(row[$0]) ?? .nan } }
      #expect(reader.columns == ["new"] + kept.dropFirst().map { names[$0] })
      #expect(reader.schema.fileColumns == names.indices.map { $0 == kept[0] ? "new" : names[$0] })
      #expect(try values(reader) == expected)
      for column in kept.indices {
        #expect(reader.position(of: 0, row: 2, column: column).text == rows[2][kept[column]])
      }
      // Row by row, and as several sequences.
      var stepped = reader.makeRowStream()
      try stepped.begin(0)
      var (some, all) = (SequenceRecord(), [Float]())
      while try stepped.read(upTo: 2, into: &some) > 0 { all += some.values }
      #expect(all == expected)
      let grouped = try CSVGroupedSequenceRecordReader(
        split, groupBy: .rows(2), header: header, columns: columns)
      #expect(try values(grouped) == expected)
      #expect(
        grouped.position(of: 1, row: 0, column: kept.count - 1).text == rows[2][kept[kept.count - 1]])
      // Dropping the others keeps the order of the file.
      let others = names.indices.filter { !kept.contains($0) }.map { names[$0] }
      let dropped = try CSVSequenceRecordReader(split, header: header, columns: CSVColumns(.drop(others)))
      #expect(try values(dropped) == rows.flatMap { row in kept.sorted().map { Float(row[$0]) ?? .nan } })
    }
  }

  @Test func theColumnToGroupByIsNone() throws {
    let split = split("id,a,b,note\nx,1,2,t\nx,3,4,t\ny,5,6,t\n")
    let reader = try CSVGroupedSequenceRecordReader(
      split, groupBy: .column("id"), header: .present, columns: CSVColumns(.keep(["b", "a"])))
    #expect(reader.count == 2 && reader.columns == ["b", "a"])
    #expect(try values(reader) == [2, 1, 4, 3, 6, 5])
    #expect(reader.position(of: 1, row: 0, column: 0).text == "6")
    // A number is a column's index unless a column has it as its name.
    let byPlace = try CSVGroupedSequenceRecordReader(
      split, groupBy: .column("0"), header: .present, columns: CSVColumns(.drop(["3"])))
    #expect(try values(byPlace) == [1, 2, 3, 4, 5, 6])
  }

  @Test func impossibleColumnsAreRejected() {
    func rejection(_ columns: CSVColumns, by grouping: CSVGrouping = .rows(1)) -> String {
      message(in: directory) {
        _ = try CSVGroupedSequenceRecordReader(
          split("time,load\n1,2\n"), groupBy: grouping, header: .present, columns: columns)
      }
    }
    #expect(
      rejection(CSVColumns(.keep(["laod"])))
        == "DIR/c.csv:1: there is no column \"laod\": expected one of \"time\", \"load\", found none of that name; "
        + "did you mean \"load\"?")
    #expect(
      rejection(CSVColumns(.drop(["2"])))
        == "DIR/c.csv:1: there is no column \"2\": expected one of \"time\", \"load\", found none of that name; name one "
        + "of them")
    #expect(
      rejection(CSVColumns(.drop(["time", "load"])))
        == "DIR/c.csv:1: the columns of values cannot be these: expected one or more, each once, and not the one to group "
        + "by, found none; name others")
    #expect(
      rejection(CSVColumns(.keep(["time", "load", "0"])))
        == "DIR/c.csv:1: the columns of values cannot be these: expected one or more, each once, and not the one to group "
        + "by, found \"time\", \"load\", \"time\"; name others")
    #expect(
      rejection(CSVColumns(.keep(["time"])), by: .column("time"))
        == "DIR/c.csv:1: the columns of values cannot be these: expected one or more, each once, and not the one to group "
        + "by, found \"time\"; name others")
    var unread = CSVColumns(.drop(["time"]))
    unread.encodings["time"] = .time(TimestampEncoding(.iso8601))
    #expect(
      rejection(unread)
        == "DIR/c.csv:1: column \"time\" is not read: expected a column of values for categories or timestamps, found one that "
        + "is dropped; keep it, or remove its encoding")
    var renamed = CSVColumns()
    renamed.renamed["time"] = "load"
    #expect(
      rejection(renamed)
        == "DIR/c.csv:1: two columns would have the same name: expected distinct names, found \"load\", \"load\"; rename "
        + "another way")
  }

  @Test func rowsOfTheWrongWidthAreStillAtFault() {
    let text = "a,b\n1,2\n3\n"
    for columns in [CSVColumns(.keep(["a"])), CSVColumns(.keep(["b"])), CSVColumns(.keep(["b", "a"]))] {
      #expect(
        message(in: directory) {
          var (cursor, sequence) = (
            try CSVSequenceRecordReader(split(text), header: .present, columns: columns).makeCursor(),
            SequenceRecord()
          )
          try cursor.read(0, into: &sequence)
        }
          == "DIR/c.csv:3: the row has a different number of fields than the file's first row (line 2): expected 2, found "
          + "1; give every row the same columns, and quote fields that contain the delimiter")
    }
  }

  @Test func theSignatureDependsOnTheColumns() throws {
    let split = split("a,b\n1,2\n")
    func signature(_ columns: CSVColumns) throws -> Signature {
      try CSVSequenceRecordReader(split, header: .present, columns: columns).schema.options
    }
    let plain = try signature(.all)
    #expect(try signature(CSVColumns(.keep(["a", "b"]))) == plain)
    var category = CSVColumns()
    category.encodings["a"] = .category(Vocabulary(["1"]))
    for columns in [CSVColumns(.keep(["b", "a"])), CSVColumns(.drop(["a"])), category] {
      #expect(
        try signature(columns).firstDifference(from: plain)
          == "the columns that are read, or how their texts become numbers changed")
    }
  }
}
