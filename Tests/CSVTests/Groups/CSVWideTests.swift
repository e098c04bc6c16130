import CSV
import Sequences
import TestSupport
import Testing

/// Files in which every row is a sequence.
@Suite struct CSVWideTests {
  let directory = TestDirectory()

  private func reader(
    _ texts: String..., channels: Int = 1, labels: [String] = [], header: CSVHeader = .none,
    missing: MissingValues = .rejected, policy: ErrorPolicy = .raise
  ) throws -> CSVWideSequenceRecordReader {
    try CSVWideSequenceRecordReader(
      CollectionInputSplit(
        texts.enumerated().map {
          SequenceLocation(path: directory.write($1, to: "w_\($0).csv"), key: "k\($0)")
        }),
      channels: channels, labels: labels, header: header, missingValues: missing, policy: policy)
  }

  private func read(_ reader: CSVWideSequenceRecordReader, _ index: Int) throws -> SequenceRecord {
    var (cursor, record) = (reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &record)
    return record
  }

  @Test func rowsAreSeriesWithKeysOfTheirOwn() throws {
    let reader = try reader("1,2,3\n4,5,6\n", "7,8,\n", channels: 1)
    #expect(reader.columns == ["0"] && reader.count == 3)
    #expect((0..<3).map { reader.source(of: $0).key } == ["k0/0", "k0/1", "k1/0"])
    #expect((0..<3).map { reader.source(of: $0).firstLine } == [1, 2, 1])
    #expect(try (0..<3).map { try read(reader, $0).values } == [[1, 2, 3], [4, 5, 6], [7, 8]])
    let channels = try self.reader(
      "l,a,b,c,d\n9,1,2,3,4\n9,1,,3,NaN\n", channels: 2, labels: ["l"], header: .present)
    #expect(channels.columns == ["0", "1"])
    #expect(try read(channels, 0).values == [1, 3, 2, 4])
    #expect(try read(channels, 1).values == [1, 3])
  }

  /// Steps are in the order of the columns, wherever a file has them, on the fast path and on the slow one.
  @Test(arguments: [1, 2], ["4", "NaN", "x"]) func stepsAreInTheOrderOfTheirColumns(
    channels: Int, last: String
  ) throws {
    var random = SplitMix(state: 7)
    let names = ["l", "a", "b", "c", "d"]
    let fields = ["l": "9", "a": "1", "b": "2", "c": "3", "d": last]
    for selection in [CSVColumns.Selection.all, .keep(["a", "b", "c", "d"]), .keep(["d", "b", "a", "c"])] {
      for _ in 0..<20 {
        let order = names.shuffled(using: &random)
        let files = [names, order].enumerated().map { number, names in
          let row = names.map { fields[$0] ?? "" }.joined(separator: ",")
          let text = names.joined(separator: ",") + "\n" + row + "\n"
          return SequenceLocation(path: directory.write(text, to: "o_\(number).csv"), key: "k\(number)")
        }
        var columns = CSVColumns(selection)
        columns.byName = true
        let reader = try CSVWideSequenceRecordReader(
          CollectionInputSplit(files), channels: channels, labels: ["l"], header: .present,
          missingValues: MissingValues(.nan), columns: columns, policy: ErrorPolicy(.repair(.constant(7))))
        var steps = if case .keep(let kept) = selection { kept } else { names.filter { $0 != "l" } }
        if channels == 2 { steps = [0, 2, 1, 3].map { steps[$0] } }
        // A series ends before the NaN at its end; elsewhere it is a fault.
        if last == "NaN", channels == 1, steps[3] == "d" { steps.removeLast() }
        let expected = steps.map { Float(fields[$0] ?? "").flatMap { $0.isNaN ? nil : $0 } ?? 7 }
        for index in 0..<2 { #expect(try read(reader, index).values == expected, "\(order) \(selection)") }
      }
    }
  }

  private func problem(
    _ text: String, channels: Int = 1, missing: MissingValues = .rejected, policy: ErrorPolicy = .raise
  ) -> String {
    message(in: directory) {
      let reader = try reader(text, channels: channels, missing: missing, policy: policy)
      for index in 0..<reader.count { _ = try read(reader, index) }
    }
  }

  @Test func faultsHaveTheirLineAndColumn() {
    #expect(problem("1,2,3\n4,x,6\n").hasPrefix("DIR/w_0.csv:2:3: field 2 is not a number"))
    #expect(problem("1,2,3\n4,,6\n").hasPrefix("DIR/w_0.csv:2:3: field 2 is a missing value"))
    #expect(problem("1,2,3\n4,nan,6\n", missing: .nan).hasPrefix("DIR/w_0.csv:2:3: field 2 is not finite"))
    #expect(problem("1,2,3\n4,5,inf\n").hasPrefix("DIR/w_0.csv:2:5: field 3 is not finite"))
    #expect(problem("1,2,3\n4,5\n").hasPrefix("DIR/w_0.csv:2: the row has a different number of fields"))
    #expect(problem("1,2,3\n,,\n").hasPrefix("DIR/w_0.csv:2: the row has no value"))
    #expect(problem("1,2,3\nNaN,NaN,\n").hasPrefix("DIR/w_0.csv:2: the series has no value"))
    #expect(
      problem("1,2,3\n", channels: 2)
        == "DIR/w_0.csv:1: a row has 3 values: expected as many for each of the 2 channels, found a remainder of 1; name the "
        + "columns that are no values")
    // A text that is declared to be missing ends no series.
    #expect(
      problem("1,2,3\n4,5,-1\n", missing: MissingValues(.rejected, tokens: ["", "-1"])).hasPrefix(
        "DIR/w_0.csv:2:5: field 3 is a missing value"))
  }

  @Test func missingValuesBetweenOthersAreKeptOrRepaired() throws {
    let gaps = try reader("1,NA,3,,\n2,,4,,5\n", missing: MissingValues(.nan, tokens: ["", "NA"]))
    #expect(try read(gaps, 0).values.map(\.bitPattern) == [1, Float.nan, 3].map(\.bitPattern))
    #expect(try read(gaps, 1).values.count == 5)
    let repaired = try reader("1,x,3\n2,,4\n", policy: ErrorPolicy(.repair(.constant(0))))
    let record = try read(repaired, 0)
    #expect(record.values == [1, 0, 3] && record.missingCells == [1])
    #expect(record.ledger.map(\.line) == [1] && record.ledger.map(\.column) == [3])
    #expect(try read(repaired, 1).values == [2, 0, 4])
  }

  @Test func labelsAreReadFromTheirFieldsAlone() throws {
    let text = "1,2,up,3\n4,5,\"down\",6\n7,8,up,x\n"
    let split = CollectionInputSplit([SequenceLocation(path: directory.write(text, to: "l.csv"), key: "l")])
    var columns = CSVColumns(.keep(["2"]))
    columns.encodings["2"] = .category(Vocabulary(["down", "up"]))
    let labels = try CSVGroupedSequenceRecordReader(split, groupBy: .rows(1), columns: columns)
    var (cursor, record) = (labels.makeCursor(), SequenceRecord())
    var found: [Float] = []
    for index in [2, 0, 1] {
      try cursor.read(index, into: &record)
      found += record.values
    }
    #expect(found == [1, 1, 0])
    #expect(labels.position(of: 1, row: 0, column: 0).column == 5)
    directory.write("1,2,up,3\n4,5,side,6\n", to: "l.csv")
    let wrong = try CSVGroupedSequenceRecordReader(
      CollectionInputSplit([
        SequenceLocation(path: directory.write("1,2,up,3\n4,5,side,6\n", to: "m.csv"), key: "l")
      ]),
      groupBy: .rows(1), columns: columns)
    #expect(
      message(in: directory) {
        var cursor = wrong.makeCursor()
        try cursor.read(1, into: &record)
      }.hasPrefix("DIR/m.csv:2:5: field 3 is not a known category"))
  }
}
