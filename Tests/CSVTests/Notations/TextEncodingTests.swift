import CSV
import Sequences
import TestSupport
import Testing

/// Characters of other encodings, and files that are not in the one that was named.
@Suite struct TextEncodingTests {
  let directory = TestDirectory()

  private func split(_ bytes: some Sequence<UInt8>, _ name: String = "e.csv") -> CollectionInputSplit {
    CollectionInputSplit([SequenceLocation(path: directory.write(bytes, to: name), key: name)])
  }

  private func wide(_ text: String, mark: Bool = false) -> [UInt8] {
    ((mark ? "\u{FEFF}" : "") + text).utf16.flatMap {
      [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
    }
  }

  @Test func encodingsHaveTheirUsualNames() {
    for (name, encoding) in [
      ("latin1", TextEncoding.latin1), ("ISO-8859-1", .latin1), ("iso8859_15", .latin9),
      ("cp1252", .windows1252),
      ("Windows-1252", .windows1252), ("UTF8", .utf8), ("utf_16", .utf16), ("UTF-16LE", .utf16LittleEndian),
      ("mac_roman", .macRoman), ("cp850", .ibm850), ("IBM437", .ibm437), ("KOI8-R", .koi8R),
    ] { #expect(TextEncoding(named: name) == encoding, "\(name)") }
    #expect(TextEncoding(named: "latin3") == nil && TextEncoding(named: "") == nil)
  }

  /// All of them, by what iconv makes of them: one character each that only this encoding has at this byte.
  @Test func everyEncodingReadsItsOwnCharacters() throws {
    let characters: [(TextEncoding, UInt8, String)] = [
      (.latin1, 0xA4, "¤"), (.latin9, 0xA4, "€"), (.latin2, 0xA3, "Ł"), (.cyrillic, 0xB6, "Ж"),
      (.greek, 0xE1, "α"),
      (.latin5, 0xFD, "ı"), (.latin7, 0xE0, "ą"), (.windows1250, 0x8A, "Š"), (.windows1251, 0xC6, "Ж"),
      (.windows1252, 0x80, "€"), (.windows1253, 0xE1, "α"), (.windows1254, 0xFD, "ı"),
      (.windows1257, 0xE0, "ą"),
      (.koi8R, 0xD6, "ж"), (.macRoman, 0x8A, "ä"), (.ibm437, 0x84, "ä"), (.ibm850, 0x9D, "Ø"),
    ]
    #expect(Set(characters.map(\.0)).count + 4 == TextEncoding.allCases.count)
    for (encoding, byte, character) in characters {
      let reader = try CSVSequenceRecordReader(
        split([byte] + Array(",b\n1,2\n".utf8)), header: .present, notation: TextNotation(encoding: encoding))
      #expect(reader.columns == [character, "b"], "\(encoding)")
    }
  }

  @Test func categoriesKeysAndClassesAreDecoded() throws {
    // Grün, größer, weiß
    let text: [UInt8] =
      Array("id;f;v\ngr".utf8) + [0xFC] + Array("n;wei".utf8) + [0xDF] + Array(";1,5\n".utf8)
    var columns = CSVColumns()
    columns.encodings["f"] = .category(Vocabulary(["rot", "weiß"]))
    let reader = try CSVGroupedSequenceRecordReader(
      split(text), groupBy: .column("id"), header: .present,
      notation: TextNotation(delimiter: ";", decimal: ",", encoding: .latin1), columns: columns)
    #expect(reader.source(of: 0).key == "grün")
    #expect(try reader.texts(ofColumn: "f") == ["weiß"])
    var (cursor, record) = (reader.makeCursor(), SequenceRecord())
    try cursor.read(0, into: &record)
    #expect(record.values == [1, 1.5])
    let lines = try RegexSequenceRecordReader(
      split(wide("wert: 1,5 €\r\nwert: -2 €\r\n", mark: true)), pattern: "wert: (?<euro>.*) €",
      notation: TextNotation(decimal: ",", encoding: .utf16))
    var cells = try lines.makeCursor()
    try cells.read(0, into: &record)
    #expect(record.values == [1.5, -2])
    let position = lines.position(of: 0, row: 1, column: 0)
    #expect(position.line == 2 && position.column == 13 && position.text == "-2")
  }

  @Test func eachFileHasItsOwnOrderOfBytes() throws {
    let big = wide("3,4\n").enumerated().map { wide("3,4\n")[$0.offset ^ 1] }
    let locations = [
      SequenceLocation(path: directory.write(wide("1,2\n", mark: true), to: "a"), key: "a"),
      SequenceLocation(path: directory.write(big, to: "b"), key: "b"),
      SequenceLocation(path: directory.write(wide("5,6\n"), to: "c"), key: "c"),
    ]
    let notation = TextNotation(encoding: .utf16)
    let reader = try CSVSequenceRecordReader(CollectionInputSplit(locations), notation: notation)
    let grouped = try CSVGroupedSequenceRecordReader(
      CollectionInputSplit(locations), groupBy: .rows(1), notation: notation)
    var record = SequenceRecord()
    var (cursor, other, stream) = (reader.makeCursor(), grouped.makeCursor(), reader.makeRowStream())
    for index in [0, 1, 2, 1, 0] {
      let wanted: [Float] = [Float(2 * index + 1), Float(2 * index + 2)]
      try cursor.read(index, into: &record)
      #expect(record.values == wanted)
      try other.read(index, into: &record)
      #expect(record.values == wanted)
      try stream.begin(index)
      _ = try stream.read(upTo: 9, into: &record)
      #expect(record.values == wanted)
    }
  }

  @Test func whatIsNotInTheEncodingIsNamedWithItsPlace() {
    func problem(_ bytes: [UInt8], _ encoding: TextEncoding) -> String {
      message(in: directory) {
        let reader = try CSVSequenceRecordReader(split(bytes), notation: TextNotation(encoding: encoding))
        var (cursor, record) = (reader.makeCursor(), SequenceRecord())
        try cursor.read(0, into: &record)
      }
    }
    #expect(
      problem(Array("1,2\n3,".utf8) + [0x81] + Array("4\n".utf8), .windows1252)
        == "DIR/e.csv:2:3: field 2 is not text in windows-1252: expected a character, found the bytes \"\\x81\"; name another "
        + "encoding (--encoding latin1)")
    #expect(
      problem(wide("1,2\n3,4\n") + [0x35], .utf16LittleEndian).hasPrefix(
        "DIR/e.csv:3:1: field 1 is not text in utf-16le"))
    #expect(
      problem(wide("1,2\n3,") + [0x00, 0xDC, 0x0A, 0x00], .utf16).hasPrefix(
        "DIR/e.csv:2:5: field 2 is not text in utf-16"))
    // The place is that in the file.
    #expect(
      problem(wide("1,2\r\n3,x\r\n", mark: true), .utf16).hasPrefix("DIR/e.csv:2:5: field 2 is not a number"))
    #expect(problem(wide("x,2\n", mark: true), .utf16).hasPrefix("DIR/e.csv:1:3: field 1 is not a number"))
    #expect(
      problem(wide("1,2\n", mark: true), .utf8).hasSuffix("; name its encoding (--encoding utf-16)"))
  }

  /// Programs write some files of a folder in UTF-8 with a mark, whatever the encoding of the others.
  @Test(arguments: [TextEncoding.latin1, .windows1252], [[false, true, false], [true, false, true]])
  func aMarkTellsUTF8(encoding: TextEncoding, marked: [Bool]) throws {
    let files = marked.enumerated().map { number, hasMark in
      let text = "id,gr\u{FC}n,weg\n\(number),1,\u{E4}b\n\(number),\(number),b\n"
      let bytes =
        hasMark ? [0xEF, 0xBB, 0xBF] + Array(text.utf8) : text.unicodeScalars.map { UInt8($0.value) }
      return SequenceLocation(path: directory.write(bytes, to: "m_\(number).csv"), key: "\(number)")
    }
    let split = CollectionInputSplit(files)
    var columns = CSVColumns(.keep(["gr\u{FC}n", "weg"]))
    columns.encodings["weg"] = .category(Vocabulary(["b", "\u{E4}b"]))
    let notation = TextNotation(encoding: encoding)
    let whole = try CSVSequenceRecordReader(split, header: .present, notation: notation, columns: columns)
    let grouped = try CSVGroupedSequenceRecordReader(
      split, groupBy: .column("id"), header: .present, notation: notation, columns: columns)
    let rows = try CSVWideSequenceRecordReader(
      split, labels: ["weg", "id"], header: .present, notation: notation)
    var record = SequenceRecord()
    var (wholes, groups, series) = (whole.makeCursor(), grouped.makeCursor(), rows.makeCursor())
    // In any order: a file is read as it is, whatever the one before was.
    for number in [2, 0, 1, 0] {
      let expected = [1, 1, Float(number), 0]
      try wholes.read(number, into: &record)
      #expect(record.values == expected)
      try groups.read(number, into: &record)
      #expect(record.values == expected)
      try series.read(2 * number + 1, into: &record)
      #expect(record.values == [Float(number)])
    }
    var stream = whole.makeRowStream()
    for number in 0..<3 {
      try stream.begin(number)
      #expect(try stream.read(upTo: 8, into: &record) == 2)
      #expect(record.values == [1, 1, Float(number), 0])
    }
  }

  @Test func textRowsAreDecoded() throws {
    let path = directory.write(Array("a\tb\n\"1\tgr".utf8) + [0xFC, 0x0A], to: "t.tsv")
    var rows = try CSVTextReader(
      path, header: .present, notation: TextNotation(delimiter: "\t", quotes: .none, encoding: .latin1))
    #expect(try rows.next()?.fields == ["\"1", "grü"])
    #expect(try rows.next() == nil)
  }
}
