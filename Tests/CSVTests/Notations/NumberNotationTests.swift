import CText
import Sequences
import TestSupport
import Testing

@testable import CSV

/// The rules of decimal signs and thousands separators.
@Suite struct NumberNotationTests {
  /// The number as plain CSV has it, by a regular expression and string operations.
  private func naive(_ text: String, _ decimal: String, _ thousands: String?) throws -> Float? {
    let point = decimal == "." ? #"\."# : ","
    let group = thousands.map { "(?:[0-9]{1,3}(?:\\Q\($0)\\E[0-9]{3})+|[0-9]+)" } ?? "[0-9]+"
    let pattern = try Regex(#"[+-]?(?:\#(group)(?:\#(point)[0-9]*)?|\#(point)[0-9]+)(?:[eE][+-]?[0-9]+)?"#)
    guard text.wholeMatch(of: pattern) != nil else { return nil }
    var plain = text
    if let thousands { plain = plain.replacing(thousands, with: "") }
    plain = plain.replacing(decimal, with: ".")
    if plain.hasSuffix(".") { plain += "0" }
    return Float(plain.replacing(".e", with: ".0e").replacing(".E", with: ".0e")).flatMap {
      $0.isFinite ? $0 : nil
    }
  }

  @Test func everyTextReadsAsInTheNaiveImplementation() throws {
    var random = SplitMix(state: 45)
    var numbers = 0
    for _ in 0..<20_000 {
      let decimal = [".", ","].randomElement(using: &random) ?? "."
      let separators: [String?] = [nil, ",", ".", "'"].filter { $0 != decimal }
      let thousands = separators.randomElement(using: &random) ?? nil
      let pieces = ["1", "23", "456", "000", ",", ".", "'", "-", "e5", "x", "12", "7"]
      let text = (0..<Int.random(in: 1...7, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }
      .joined()
      let format = try CSVDialect(
        skippingLines: 0, notation: TextNotation(delimiter: ";", decimal: decimal, thousands: thousands),
        header: .none,
        missingValues: .rejected, nonFinite: .rejected)
      let (kind, value) = format.decimal(Array(text.utf8))
      let wanted = try naive(text, decimal, thousands)
      #expect((kind == .number ? value : nil) == wanted, "\(text) \(decimal) \(thousands ?? "-")")
      if wanted != nil { numbers += 1 }
    }
    #expect(numbers > 2000)
  }

  @Test func blanksStandForNoBreakSpaces() throws {
    let notation = try #require(NumberNotation(TextNotation(decimal: ",", thousands: " ")))
    for (text, plain) in [
      ("1 234,5", "1234.5"), ("1\u{A0}234\u{A0}567", "1234567"), (" -12\u{202F}000,25 ", "-12000.25"),
      ("7", "7"),
    ] { #expect(notation.plainText(of: text) == plain) }
    var plain: [UInt8] = []
    for text in ["1 23", "1234 567", "1 234\u{A0}567", "1  234", "1 ,5", "1.5", "1 234 ,5"] {
      #expect(!notation.rewrite(Array(text.utf8), into: &plain), "\(text)")
    }
  }

  @Test func impossibleNotationsAreRefused() {
    func refusal(_ notation: TextNotation) -> String {
      message {
        _ = try CSVDialect(
          skippingLines: 0, notation: notation, header: .none, missingValues: .rejected, nonFinite: .rejected)
      }
    }
    #expect(
      refusal(TextNotation(decimal: ","))
        == "the comma cannot be both the decimal sign and the delimiter: expected another delimiter, found none; name it "
        + "(--delimiter ';')")
    #expect(
      refusal(TextNotation(decimal: "·")).hasPrefix(
        "the decimal sign cannot be used: expected a point or a comma"))
    for thousands in [".", "5", "ab", "", "\"", "-"] {
      #expect(
        refusal(TextNotation(thousands: thousands)).hasPrefix("the thousands separator cannot be used: "))
    }
    #expect(refusal(TextNotation(thousands: ",")) == "no error")
    #expect(refusal(TextNotation(delimiter: "ab")).hasPrefix("the delimiter cannot be used: "))
  }

  @Test func timesAndOffsetsHaveTheDecimalSign() throws {
    let directory = TestDirectory()
    let text = "1700000000,25;1700000000000000000,5\n1700000001,5;1700000000000000003,5\n"
    var columns = CSVColumns()
    columns.encodings["0"] = .time(TimestampEncoding(.unixSeconds, unit: .seconds))
    columns.encodings["1"] = .offset(.first)
    let reader = try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: directory.write(text, to: "t.csv"), key: "t")]),
      notation: TextNotation(delimiter: ";", decimal: ","), columns: columns)
    var (cursor, record) = (reader.makeCursor(), SequenceRecord())
    try cursor.read(0, into: &record)
    #expect(record.values == [0, 0, 1.25, 3])
    // Numbers that Float cannot tell apart are found in this notation too.
    let plain = try CSVSequenceRecordReader(
      CollectionInputSplit([
        SequenceLocation(path: directory.write("1.711.846.800,5\n1.711.846.801,5\n", to: "p.csv"), key: "p")
      ]),
      notation: TextNotation(delimiter: ";", decimal: ",", thousands: "."))
    #expect(try plain.precisionLosses().map(\.column) == ["0"])
  }

  @Test func aDecimalCommaIsReadFastAndSlowly() throws {
    let directory = TestDirectory()
    var random = SplitMix(state: 46)
    for round in 0..<400 {
      let fields = (0..<6).map { _ -> (String, Float?) in
        let plain = "\(Float.random(in: -9999...9999, using: &random))"
        return [
          (plain.replacing(".", with: ","), Float(plain)), ("\(Int.random(in: 0...99, using: &random))", nil),
          (",5", 0.5), ("2,", 2), ("1,5e2", 150), ("123456789012345678,25", Float("123456789012345678.25")),
        ].randomElement(using: &random) ?? ("1", 1)
      }
      let quote = round % 2 == 0 ? "" : "\""
      let texts = fields.map { "\(quote)\($0.0)\(quote)" }
      let text = texts[..<3].joined(separator: ";") + "\n" + texts[3...].joined(separator: ";") + "\n"
      let reader = try CSVSequenceRecordReader(
        CollectionInputSplit([SequenceLocation(path: directory.write(text, to: "d.csv"), key: "d")]),
        notation: TextNotation(delimiter: ";", decimal: ","))
      var (cursor, record) = (reader.makeCursor(), SequenceRecord())
      try cursor.read(0, into: &record)
      #expect(record.values == fields.map { $0.1 ?? Float($0.0) ?? .nan }, "\(text)")
    }
    for wrong in ["1.5;2;3\n", "1,2,3;1;1\n", ",;1;1\n", "0,12345678901234567890.5;1;1\n"] {
      let found = message(in: directory) {
        let reader = try CSVSequenceRecordReader(
          CollectionInputSplit([
            SequenceLocation(path: directory.write("1;1;1\n" + wrong, to: "d.csv"), key: "d")
          ]),
          notation: TextNotation(delimiter: ";", decimal: ","))
        var (cursor, record) = (reader.makeCursor(), SequenceRecord())
        try cursor.read(0, into: &record)
      }
      #expect(
        found.hasPrefix("DIR/d.csv:2:1: field 1 is not a number: expected a decimal number such as -1,5e3, "),
        "\(found)")
    }
  }
}
