import CSV
import Sequences
import TestSupport
import Testing

/// The handling of faulty rows by policies.
@Suite struct CSVPolicyTests {
  let directory = TestDirectory()

  private func reader(
    _ texts: [String], header: CSVHeader = .none, _ policy: ErrorPolicy
  ) throws -> CSVSequenceRecordReader {
    let locations = texts.enumerated().map { index, text in
      SequenceLocation(path: directory.write(text, to: "x_\(index).csv"), key: "\(index)")
    }
    return try CSVSequenceRecordReader(CollectionInputSplit(locations), header: header, policy: policy)
  }

  private func policy(_ actions: [RecordError.Kind: ErrorPolicy.Action]) -> ErrorPolicy {
    var policy = ErrorPolicy.raise
    for (kind, action) in actions { policy[kind] = action }
    return policy
  }

  /// Returns the result of reading sequence `index`, in words.
  private func outcome(
    _ reader: CSVSequenceRecordReader, _ index: Int, _ cursor: inout some SequenceCursor,
    _ sequence: inout SequenceRecord
  ) -> String {
    let failure = message(in: directory) { try cursor.read(index, into: &sequence) }
    if failure != "no error" {
      #expect(sequence.values.isEmpty && sequence.skippedRows.isEmpty && sequence.ledger.isEmpty)
      return failure
    }
    return words(sequence)
  }

  private func words(_ sequence: SequenceRecord) -> String {
    let entries = sequence.ledger.map { entry in
      let range = entry.lastLine.map { "-\($0)" } ?? ""
      let location =
        (entry.line.map { ":\($0)" } ?? "") + range + (entry.column.map { ":\($0)" } ?? "")
      let file = entry.file.split(separator: "/").last ?? ""
      return
        "\(file)\(location) \(entry.text.map { "\"\($0)\" " } ?? "")\(entry.fault) \(entry.rule) \(entry.action)"
    }
    let lines = "\(sequence.lines.lowerBound)...\(sequence.lines.upperBound)"
    return "\(sequence.values) of \(sequence.columnCount) lines \(lines) skipped \(sequence.skippedRows) "
      + "\(entries)"
  }

  private func outcome(_ reader: CSVSequenceRecordReader, _ index: Int = 0) -> String {
    var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
    return outcome(reader, index, &cursor, &sequence)
  }

  @Test func repairedValuesCountAsMissing() throws {
    let text = "1,2\nx,4\n5\n7,1e99\n9,\n"
    func missing(_ actions: [RecordError.Kind: ErrorPolicy.Action]) throws -> [Int] {
      var policy = ErrorPolicy(.repair(.constant(0)))
      for (kind, action) in actions { policy[kind] = action }
      let reader = try reader([text], policy)
      var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
      try cursor.read(0, into: &sequence)
      return sequence.missingCells
    }
    #expect(try missing([:]) == [2, 5, 7, 9])
    // A number beyond the range of Float is still an observation; values that stay NaN are not listed.
    #expect(try missing([.outOfRange: .repair(.clip), .missingValue: .repair(.missing)]) == [2, 5])
    // Indices count the remaining rows.
    #expect(try missing([.notANumber: .skipRow]) == [3, 5, 7])
    // The columns have another order than in the file.
    let path = directory.write("1,2,3\nx,5,6\n7,8,y\n", to: "r.csv")
    let turned = try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: path, key: "r")]), columns: CSVColumns(.keep(["2", "0"])),
      policy: ErrorPolicy(.repair(.constant(0))))
    var (cursor, sequence) = (turned.makeCursor(), SequenceRecord())
    try cursor.read(0, into: &sequence)
    #expect(sequence.values == [3, 1, 6, 0, 0, 7] && sequence.missingCells == [3, 4])
  }

  @Test func everyActionForEveryClassInEveryRow() throws {
    let faults: [(RecordError.Kind, String)] = [
      (.notANumber, "7,x"), (.outOfRange, "7,1e99"), (.outOfRange, "7,-1e99"), (.notFinite, "7,inf"),
      (.missingValue, "7,"), (.columnCount, "7"), (.columnCount, "7,8,9"), (.columnCount, "7,8,9,10"),
      (.blankLine, ""),
    ]
    let actions: [ErrorPolicy.Action] = [
      .raise, .skipSequence, .skipRow, .repair(.missing), .repair(.constant(0)), .repair(.constant(-1.5)),
      .repair(.clip),
    ]
    for (kind, text) in faults {
      for action in actions where action.suits(kind) {
        for location in 0..<3 {
          for header in [CSVHeader.none, .present] {
            var lines = ["1,2", "3,4", "5,6"]
            // A blank line comes before a row.
            if kind == .blankLine { lines.insert(text, at: location) } else { lines[location] = text }
            // Without a header, the first row fixes the columns.
            if header == .none && kind == .columnCount && location == 0 { continue }
            let bad = (header == .present ? "a,b\n" : "") + lines.joined(separator: "\n") + "\n"
            let good = (header == .present ? "a,b\n" : "") + "9,9\n"
            let raising = try reader([good, bad], header: header, .raise)
            let reader = try reader([good, bad, good], header: header, policy([kind: action]))
            let (first, line) = header == .present ? (2, location + 2) : (1, location + 1)
            let expected =
              action == .raise || action == .skipSequence
              ? outcome(raising, 1) : naive(kind, text, action, lines, location, line, first)
            var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
            for index in [1, 0, 1, 1, 2, 1] {
              let found = outcome(reader, index, &cursor, &sequence)
              #expect(
                found == (index == 1 ? expected : "[9.0, 9.0] of 2 lines \(first)...\(first) skipped [] []"))
            }
            // The bad file first: the columns are the same.
            if action != .raise && action != .skipSequence {
              let alone = try self.reader(
                ["", bad], header: header, policy([kind: action, .empty: .skipSequence]))
              #expect(outcome(alone, 1) == expected)
              #expect(alone.columns.count == 2)
            }
          }
        }
      }
    }
  }

  /// Returns how line `line`, which is `text`, the `location`-th of `lines`, is handled.
  private func naive(
    _ kind: RecordError.Kind, _ text: String, _ action: ErrorPolicy.Action, _ lines: [String],
    _ location: Int,
    _ line: Int, _ first: Int
  ) -> String {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let (value, shown): (Float, String) =
      switch action {
      case .repair(.constant(let value)): (value, value == 0 ? "0" : "-1.5")
      case .repair(.clip):
        fields[1].hasPrefix("-") ? (-0x1.fffffep127, "-3.4028235e+38") : (0x1.fffffep127, "3.4028235e+38")
      default: (.nan, "a missing value")
      }
    var rows = lines.map { $0.split(separator: ",").map { Float($0) ?? value } }
    var what = "took \(shown) for it"
    if action == .skipRow {
      rows.remove(at: location)
      what = "left out the row"
    } else if kind == .columnCount {
      what = ["", "filled up 1 field", "", "cut 1 field", "cut 2 fields"][fields.count]
      rows[location] = Array((rows[location] + [value]).prefix(2))
    } else {
      rows[location] = [7, value]
    }
    let isField = kind != .columnCount && kind != .blankLine
    let skipped = action == .skipRow ? [location] : []
    return "\(rows.flatMap { $0 }) of 2 lines \(first)...\(first + lines.count - 1) skipped \(skipped) "
      + "\(["x_1.csv:\(line)\(isField ? ":3 \"\(fields[1])\"" : "") \(kind) \(action) \(what)"])"
  }

  @Test func faultsOfARowAreHandledInFieldOrder() throws {
    let policy = policy([
      .notANumber: .repair(.constant(0.5)), .outOfRange: .repair(.clip), .missingValue: .skipRow,
      .columnCount: .repair(.constant(4)), .blankLine: .skipRow,
    ])
    let text = "1,2,3\n\n \nx,-1e50,\"y\nz\"\nx,,1e50\n,nan,1\n8\n1,q,2,x\n\n\n"
    let reader = try reader([text], policy)
    let expected = [
      "x_0.csv:2-3 blankLine skip-row left out the row",
      "x_0.csv:4:1 \"x\" notANumber repair:0.5 took 0.5 for it",
      "x_0.csv:4:3 \"-1e50\" outOfRange repair:clip took -3.4028235e+38 for it",
      "x_0.csv:4:9 \"y\\x0Az\" notANumber repair:0.5 took 0.5 for it",
      "x_0.csv:6:3 \"\" missingValue skip-row left out the row",
      "x_0.csv:7:1 \"\" missingValue skip-row left out the row",
      "x_0.csv:8 columnCount repair:4.0 filled up 2 fields",
      "x_0.csv:9 columnCount repair:4.0 cut 1 field",
      "x_0.csv:9:3 \"q\" notANumber repair:0.5 took 0.5 for it",
    ]
    let values: [Float] = [1, 2, 3, 0.5, -.greatestFiniteMagnitude, 0.5, 8, 4, 4, 1, 0.5, 2]
    #expect(outcome(reader) == "\(values) of 3 lines 1...9 skipped [1, 2, 4, 5] \(expected)")
    // Row numbers are those in the file, including the skipped rows.
    #expect(reader.position(of: 0, row: 3, column: 2).text == "y\nz")
    #expect(reader.position(of: 0, row: 4, column: 0).line == 6)
    #expect(reader.position(of: 0, row: 5, column: 2).text == "1")
    #expect(
      reader.position(of: 0, row: 6, column: 1)
        == SequenceRecord.Position(path: reader.locations[0].path, line: 8))
    #expect(reader.position(of: 0, row: 7, column: 1).offset == text.utf8.count - 8)
  }

  @Test func aThrownFaultHasItsLocationAndText() throws {
    let reader = try reader(["1,2\nx,1e99\n"], policy([.notANumber: .repair(.missing)]))
    var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
    let error = #expect(throws: RecordError.self) { try cursor.read(0, into: &sequence) }
    #expect(error?.kind == .outOfRange && error?.line == 2 && error?.column == 3 && error?.text == "1e99")
    #expect(sequence.values.isEmpty && sequence.ledger.isEmpty)
  }

  @Test func aFileWithoutGoodRowsHasNoRows() throws {
    let reader = try reader(
      ["x,1\n2,y\n", "x,1\n", "", "1,2\n"], policy([.notANumber: .skipRow, .columnCount: .skipRow]))
    func expected(_ index: Int, _ rows: String) -> String {
      "DIR/x_\(index).csv: every row of the file was left out: expected at least one without fault, found \(rows) "
        + "at fault, the first one by not a number on line 1; fix or exclude the file"
    }
    #expect(outcome(reader, 0) == expected(0, "2 rows"))
    #expect(outcome(reader, 1) == expected(1, "1 row"))
    #expect(
      outcome(reader, 2)
        == "DIR/x_2.csv: the file has no rows: expected at least one row, found no bytes at all; "
        + "fill the file or leave it out")
    #expect(outcome(reader, 3) == "[1.0, 2.0] of 2 lines 1...1 skipped [] []")
  }

  @Test func theFirstReadableFileFixesTheColumns() throws {
    let skipping = ErrorPolicy(.skipSequence)
    let texts = ["1,x\n", "", "\"1,2\n", "1,2,3\n", "1,2\n"]
    let reader = try reader(texts, skipping)
    #expect(reader.columns == ["0", "1", "2"] && reader.count == 5)
    for index in texts.indices { #expect(outcome(reader, index).hasPrefix("[") == (index == 3)) }
    #expect(
      outcome(reader, 4)
        == "DIR/x_4.csv:1: the row has a different number of fields than the rows of DIR/x_3.csv: expected 3, found 2; "
        + "give every file of a split the same columns, and quote fields that contain the delimiter")
    // If no row can, the first fault is the error.
    #expect(
      message(in: directory) { _ = try self.reader(["", "x\n"], skipping) }
        == "DIR/x_0.csv: the file has no rows: expected at least one row, found no bytes at all; "
        + "fill the file or leave it out")
    // A header fixes them, whatever the rows contain.
    let named = try self.reader(["\n\na,b\n1\n2,3\n", "a,b\n1,2\n"], header: .present, ErrorPolicy(.skipRow))
    #expect(named.columns == ["a", "b"] && named.source(of: 1).firstLine == 2)
    let expected = [
      "x_0.csv:1-2 blankLine skip-row left out the row",
      "x_0.csv:4 columnCount skip-row left out the row",
    ]
    #expect(outcome(named) == "[2.0, 3.0] of 2 lines 4...5 skipped [0] \(expected)")
    #expect(outcome(named, 1) == "[1.0, 2.0] of 2 lines 2...2 skipped [] []")
    #expect(named.position(of: 0, row: 1, column: 1).text == "3")
  }

  @Test func thePolicyIsAnOption() throws {
    let texts = ["1,2\n"]
    let raising = try reader(texts, .raise)
    let skipping = try reader(texts, policy([.notANumber: .skipRow]))
    #expect(
      skipping.signature.firstDifference(from: raising.signature)
        == "the error policy was not set, is not a number=skip-row")
    #expect(!raising.schema.options.aspects.contains { $0.name == "the error policy" })
  }

  @Test func aSteppedCursorThrowsEveryFault() throws {
    let text = "1,2\n3,4\n5,x\n7,8\n"
    let expected = outcome(try reader([text], .raise))
    let skipping = try reader([text], ErrorPolicy(.skipRow))
    var cursor = skipping.makeRowStream()
    var rows = SequenceRecord()
    try cursor.begin(0)
    #expect(try cursor.read(upTo: 2, into: &rows) == 2)
    #expect(message(in: directory) { _ = try cursor.read(upTo: 2, into: &rows) } == expected)
  }

  @Test func theRecordsOldContentsAreCleared() throws {
    let reader = try reader(["1\n2\n", "1\nx\n3\n"], policy([.notANumber: .skipRow]))
    var cursor = reader.makeCursor()
    for index in 0..<2 {
      var (fresh, used) = (SequenceRecord(), SequenceRecord(values: [9, 9, 9, 9], columnCount: 2))
      used.skippedRows = [7]
      used.missingCells = [3]
      used.ledger = [Ledger.Entry(RecordError(.empty, path: "p", ""), rule: .skipRow, action: "a")]
      try cursor.read(index, into: &fresh)
      try cursor.read(index, into: &used)
      #expect(fresh == used && fresh.skippedRows == (index == 0 ? [] : [1]))
    }
  }
}
