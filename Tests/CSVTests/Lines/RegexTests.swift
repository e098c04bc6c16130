import CSV
import Sequences
import TestSupport
import Testing

@Suite struct RegexTests {
  let directory = TestDirectory()
  private let pattern = #"\[(?<level>[A-Z]+)\] took (?<ms>[^ ]+) ms( after (\S+))?"#

  private func reader(
    _ texts: [String], _ pattern: String, skippingLines: Int = 0, columns: CSVColumns = .all,
    missing: MissingValues = .rejected, policy: ErrorPolicy = .raise
  ) throws -> RegexSequenceRecordReader {
    let locations = texts.enumerated().map { index, text in
      SequenceLocation(path: directory.write(text, to: "l_\(index).log"), key: "\(index)")
    }
    return try RegexSequenceRecordReader(
      CollectionInputSplit(locations), pattern: pattern, skippingLines: skippingLines, missingValues: missing,
      columns: columns, policy: policy)
  }

  private func read(_ reader: RegexSequenceRecordReader, _ index: Int = 0) throws -> SequenceRecord {
    var (cursor, sequence) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &sequence)
    return sequence
  }

  private var levels: CSVColumns {
    var columns = CSVColumns(.keep(["level", "ms", "3"]))
    columns.encodings["level"] = .category(Vocabulary(["INFO", "WARN"]))
    return columns
  }

  @Test func groupsAreColumns() throws {
    let text = "# log\n[INFO] took 1.5 ms\r\n[WARN] took 2 ms after 7e1\n\n\n"
    let reader = try reader(
      [text, text], pattern, skippingLines: 1, columns: levels, missing: .nan)
    #expect(
      reader.columns == ["level", "ms", "3"] && reader.schema.fileColumns == ["level", "ms", "2", "3"])
    #expect(reader.count == 2)
    let found = try read(reader, 1)
    #expect(found.values[..<2] == [0, 1.5] && found.values[2].isNaN && found.values[3...] == [1, 2, 70])
    #expect(found.lines == 2...3 && found.columnCount == 3)
    #expect(reader.source(of: 1).firstLine == 2)
    #expect(try reader.texts(ofColumn: "level") == ["INFO", "WARN"])
    let location = reader.position(of: 0, row: 1, column: 2)
    #expect(
      location
        == SequenceRecord.Position(
          path: reader.locations[0].path, line: 3, column: 24, text: "7e1", offset: Array(text.utf8).count - 6
        ))
  }

  @Test func everyLineReadsAsSplittingItDoes() throws {
    var random = SplitMix(state: 3)
    for width in 1...4 {
      let pattern = (0..<width).map { _ in "(-?[0-9]+)" }.joined(separator: ";")
      let rows = (0..<50).map { _ in (0..<width).map { _ in Int.random(in: -99...99, using: &random) } }
      let text = rows.map { $0.map(String.init).joined(separator: ";") }.joined(separator: "\n")
      let reader = try reader([text], pattern)
      #expect(reader.columns == (0..<width).map { "\($0)" })
      #expect(try read(reader).values == rows.flatMap { $0.map(Float.init) })
    }
  }

  @Test func linesThatDoNotMatchAreErrorsOrSkipped() throws {
    let text = "nonsense\n[INFO] took 1 ms after 2\n\n[WARN] took x ms after 3\n[WARN] took 4 ms after 5\n"
    #expect(
      message(in: directory) { _ = try reader([text], pattern, columns: levels) }
        == "DIR/l_0.log:1: the line does not match: expected the pattern \\[(?<level>[A-Z]+)\\] took (?<ms>[^ ]+) ms( "
        + "after (\\S+))? to take all of it, found \"nonsense\"; correct the pattern, or leave such lines out (--on-error "
        + "no-match=skip-row)")
    let found = try read(reader([text], pattern, columns: levels, policy: ErrorPolicy(.skipRow)))
    #expect(found.values == [0, 1, 2, 1, 4, 5] && found.skippedRows == [0, 2, 3])
    #expect(found.ledger.map(\.fault) == [.noMatch, .blankLine, .notANumber])
    #expect(found.ledger.map(\.line) == [1, 3, 4])
    var policy = ErrorPolicy.raise
    policy[.noMatch] = .skipSequence
    let two = try reader([text, "[INFO] took 1 ms after 2\n"], pattern, columns: levels, policy: policy)
    let error = #expect(throws: RecordError.self) { _ = try read(two) }
    #expect(error?.kind == .noMatch)
    #expect(try read(two, 1).values == [0, 1, 2])
  }

  @Test func impossiblePatternsAreRejected() {
    func rejection(_ text: String, _ pattern: String, policy: ErrorPolicy = .raise) -> String {
      message(in: directory) { _ = try read(reader([text], pattern, policy: policy)) }
    }
    #expect(
      rejection("1\n", "[0-9]+")
        == "the line pattern has no group: expected one group in parentheses or more, found \"[0-9]+\"; put parentheses "
        + "around each value")
    #expect(
      rejection("1\n", "([0-9]+").hasPrefix("the line pattern cannot be read: expected a regular expression"))
    #expect(
      rejection("\n", "([0-9]+)")
        == "DIR/l_0.log: the file has no lines: expected at least one, found none that is not blank; fill the file or "
        + "leave it out")
    #expect(
      rejection("a\nb\n", "([0-9]+)", policy: ErrorPolicy(.skipRow))
        == "DIR/l_0.log: the file has no lines: expected at least one, found none that is not blank; fill the file or "
        + "leave it out")
    #expect(
      rejection("1\nx=2\n", "(.*)")
        == "DIR/l_0.log:2:1: field 1 (column \"0\") is not a number: expected a decimal number such as -1.5e3, found "
        + "\"x=2\"; correct it, or, if it means a missing value, declare it and fill it (--missing=x=2 --transform fill), or "
        + "leave out such rows (--on-error skip-row)")
    #expect(
      rejection("1\n\n2\n", "(.*)")
        == "DIR/l_0.log:2: the line is blank: expected a row, found none before the row on line 3; remove the line (blank "
        + "lines are allowed only after the last row)")
  }
}
