import CSV
import Sequences
import TestSupport
import Testing

/// The result for every file of `Fixtures/edge`, word for word.
@Suite struct EdgeFixtureTests {
  static let directory = Repository.fixture("edge")

  /// The values and lines of a file, or the message without the directory.
  private func outcome(
    _ name: String, delimiter: String = ",", header: CSVHeader = .none,
    missing: MissingValues = .rejected, nonFinite: NonFiniteValues = .rejected
  ) -> String {
    do {
      let location = SequenceLocation(path: "\(Self.directory)/\(name).csv", key: name)
      let reader = try CSVSequenceRecordReader(
        CollectionInputSplit([location]), delimiter: delimiter, header: header, missingValues: missing,
        nonFinite: nonFinite)
      var cursor = reader.makeCursor()
      var sequence = SequenceRecord()
      try cursor.read(0, into: &sequence)
      let values = sequence.values.map { "\($0)" }.joined(separator: " ")
      return "\(sequence.columnCount) columns, lines \(sequence.lines): \(values)"
    } catch {
      return String("\(error)".dropFirst(Self.directory.count + 1))
    }
  }

  @Test(arguments: [
    ("bom", "2 columns, lines 1...2: 1.0 2.0 3.0 4.0"),
    ("blank-end", "2 columns, lines 1...2: 1.0 2.0 3.0 4.0"),
    ("crlf", "2 columns, lines 1...2: 1.0 2.0 3.0 4.0"),
    ("no-last-newline", "2 columns, lines 1...2: 1.0 2.0 3.0 4.0"),
    ("one-column", "1 columns, lines 1...3: 1.0 2.0 3.0"),
    ("quoted", "2 columns, lines 1...2: 1.0 2.5 3.0 -4.0"),
    ("underflow", "4 columns, lines 1...1: 0.0 1e-45 -0.0 0.5"),
  ])
  func good(_ name: String, _ expected: String) { #expect(outcome(name) == expected) }

  static let notANumber = "is not a number: expected a decimal number such as -1.5e3,"
  static func missing(_ column: Int) -> String {
    "is a missing value: expected a number, found an empty field; " + fillIt(column)
  }
  static func missingEverywhere(_ column: Int) -> String {
    "is a missing value: expected a number, found an empty field, as in all rows of the file; leave out the column "
      + "(--drop-columns @\(column)), or, if other files have values, fill it with their mean (--transform fill:rule=mean)"
  }
  static func fillIt(_ column: Int) -> String {
    "fill it in, let a transform fill it (--transform fill), or leave out the column (--drop-columns @\(column)) or such "
      + "rows (--on-error skip-row)"
  }
  static let lineEnds = "end lines with a line feed, with or without one carriage return before it"
  static let alone = "a carriage return without a line feed: expected a line feed after it, found"
  static let asHeader =
    "correct it, or, if the line is a header, declare it (--header) or skip it (--skip-lines 1)"
  static let skip = "leave out such rows (--on-error skip-row)"
  static let token =
    "correct it, or, if it means a missing value, declare it and fill it (--missing=NA --transform fill), or \(skip)"
  static let compressed = "if the file is compressed, unpack it; otherwise correct it, or \(skip)"
  static func texts(_ column: Int, _ text: String) -> String {
    "correct it; if it is an id or a remark, leave out the column (--drop-columns @\(column)); if it is a category, number "
      + "its texts (--category @\(column)); if it means a missing value, declare it and fill it (--missing=\(text) --transform fill)"
  }
  static let noRows = "the file has no rows: expected at least one row, found"
  static let fill = "fill the file or leave it out"

  @Test(arguments: [
    (
      "binary",
      " the file is a picture (PNG): expected rows of text in UTF-8, found its first bytes \"\\x89PNG\\x0D\\x0A\\x1A\\x0A\"; "
        + "get the data as CSV"
    ),
    (
      "blank-middle",
      "2: the line is blank: expected a row, found none before the row on line 3; "
        + "remove the line (blank lines are allowed only after the last row)"
    ),
    ("blank-only", " \(noRows) only blank lines; \(fill)"),
    ("bom-only", " \(noRows) only a byte-order mark; \(fill)"),
    (
      "decimal-comma",
      "1:1: field 1 \(notANumber) found \"1,5\"; write numbers with a decimal point, and without commas"
    ),
    ("empty", " \(noRows) no bytes at all; \(fill)"),
    ("header-only", "1:1: field 1 \(notANumber) found \"a\"; \(asHeader)"),
    ("hex", "1:3: field 2 \(notANumber) found \"0x1F\"; \(texts(1, "0x1F"))"),
    ("hole", "2:3: field 2 \(missing(1))"),
    ("lone-cr", "1:4: \(alone) \"3\"; \(lineEnds)"),
    ("lone-cr-blank", "1:4: \(alone) \" \"; \(lineEnds)"),
    ("lone-cr-double", "1:4: \(alone) \"\\x0D\"; \(lineEnds)"),
    ("lone-cr-end", "1:4: \(alone) the end of the file; \(lineEnds)"),
    ("lone-cr-first", "1:1: \(alone) \"1\"; \(lineEnds)"),
    (
      "nan",
      "2:1: field 1 is not finite: expected a finite number, found \"-NaN\"; "
        + "correct it, or declare it a missing value and fill it (--missing=-NaN --transform fill)"
    ),
    ("nul", "1:3: field 2 \(notANumber) found \"\\x002\"; \(compressed)"),
    (
      "overflow",
      "1:3: field 2 is out of range: expected a magnitude up to 3.4028235e38, found \"1e999\"; "
        + "correct it, or rescale the column"
    ),
    (
      "quote-inside",
      "2:3: field 2 has a quote inside unquoted text: expected quotes around the whole field or none, "
        + "found \"4\"5\"; quote the whole field and double the quotes inside it"
    ),
    ("quoted-number", "2:1: field 1 \(notANumber) found \"3\\x0A\"; correct it, or \(skip)"),
    (
      "ragged",
      "3: the row has a different number of fields than the file's first row (line 1): expected 2, found 3; "
        + "give every row the same columns, and quote fields that contain the delimiter"
        + ", or leave out such rows (--on-error skip-row)"
    ),
    (
      "semicolon",
      "1:1: field 1 \(notANumber) found \"1;2\"; "
        + "if \";\" separates the fields, name it as delimiter (--delimiter ';')"
    ),
    (
      "tab",
      "2:1: field 1 \(notANumber) found \"3\\x094\"; "
        + "if a tab separates the fields, name it as delimiter (--delimiter '\\t')"
    ),
    (
      "text-after-quote",
      "1:1: field 1 continues after its closing quote: expected a delimiter or a line end there, "
        + "found \"\"1\"x\"; quote the whole field and double the quotes inside it"
    ),
    ("token", "1:3: field 2 \(notANumber) found \"NA\"; \(token)"),
    ("trailing-comma", "1:5: field 3 \(missingEverywhere(2))"),
    (
      "unbalanced-quote",
      "2:3: field 2 has no closing quote: expected one before the end of the file, "
        + "found \"\"4\\x0A5,6\\x0A\"; close the quote"
    ),
  ])
  func faulty(_ name: String, _ expected: String) { #expect(outcome(name) == "\(name).csv:\(expected)") }

  @Test func withAHeader() {
    #expect(outcome("quoted-newline", header: .present) == "2 columns, lines 3...4: 1.0 2.0 3.0 4.0")
    // A first row of numbers is data: taking it as names would silently lose it.
    #expect(
      outcome("bom", header: .present)
        == "bom.csv:1: every name in the header is a number: expected names, found \"1\" as the first; "
        + "leave out --header when the line is data, or skip it when it is not (--skip-lines 1 instead of --header)"
    )
    #expect(
      outcome("header-only", header: .present)
        == "header-only.csv: the file has no rows: expected a header and at least one row, "
        + "found only the header; \(Self.fill)")
    #expect(
      outcome("named-hole", header: .present)
        == "named-hole.csv:3:3: field 2 (column \"b\") \(Self.missing(1))")
    #expect(
      outcome("duplicate-names", header: .present)
        == "duplicate-names.csv:1: columns @0 and @2 have the same name: expected distinct names, "
        + "found \"a\" twice; rename one (--rename @2=a2) or leave one out (--drop-columns @2)")
    #expect(
      outcome("binary", header: .present)
        == "binary.csv: the file is a picture (PNG): expected rows of text in UTF-8, found its first bytes "
        + "\"\\x89PNG\\x0D\\x0A\\x1A\\x0A\"; get the data as CSV")
  }

  @Test func withOtherDelimiters() {
    #expect(outcome("semicolon", delimiter: ";") == "2 columns, lines 1...2: 1.0 2.0 3.0 4.0")
    #expect(outcome("tab", delimiter: "\t") == "tab.csv:1:1: field 1 \(Self.missing(0))")
    #expect(
      outcome("tab", delimiter: "\t", missing: .nan) == "2 columns, lines 1...2: nan 2.0 3.0 4.0")
  }

  @Test func withMissingValues() {
    #expect(outcome("hole", missing: .nan) == "2 columns, lines 1...3: 1.0 2.0 3.0 nan 5.0 6.0")
    #expect(
      outcome("trailing-comma", missing: .nan) == "3 columns, lines 1...2: 1.0 2.0 nan 3.0 4.0 nan")
    #expect(
      outcome("token", missing: MissingValues(.nan, tokens: [" NA", "-999"]))
        == "2 columns, lines 1...2: 1.0 nan nan 2.0")
    #expect(
      outcome("token", missing: MissingValues(.rejected, tokens: ["", "NA"]))
        == "token.csv:1:3: field 2 is a missing value: expected a number, found the token \"NA\"; "
        + Self.fillIt(1))
    // An empty field that was not declared as missing is not NaN.
    #expect(
      outcome("hole", missing: MissingValues(.nan, tokens: ["NA"]))
        == "hole.csv:2:3: field 2 \(Self.missing(1))")
    #expect(
      outcome("token", missing: .nan)
        == "token.csv:1:3: field 2 \(Self.notANumber) found \"NA\"; \(Self.token)")
  }

  @Test func withNonFiniteValues() {
    #expect(outcome("nan", nonFinite: .allowed) == "2 columns, lines 1...2: 1.0 2.0 -nan inf")
    #expect(
      outcome("nan", missing: MissingValues(.nan, tokens: ["-NaN", "Infinity"]))
        == "2 columns, lines 1...2: 1.0 2.0 nan nan")
  }
}
