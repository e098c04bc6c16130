import CSV
import Sequences
import TestSupport
import Testing

/// Columns whose numbers are too close together for Float.
@Suite struct PrecisionLossTests {
  private let directory = TestDirectory()

  private func reader(
    _ texts: [String], header: CSVHeader = .none, columns: CSVColumns = .all, policy: ErrorPolicy = .raise
  ) throws -> CSVSequenceRecordReader {
    for (index, text) in texts.enumerated() { directory.write(text, to: "p_\(index).csv") }
    return try CSVSequenceRecordReader(
      NumberedFileInputSplit(directory.path("p_%d.csv"), 0...texts.count - 1), header: header,
      columns: columns,
      policy: policy)
  }

  private func warnings(_ reader: some SequenceRecordReader) throws -> [String] {
    try reader.precisionLosses().map { "\($0)".replacing(directory.path, with: "DIR") }
  }

  @Test func wholeNumbersAbove2To24AreNamed() throws {
    let text = "t,v\n1711846800,1\n1711846801,2\n1711846860,3\n"
    #expect(
      try warnings(reader([text], header: .present)) == [
        "DIR/p_0.csv:2:1: column \"t\": 1711846800 and 1711846801 (line 3) are the same number in Float precision: "
          + "1711846784; subtract an offset before rounding (--offset t=first), or read timestamps as such (--time t=unix)"
      ])
    // Exact numbers are no loss, however large they are.
    #expect(try warnings(reader(["33554432\n16777218\n67108864\n"])).isEmpty)
    #expect(try warnings(reader(["16777215\n16777216\n5\n"])).isEmpty)
    #expect(try warnings(reader(["16777217\n2\n50000000\n"])).count == 1)
  }

  /// Double cannot tell these apart either.
  @Test func wholeNumbersBeyondDoubleAreNamed() throws {
    let large = "1" + String(repeating: "0", count: 24)
    for (first, second) in [
      ("9007199254740992", "9007199254740993"), ("1152921504606846976", "1152921504606846977"),
      ("10000000000000000001", "10000000000000000002"), ("\(large)1", "\(large)2"),
    ] {
      let found = try warnings(reader(["\(first)\n\(second)\n"]))
      #expect(
        found.count == 1 && found[0].contains("\(first) and \(second) (line 2) are the same number"),
        "\(found)")
    }
    // Written differently, but the same.
    #expect(try warnings(reader(["33554432\n33554432.0\n+33554432\n"])).isEmpty)
  }

  @Test func numbersThatAreTooSmallAreNamed() throws {
    let remedy = "write the column in a unit in which its numbers are larger: Float is exact from 1.2e-38 on"
    #expect(
      try warnings(reader(["1e-50,1\n2e-50,2\n3e-50,2\n"])) == [
        "DIR/p_0.csv:1:1: column \"0\": 1e-50 and 2e-50 (line 2) are the same number in Float precision: 0; \(remedy)"
      ])
    #expect(
      try warnings(reader(["0,1\n-2e-60,2\n"])) == [
        "DIR/p_0.csv:1:1: column \"0\": 0 and -2e-60 (line 2) are the same number in Float precision: 0; \(remedy)"
      ])
    #expect(try warnings(reader(["0,0e5\n-0,0.000\n0.0,0\n"])).isEmpty)
    #expect(try warnings(reader(["1e-30\n2e-30\n3e-38\n"])).isEmpty)
    // Beside larger numbers they are nothing.
    #expect(try warnings(reader(["1\n1e-50\n2\n"])).isEmpty)
    #expect(try warnings(reader(["1e-43\n2e-43\n3e-43\n"])).count == 1)
  }

  /// The first number of the sequence may be the one that is far away.
  @Test func theOffsetThatIsThereIsNotSuggestedAgain() throws {
    var columns = CSVColumns.all
    columns.encodings["t"] = .offset(.first)
    // 2^30 before the others.
    let text = "t\n638104976\n1711846801\n1711846802\n"
    #expect(
      try warnings(reader([text], header: .present, columns: columns)) == [
        "DIR/p_0.csv:3:1: column \"t\": 1711846801 and 1711846802 (line 4) are the same number in Float precision: "
          + "1073741824; choose an offset near these numbers, which the first one is not (--offset t=VALUE)"
      ])
    columns.encodings["t"] = .offset(.value(1_711_846_800))
    #expect(try warnings(reader([text], header: .present, columns: columns)).isEmpty)
  }

  /// A name that is a number, or is read as something else in a flag, is replaced by the position.
  @Test func suggestionsMeanTheColumn() throws {
    for (name, reference) in [("1", "@0"), ("0", "0"), ("a=b", "@0"), ("\"a,b\"", "@0"), ("t", "t")] {
      let found = try warnings(reader(["\(name),x\n1711846800,1\n1711846801,2\n"], header: .present))
      #expect(found.count == 1 && found[0].contains("(--offset \(reference)=first)"), "\(found)")
    }
  }

  @Test func aColumnFarFromZeroIsNamed() throws {
    // The spacing of Floats near 100,000 is 1/128, the deviation about 0.04.
    let close = (0..<50).map { "100000.\(10 + $0 % 13)\n" }.joined()
    #expect(try warnings(reader([close])).count == 1)
    let far = (0..<50).map { "\($0 * 37 % 1000).\(10 + $0)\n" }.joined()
    #expect(try warnings(reader([far])).isEmpty)
    // A constant column loses nothing that matters.
    #expect(try warnings(reader(["20.5,0\n20.5,0\n20.5,0\n"])).isEmpty)
    #expect(try warnings(reader(["100000.123\n100000.124\n"])).count == 1)
  }

  @Test func aLossInTheLastSequenceOrAfterAFaultyRowIsFound() throws {
    let good = "1\n2\n"
    #expect(try warnings(reader(Array(repeating: good, count: 40) + ["1700000001\n1700000002\n"])).count == 1)
    let units = "t\nseconds\n1700000001\n1700000002\n"
    let policy = ErrorPolicy(.skipRow)
    #expect(
      try warnings(reader([units], header: .present, policy: policy)).first?.hasPrefix("DIR/p_0.csv:3:1: ")
        == true)
  }

  /// The difference is exact, though Double cannot hold the numbers.
  @Test func exactDifferencesLoseNothing() throws {
    let text = "t\n1711846800123457483\n1711846800141455243\n"
    for offset in [NumberOffset.first, .exact("1711846800123457483")] {
      var columns = CSVColumns.all
      columns.encodings["t"] = .offset(offset)
      #expect(try warnings(reader([text], header: .present, columns: columns)).isEmpty)
    }
  }

  @Test func offsetsAndTimesOfTheSequenceLoseNothing() throws {
    let text = "t\n1711846800\n1711846801\n1711846860\n"
    for encoding in [
      ColumnEncoding.offset(.first), .offset(.value(1_711_846_800)), .time(TimestampEncoding(.unixSeconds)),
    ] {
      var columns = CSVColumns()
      columns.encodings["t"] = encoding
      let found = try reader([text], header: .present, columns: columns)
      #expect(try warnings(found).isEmpty)
      var (cursor, record) = (found.makeCursor(), SequenceRecord())
      try cursor.read(0, into: &record)
      #expect(record.values == [0, 1, 60])
    }
    var columns = CSVColumns()
    columns.encodings["t"] = .time(TimestampEncoding(.unixSeconds, from: .epoch))
    #expect(
      try warnings(reader([text], header: .present, columns: columns)).first?.hasSuffix(
        "count time from the first row (--time-origin sequence)") == true)
  }

  /// Wrappers forward what is needed: a loss below transforms and windows has its place in the file.
  @Test func aSubsetNamesTheFile() throws {
    let all = try reader(["1\n2\n", "1700000001\n1700000002\n"])
    #expect(try warnings(SubsetSequenceRecordReader(all, [1])).first?.hasPrefix("DIR/p_1.csv:1:1: ") == true)
    #expect(try warnings(SubsetSequenceRecordReader(all, [0])).isEmpty)
  }

  @Test func valuesThatRepeatAreCompared() throws {
    let many = String(repeating: "1700000000\n", count: 300) + String(repeating: "1700000001\n", count: 300)
    #expect(try warnings(reader([many])).count == 1)
    let late = String(repeating: "33554432\n", count: 40) + "33554433\n33554434\n"
    #expect(try warnings(reader([late])).count == 1)
  }

  @Test func ordinaryColumnsAreNotNamed() throws {
    for values in [
      ["0.1", "0.1", "0.1"], ["0.30", "0.3", "0.300"], ["0.5", "0.6", "-1e20", "0.7"],
      ["0.5", "1e30", "0.25"],
      ["101320.5", "101320.5", "101320.5"], ["1000000000", "1000000000"], ["0", "0"],
    ] {
      #expect(try warnings(reader([values.map { "\($0)\n" }.joined()])).isEmpty, "\(values)")
    }
  }

  /// The difference from an offset is judged, not the number.
  @Test func numbersFarFromTheirOffsetAreNamed() throws {
    let text = "t\n1700000000\n1720000001\n1720000061\n"
    for (offset, count) in [(NumberOffset.first, 1), (.value(1_720_000_000), 0), (.value(1_700_000_001), 0)] {
      var columns = CSVColumns()
      columns.encodings["t"] = .offset(offset)
      let found = try warnings(reader([text], header: .present, columns: columns))
      #expect(found.count == count, "\(found)")
      #expect(
        found.first ?? "" == ""
          || found[0]
            == "DIR/p_0.csv:3:1: column \"t\": 1720000001 becomes 20000000 in Float precision; choose an offset near "
            + "these numbers (--offset t=VALUE), or a larger unit in the data"
      )
    }
  }

  @Test func anOffsetThatDoesNotHelpIsNamed() throws {
    var columns = CSVColumns()
    columns.encodings["t"] = .offset(.value(1))
    #expect(
      try warnings(reader(["t\n1711846800\n1711846801\n"], header: .present, columns: columns)) == [
        "DIR/p_0.csv:2:1: column \"t\": 1711846800 and 1711846801 (line 3) are the same number in Float precision: "
          + "1711846784; choose an offset near these numbers (--offset t=first or --offset t=VALUE)"
      ])
  }
}
