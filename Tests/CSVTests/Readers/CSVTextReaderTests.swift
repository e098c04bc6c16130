import CSV
import Sequences
import TestSupport
import Testing

/// Rows of texts.
@Suite struct CSVTextReaderTests {
  let directory = TestDirectory()

  private func rows(_ reader: CSVTextReader) throws -> [CSVTextReader.Row] {
    var reader = reader
    var rows: [CSVTextReader.Row] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  @Test func quotedTextsComeUnquotedWithTheirLines() throws {
    let path = directory.write("text,label\r\n\"a \"\"b\"\", c\nd\",1\r\n  e  ,0\n", to: "r.csv")
    let reader = try CSVTextReader(path, header: .present)
    #expect(reader.columns == ["text", "label"])
    let found = try rows(reader)
    #expect(found.map(\.fields) == [["a \"b\", c\nd", "1"], ["e", "0"]])
    #expect(found.map(\.line) == [2, 4])
  }

  @Test func columnsAreInTheRequestedOrder() throws {
    let path = directory.write("a,b,c\n1,2,3\n", to: "r.csv")
    #expect(
      try rows(CSVTextReader(path, header: .present, columns: ["c", "a"])).map(\.fields) == [["3", "1"]])
    let bare = directory.write("x\n1;2;3\n4;5;6\n", to: "bare.csv")
    let reader = try CSVTextReader(bare, skippingLines: 1, delimiter: ";", columns: ["2"])
    #expect(try rows(reader).map(\.fields) == [["3"], ["6"]])
  }

  @Test func faultsNameTheirLocation() throws {
    let path = directory.write("text,label\na,1\nb\n", to: "r.csv")
    #expect(
      message(in: directory) { _ = try CSVTextReader(path, header: .present, columns: ["lable"]) }
        == "DIR/r.csv:1: there is no column \"lable\": expected one of \"text\", \"label\", found none of that name; "
        + "did you mean \"label\"?")
    #expect(
      message(in: directory) { _ = try rows(CSVTextReader(path, header: .present)) }
        == "DIR/r.csv:3: the row has a different number of fields than the header (line 1): expected 2, found 1; give "
        + "every row the header's columns, and quote fields that contain the delimiter")
    let latin = directory.write([0x61, 0x2C, 0xE9, 0x0A], to: "l.csv")
    #expect(
      message(in: directory) { _ = try rows(CSVTextReader(latin)) }
        == "DIR/l.csv:1:3: field 2 is not UTF-8 text: expected UTF-8, found \"\\xE9\"; convert the file to UTF-8"
    )
    #expect(try rows(CSVTextReader(latin, columns: ["0"])).map(\.fields) == [["a"]])
    let empty = directory.write("text,label\n", to: "e.csv")
    #expect(throws: RecordError.self) { _ = try CSVTextReader(empty, header: .present) }
  }

  @Test func numbersAreThoseOfTheReaders() {
    func number(_ text: String) -> Float? { csvNumber(Array(text.utf8).span) }
    #expect(number("-1.5e3") == -1500 && number(" 2 ") == 2 && number("0.1") == 0.1)
    for text in ["", "x", "1x", "nan", "inf", "0x1p3", "1e99"] { #expect(number(text) == nil) }
  }
}
