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
        == "DIR/c.csv:1: there is no column 2: expected a name, or a position from @0 to @1, found 2 columns; count from 0"
    )
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
        == "DIR/c.csv:1: column \"time\" is not read: expected a column of values for categories, timestamps or an offset, found one that "
        + "is dropped; keep it, and leave it out of the features once it was read (--transform columns:drop=time instead of "
        + "--drop-columns), or say nothing of its texts (category, time, offset)")
    func renaming(to name: String) -> CSVColumns {
      var columns = CSVColumns()
      columns.renamed["time"] = name
      return columns
    }
    #expect(
      rejection(renaming(to: "@1"))
        == "DIR/c.csv:1: column @0 cannot be called \"@1\": expected a name, found what means a position; choose a name "
        + "without the @")
    #expect(
      rejection(renaming(to: "load"))
        == "DIR/c.csv:1: columns @0 and @1 have the same name: expected distinct names, found \"load\" twice; rename one "
        + "(--rename @1=load2) or leave one out (--drop-columns @1)")
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
          + "1; give every row the same columns, and quote fields that contain the delimiter"
          + ", or leave out such rows (--on-error skip-row)")
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

  @Test func columnsOfOneNameAndWithoutANameAreReadByPosition() throws {
    func columns(_ text: String, _ choice: CSVColumns) throws -> ([String], [Float]) {
      let reader = try CSVSequenceRecordReader(split(text), header: .present, columns: choice)
      return (reader.columns, try values(reader))
    }
    let twice = "x,y,x\n1,2,3\n4,5,6\n"
    #expect(try columns(twice, CSVColumns(.keep(["@2", "y"]))) == (["x", "y"], [3, 2, 6, 5]))
    #expect(try columns(twice, CSVColumns(.drop(["0"]))) == (["y", "x"], [2, 3, 5, 6]))
    var renamed = CSVColumns()
    renamed.renamed["@2"] = "z"
    #expect(try columns(twice, renamed) == (["x", "y", "z"], [1, 2, 3, 4, 5, 6]))
    let unnamed = "a,,b,\n1,2,3,4\n"
    #expect(try columns(unnamed, .all) == (["a", "@1", "b", "@3"], [1, 2, 3, 4]))
    #expect(try columns(unnamed, CSVColumns(.keep(["a", "b"]))) == (["a", "b"], [1, 3]))
    #expect(try columns(unnamed, CSVColumns(.keep(["@3"]))) == (["@3"], [4]))
    var named = CSVColumns(.keep(["last"]))
    named.renamed["@3"] = "last"
    #expect(try columns(unnamed, named) == (["last"], [4]))
    #expect(
      message(in: directory) { _ = try columns(twice, CSVColumns(.keep(["x"]))) }
        == "DIR/c.csv:1: 2 columns have the name \"x\": expected one, found @0 and @2; write the position of the one that is "
        + "meant")
    var double = CSVColumns()
    double.renamed = ["a": "c", "@0": "d"]
    #expect(
      message(in: directory) { _ = try columns(unnamed, double) }
        == "DIR/c.csv:1: column @0 is renamed twice: expected one new name, found \"d\" and \"c\"; rename it once"
    )
    var encoded = CSVColumns()
    encoded.encodings = ["a": .offset(.first), "@0": .offset(.value(1))]
    #expect(
      message(in: directory) { _ = try columns(unnamed, encoded) }
        == "DIR/c.csv:1: column @0 has two encodings: expected one, found a second one by the name \"a\"; name the column "
        + "once")
  }

  @Test func aFileWithTheSameUnnamedColumnsIsRead() throws {
    directory.write("a,\n1,2\n", to: "u_0.csv")
    directory.write("\"a\",\"\"\n3,4\n", to: "u_1.csv")
    directory.write("a,b\n3,4\n", to: "u_2.csv")
    let reader = try CSVSequenceRecordReader(
      NumberedFileInputSplit(directory.path("u_%d.csv"), 0...2), header: .present)
    var (cursor, record) = (reader.makeCursor(), SequenceRecord())
    try cursor.read(1, into: &record)
    #expect(record.values == [3, 4])
    #expect(throws: RecordError.self) { try cursor.read(2, into: &record) }
  }

  @Test func classNumbersAreCheckedBeforeTheyAreRounded() throws {
    var columns = CSVColumns()
    columns.classNumbers = .keep(["@1"])
    func problem(_ field: String, grouped: Bool, streamed: Bool) -> String {
      message(in: directory) {
        let text = "1,0\n2,\(field)\n"
        if grouped {
          _ = try values(CSVGroupedSequenceRecordReader(split(text), groupBy: .rows(9), columns: columns))
        } else if streamed {
          var stream = try CSVSequenceRecordReader(split(text), columns: columns).makeRowStream()
          var record = SequenceRecord()
          try stream.begin(0)
          _ = try stream.read(upTo: 9, into: &record)
        } else {
          _ = try values(CSVSequenceRecordReader(split(text), columns: columns))
        }
      }
    }
    for (grouped, streamed) in [(false, false), (true, false), (false, true)] {
      for field in ["2", "2.0", " 2", "+2.", "2.000000000000000000e+00", "0.2e1", "\"2\"", "2.5", "16777216"]
      {
        #expect(problem(field, grouped: grouped, streamed: streamed) == "no error", "\(field)")
      }
      for field in ["2.00000001", "\"1.99999999\"", "16777217", "1999999999e-9", "-3.00000001"] {
        let text = field.replacing("\"", with: "")
        #expect(
          problem(field, grouped: grouped, streamed: streamed)
            == "DIR/c.csv:2:3: field 2 is not a class number: expected a whole number from 0 that is exact in Float, found "
            + "\"\(text)\", which would be rounded; number the classes from 0")
      }
    }
    // The options of reading are those of other numbers: a cache stays valid.
    let (plain, exact) = (
      try CSVSequenceRecordReader(split("1,0\n")),
      try CSVSequenceRecordReader(split("1,0\n"), columns: columns)
    )
    #expect(plain.signature == exact.signature)
  }
}
