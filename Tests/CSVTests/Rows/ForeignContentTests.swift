import CSV
import Sequences
import TestSupport
import Testing

/// Files that are not text with rows are called by their names.
@Suite struct ForeignContentTests {
  private let directory = TestDirectory()

  private static let utf16: [UInt8] = "1,3\n2,4\n".utf8.flatMap { [$0, 0] }

  private static let contents: [(String, [UInt8], String)] = [
    // Compressed twice: the text of the file is compressed data.
    ("gzip", gzipped([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3]), "gzip data"),
    ("zstd", zstandard([0x28, 0xB5, 0x2F, 0xFD, 4, 0]), "zstd data"),
    ("tar", tarArchive([ArchivedFile("x_0.csv", "1,2\n".utf8)]), "a tar archive"),
    ("zip", Array("PK\u{3}\u{4}\u{14}\0\0\0x_0.csv1,2\n".utf8), "a zip archive"),
    (
      "xlsx", Array("PK\u{3}\u{4}\u{14}\0\0\0[Content_Types].xml".utf8),
      "an Excel workbook (xlsx) or another Office document"
    ),
    ("bzip2", Array("BZh91AY&SY".utf8) + [0x0F, 0x80], "bzip2 data"),
    ("arrow", Array("ARROW1\0\0".utf8), "an Arrow (Feather) table"),
    ("pdf", Array("%PDF-1.7\n".utf8), "a PDF document"),
    ("parquet", Array("PAR1\u{15}\u{4}".utf8), "a Parquet table"),
    ("npy", [0x93] + Array("NUMPY\u{1}\0v\0".utf8), "a numpy array (npy)"),
    (
      "lfs", Array("version https://git-lfs.github.com/spec/v1\noid sha256:1\n".utf8),
      "a Git LFS pointer, not the data"
    ),
    ("html", Array("\n<!DOCTYPE html>\n<html>404</html>\n".utf8), "a web page (HTML)"),
    ("xml", Array("<?xml version=\"1.0\"?>\n<a/>\n".utf8), "an XML document"),
    ("json", Array("[\n {\"a\": 1},\n {\"a\": 2}]\n".utf8), "JSON"),
    ("wide", [0xFF, 0xFE, 0, 0] + "1,2\n".utf8.flatMap { [$0, 0, 0, 0] }, "text in UTF-32"),
    ("page", Array("<html><body>404</body></html>\n".utf8), "a web page (HTML)"),
    ("marked", [0xFF, 0xFE] + utf16, "text in UTF-16"),
    ("little", utf16, "text in UTF-16LE"),
    ("little32", "1,3\n2,4\n".utf8.flatMap { [$0, 0, 0, 0] }, "text in UTF-32LE"),
    ("big32", "1,3\n2,4\n".utf8.flatMap { [0, 0, 0, $0] }, "text in UTF-32BE"),
    ("big", "1,3\n2,4\n".utf8.flatMap { [0, $0] }, "text in UTF-16BE"),
  ]

  /// Formats whose lines a pattern can describe.
  private static let textFormats = ["html", "xml", "json", "page"]

  private func location(_ name: String) -> SequenceLocation {
    SequenceLocation(path: directory.path(name), key: name)
  }

  /// In the first file and in a later one, alone and grouped, with and without header, policy and pattern.
  @Test(arguments: contents.indices) func everyReaderNamesTheContents(number: Int) throws {
    let (name, bytes, expected) = Self.contents[number]
    directory.write(bytes, to: name)
    directory.write("1,2\n3,4\n", to: "good")
    directory.write("a,b\n1,2\n3,4\n", to: "named")
    func check(_ body: () throws -> Void, _ how: String) {
      let text = message(in: directory) { try body() }
      #expect(
        text.hasPrefix("DIR/\(name): the file is \(expected): expected rows of text in UTF-8"),
        "\(how): \(text)")
    }
    func read(_ reader: some SequenceRecordReader) throws {
      var (cursor, record) = (try reader.makeCursor(), SequenceRecord())
      for index in 0..<reader.count { try cursor.read(index, into: &record) }
    }
    for policy in [ErrorPolicy.raise, ErrorPolicy(.skipRow), ErrorPolicy(.repair(.constant(0)))] {
      for first in [nil, "good", "named"] {
        let split = CollectionInputSplit([first, name].compactMap { $0 }.map(location))
        let header = first == "named" ? CSVHeader.present : .none
        check({ try read(CSVSequenceRecordReader(split, header: header, policy: policy)) }, "csv \(policy)")
        check(
          {
            try read(CSVGroupedSequenceRecordReader(split, groupBy: .rows(1), header: header, policy: policy))
          },
          "grouped \(policy)")
        if first != "named", !Self.textFormats.contains(name) {
          check(
            { try read(RegexSequenceRecordReader(split, pattern: "(.*),(.*)", policy: policy)) },
            "lines \(policy)")
        }
      }
    }
    check({ _ = try CSVTextReader(directory.path(name)) }, "texts")
  }

  @Test func theRemedyIsNamed() {
    // Compressed twice: the text of the file is gzip data.
    directory.write(gzipped([0x1F, 0x8B, 8]), to: "x.csv")
    #expect(
      message(in: directory) { _ = try CSVSequenceRecordReader(CollectionInputSplit([location("x.csv")])) }
        == "DIR/x.csv: the file is gzip data: expected rows of text in UTF-8, found its first bytes \"\\x1F\\x8B\\x08\"; "
        + "unpack it (gunzip)")
  }

  @Test func ordinaryTextIsNotMistaken() throws {
    for text in [
      "1,2\n", "a,b\n0,0\n", "0\n0\n", "PK,1\n2,3\n", "é,ü\n1,2\n", "<a>,b\n1,2\n", "PAR1,PAR2\n1,2\n",
      "PAR1\n1\n",
      "PAR1\r\n1\r\n", "PAR1\tPAR2\n1\t2\n", "BZh,x\n1,2\n", "BZh9\n1\n", "ARROW1,a\n1,2\n", "%PDF-a\n1\n",
      "FEA1,HDF\n1,2\n",
    ] {
      directory.write(text, to: "t.csv")
      var rows = try CSVTextReader(directory.path("t.csv"))
      #expect(try rows.next() != nil)
    }
  }

  /// Of skipped lines nothing is expected; a web page or an archive is one nevertheless.
  @Test func skippedLinesMayBeOfAnyTextFormat() throws {
    for line in [
      "{\"device\": \"x\"}", "[{\"a\": 1}]", "<?xml version=\"1.0\"?>", "\u{FEFF}{\"a\": 1}", "{\"a\":\r",
    ] {
      directory.write("\(line)\na,b\n1,2\n3,4\n", to: "s.csv")
      let split = CollectionInputSplit(
        ["1", "2"].map { SequenceLocation(path: directory.path("s.csv"), key: $0) })
      for policy in [ErrorPolicy.raise, ErrorPolicy(.skipRow)] {
        let whole = try CSVSequenceRecordReader(split, skippingLines: 1, header: .present, policy: policy)
        let grouped = try CSVGroupedSequenceRecordReader(
          split, groupBy: .rows(2), skippingLines: 1, header: .present, policy: policy)
        for reader in [whole, grouped] as [any SequenceRecordReader] {
          var (cursor, record): (any SequenceCursor, _) = (try reader.makeCursor(), SequenceRecord())
          for index in 0..<2 {
            try cursor.read(index, into: &record)
            #expect(record.values == [1, 2, 3, 4])
          }
        }
      }
      var rows = try CSVTextReader(directory.path("s.csv"), skippingLines: 1, header: .present)
      #expect(try rows.next()?.fields == ["1", "2"])
    }
    // Not skipped, or after the skipped lines, it is that format.
    for text in ["{\"a\": 1}\n", "x\n{\"a\": 1}\n"] {
      directory.write(text, to: "j.csv")
      let found = message(in: directory) {
        _ = try CSVTextReader(directory.path("j.csv"), skippingLines: text.hasPrefix("x") ? 1 : 0)
      }
      #expect(found.hasPrefix("DIR/j.csv: the file is JSON: "), "\(found)")
    }
    directory.write("<!DOCTYPE html>\n<head>\n</head>\n", to: "p.csv")
    let page = message(in: directory) { _ = try CSVTextReader(directory.path("p.csv"), skippingLines: 1) }
    #expect(page.hasPrefix("DIR/p.csv: the file is a web page (HTML): "), "\(page)")
  }

  @Test func aPatternMayDescribeLinesOfAnyTextFormat() throws {
    for (text, pattern) in [
      ("{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n", #"\{"a":(?<a>\d+),"b":(?<b>\d+)\}"#),
      ("<?xml 1 2?>\n<?xml 3 4?>\n", #"<\?xml (\d) (\d)\?>"#),
      ("<html 1 2>\n<html 3 4>\n", #"<html (\d) (\d)>"#),
    ] {
      directory.write(text, to: "l.txt")
      let reader = try RegexSequenceRecordReader(CollectionInputSplit([location("l.txt")]), pattern: pattern)
      var (cursor, record): (any SequenceCursor, _) = (try reader.makeCursor(), SequenceRecord())
      try cursor.read(0, into: &record)
      #expect(record.values == [1, 2, 3, 4])
    }
  }

  @Test func aHeaderWithoutTheNameOfRowNamesIsExplained() {
    func problem(_ text: String, _ delimiter: String = ",") -> String {
      directory.write(text, to: "r.csv")
      return message(in: directory) {
        _ = try CSVSequenceRecordReader(
          CollectionInputSplit([location("r.csv")]), delimiter: delimiter, header: .present)
      }
    }
    #expect(
      problem("\"x\" \"y\"\n\"1\" 1.5 2\n", " ")
        == "DIR/r.csv:2: the header is one name shorter than the row, as in tables whose rows begin with row names: expected "
        + "2 fields, found 3; leave out the row names and number the columns (--skip-lines 1 --drop-columns 0 instead of --header), or quote "
        + "fields that contain the delimiter")
    #expect(
      problem("x\n1,0\n2,1\n")
        == "DIR/r.csv:2: the header is one name shorter than the row, as in tables whose rows begin with row names: expected "
        + "1 field, found 2; leave out the row names and number the columns (--skip-lines 1 --drop-columns 0 instead of --header), or quote "
        + "fields that contain the delimiter, such as numbers with decimal commas")
    #expect(
      problem("a;b\n1,5;2\n3,5;4\n")
        == "DIR/r.csv:2: the header is one name, and the row has 2 fields: expected the delimiter in the header too, found "
        + "\";\" there; if \";\" separates the fields, name it as delimiter (--delimiter ';')")
    #expect(
      problem("a,b\n1,5,2,5\n")
        == "DIR/r.csv:2: the row has twice as many fields as the header, as if commas were decimal points: expected 2, found "
        + "4; write numbers with a decimal point, or quote fields that contain the delimiter")
    #expect(
      problem("\"\",\"mpg\"\n\"Mazda RX4\",21\n")
        == "DIR/r.csv:2:1: field 1 (column \"@0\") is not a number: expected a decimal number such as -1.5e3, found \"Mazda "
        + "RX4\"; if these are the names of the rows, leave them out (--drop-columns @0)")
    #expect(
      problem("a;b\n1,5;2,5\n", ";")
        == "DIR/r.csv:2:1: field 1 (column \"a\") is not a number: expected a decimal number such as -1.5e3, found "
        + "\"1,5\"; if the comma is the decimal sign, say so (--decimal ,); if it separates the fields, name it as delimiter "
        + "(--delimiter ,)")
    #expect(
      problem("a,b\n1,2,\n")
        == "DIR/r.csv:2: the row ends with a delimiter, and the header does not: expected 2 fields, found 3, the last one "
        + "empty; leave the field out and number the columns (--skip-lines 1 --keep-columns 0,1 instead of --header)"
    )
  }
}
