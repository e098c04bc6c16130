import CSV
import Sequences
import TestSupport
import Testing

/// Policies for faulty rows in files with many sequences.
@Suite struct CSVGroupedPolicyTests {
  let directory = TestDirectory()

  /// For files with damaged rows, a reader's sequences are those of the files without these rows.
  @Test func skippedRowsAreAsIfAbsent() throws {
    var random = SplitMix(state: 5)
    var skipped = 0
    for _ in 0..<300 {
      var (damaged, clean) = ("id,a,b\n", [[Float]]())
      var (counts, kept) = ([Int](), [[Float]]())
      for group in 0..<Int.random(in: 1...4, using: &random) {
        var values: [Float] = []
        var blank = 0
        let count = Int.random(in: 1...4, using: &random)
        for _ in 0..<count {
          // A blank line is a row that is skipped, of the sequence of the next row.
          if Int.random(in: 0..<6, using: &random) == 0 {
            damaged += "\n"
            blank += 1
          }
          let row = [Int.random(in: 0...9, using: &random), Int.random(in: 0...9, using: &random)]
          switch Int.random(in: 0..<6, using: &random) {
          case 0: damaged += "g\(group),\(row[0]),x\n"
          case 1: damaged += "g\(group),\(row[0])\n"
          case 2: damaged += "g\(group),\(row[0]),\(row[1]),7\n"
          default:
            damaged += "g\(group),\(row[0]),\(row[1])\n"
            values += row.map(Float.init)
          }
        }
        counts.append(count + blank)
        kept.append(values)
        if !values.isEmpty { clean.append(values) }
      }
      let location = SequenceLocation(path: directory.write(damaged, to: "p.csv"), key: "p")
      let reader = try CSVGroupedSequenceRecordReader(
        CollectionInputSplit([location]), groupBy: .column("id"), header: .present,
        policy: ErrorPolicy(.skipRow))
      #expect(reader.count == kept.count)
      var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
      for (index, values) in kept.enumerated() {
        if values.isEmpty {
          let error = #expect(throws: RecordError.self) { try cursor.read(index, into: &sequence) }
          #expect(error?.kind == .empty)
        } else {
          try cursor.read(index, into: &sequence)
          #expect(sequence.values == values, "\(damaged)")
          #expect(reader.stepCount(of: index) == values.count / 2)
          #expect(sequence.skippedRows.count == counts[index] - values.count / 2)
          skipped += sequence.skippedRows.count
        }
      }
    }
    #expect(skipped > 300)
  }

  private func reader(_ text: String, _ grouping: CSVGrouping, _ policy: ErrorPolicy) throws
    -> CSVGroupedSequenceRecordReader
  {
    try CSVGroupedSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: directory.write(text, to: "q.csv"), key: "q")]),
      groupBy: grouping,
      policy: policy)
  }

  /// Returns how every sequence is handled, in words.
  private func outcomes(_ reader: CSVGroupedSequenceRecordReader) -> [String] {
    var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
    return (0..<reader.count).map { index in
      let failure = message(in: directory) { try cursor.read(index, into: &sequence) }
      if failure != "no error" { return failure }
      let entries = sequence.ledger.map { "\($0.line ?? 0):\($0.column ?? 0) \($0.fault) \($0.action)" }
      return "\(sequence.values) \(entries)"
    }
  }

  @Test func everyDecisionIsInTheLedger() throws {
    let text = "1,0\nx,0\n\n2,0\n--\n\ny,0\n3,0\n--\nz,0\n"
    #expect(
      outcomes(try reader(text, .separator("--"), ErrorPolicy(.skipRow))) == [
        "[1.0, 0.0, 2.0, 0.0] [\"2:1 notANumber left out the row\", \"3:0 blankLine left out the row\"]",
        "[3.0, 0.0] [\"6:0 blankLine left out the row\", \"7:1 notANumber left out the row\"]",
        "DIR/q.csv: every row of the sequence was left out: expected at least one without fault, found 1 row at fault, "
          + "the first one by not a number on line 10; fix or exclude the file",
      ])
    var repairing = ErrorPolicy(.repair(.constant(9)))
    repairing[.blankLine] = .skipRow
    #expect(
      outcomes(try reader(text, .separator("--"), repairing)) == [
        "[1.0, 0.0, 9.0, 0.0, 2.0, 0.0] [\"2:1 notANumber took 9 for it\", \"3:0 blankLine left out the row\"]",
        "[9.0, 0.0, 3.0, 0.0] [\"6:0 blankLine left out the row\", \"7:1 notANumber took 9 for it\"]",
        "[9.0, 0.0] [\"10:1 notANumber took 9 for it\"]",
      ])
    // If rows have one field, a blank line may be a row, so it is never skipped.
    #expect(
      message(in: directory) { _ = try reader("1\n\n2\n", .separator("--"), ErrorPolicy(.skipRow)) }
        == "DIR/q.csv:2: the line is blank: expected a row, found none before the row on line 3; remove the line (blank "
        + "lines are allowed only after the last row)")
  }

  @Test func aFaultySequenceLeavesTheOthers() throws {
    let found = outcomes(try reader("x\n2\n3\n4\n5,6\n7\n", .rows(2), ErrorPolicy(.skipSequence)))
    #expect(found[1] == "[3.0, 4.0] []")
    #expect(
      found[0]
        == "DIR/q.csv:1:1: field 1 is not a number: expected a decimal number such as -1.5e3, found \"x\"; correct it, or, if "
        + "the line is a header, declare it (--header) or skip it (--skip-lines 1)")
    #expect(
      found[2]
        == "DIR/q.csv:5: the row has a different number of fields than the file's first row (line 1): expected 1, found 2; give "
        + "every row the same columns, and quote fields that contain the delimiter"
        + ", or leave out such rows (--on-error skip-row)")
  }

  @Test func keysAndSeparatorsAreNeverSkipped() {
    #expect(
      message(in: directory) { _ = try reader("a,1\n,2\n", .column("0"), ErrorPolicy(.skipRow)) }
        == "DIR/q.csv:2: the row has no key: expected a text in the column to group by, found an empty field; fill it in"
    )
  }
}
