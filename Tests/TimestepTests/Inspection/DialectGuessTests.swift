import TestSupport
import Testing

@testable import TimestepCommand

struct DialectGuessTests {
  private func guess(_ texts: String...) -> DialectGuess {
    DialectGuess(
      texts.enumerated().map {
        TextSample(path: "f_\($0.offset)", bytes: Array($0.element.utf8), isWhole: true)
      })
  }

  @Test(
    arguments: [
      ("1.5,2\n3,4.25\n", ",", ".", nil), ("1.5;2\n3;4.25\n", ";", ".", nil),
      ("1,5;2\n3;4,25\n", ";", ",", nil),
      ("1.5\t2\n3\t4.25\n", "\t", ".", nil), ("1,5\t2\n3\t4,25\n", "\t", ",", nil),
      ("1.5|2\n3|4.25\n", "|", ".", nil),
      ("  1.5   2\n 3\t 4.25 \n", "space", ".", nil), ("1.5\n3\n", "", ".", nil),
      ("\"1,234.5\",2\n3,4\n", ",", ".", ","), ("1.234,5;2\n3;4,25\n", ";", ",", "."),
      ("1 234,5;2\n3;4,25\n", ";", ",", " "),
      ("2024-01-01 10:00:00,1.5\n2024-01-01 10:00:01,2\n", ",", ".", nil),
      ("going up\ngoing down\n", "", ".", nil),
      ("a;b c\n1;2\n3;4\n", ";", ".", nil), ("\"1,5\",\"2\"\n\"3\",\"4,25\"\n", ",", ",", nil),
    ] as [(String, String, Character, Character?)])
  func theDialectIsFound(text: String, delimiter: String, decimal: Character, thousands: Character?) {
    let found = guess(text)
    #expect(found.dialect == Dialect(delimiter: delimiter, decimal: decimal, thousands: thousands), "\(text)")
  }

  @Test func whatCannotBeToldIsNamed() {
    // Three digits after every sign; a comma between whole numbers.
    #expect(
      Set(guess("1,234;5,678\n9,012;3,456\n").candidates) == [
        Dialect(delimiter: ";", decimal: ","), Dialect(delimiter: ";", thousands: ","),
      ])
    #expect(
      guess("1,2\n3,4\n").candidates == [Dialect(delimiter: ","), Dialect(delimiter: "", decimal: ",")])
    // These tell it: another number of digits, a zero in front, names, a sign, a third field.
    for text in [
      "1,234;5,67\n9,012;3,456\n", "0,234;5,678\n9,012;3,456\n", "a,b\n1,2\n3,4\n", "1,-2\n3,4\n",
      "1,2,3\n4,5,6\n", "1.5,2\n3,4\n",
    ] { #expect(guess(text).candidates.count == 1, "\(text)") }
    #expect(guess("1,05\n3,4\n").dialect == Dialect(delimiter: "", decimal: ","))
  }

  @Test func filesBesideOthersHaveTheirDecimalComma() {
    func beside(_ text: String, _ other: Dialect) -> DialectGuess {
      DialectGuess([TextSample(path: "f", bytes: Array(text.utf8), isWhole: true)], beside: other)
    }
    let commas = Dialect(delimiter: ";", decimal: ",")
    #expect(beside("1,25\n3,5\n", commas).candidates == [Dialect(delimiter: "", decimal: ",")])
    #expect(beside("a,1.5\nb,2.5\n", commas).dialect == Dialect(delimiter: ","))
    #expect(beside("1,25\n3,5\n", Dialect(delimiter: ";")).dialect == Dialect(delimiter: ","))
    // A header of one name tells it too.
    #expect(guess("x\n1,25\n3,5\n").candidates == [Dialect(delimiter: "", decimal: ",")])
  }

  @Test func linesAboveTheRowsAreFound() {
    let header = guess("# a comment\n# another\nx,y\n1,2.5\n3,4\n")
    #expect(header.skippedLineCount == 2 && header.hasHeader && header.names == ["x", "y"])
    let title = guess("Measured in May\n\n1,2.5\n3,4\n5,6\n7,8\n")
    #expect(title.skippedLineCount == 2 && !title.hasHeader)
    let short = guess("x y\n1 2 3.5\n2 4 5\n3 4 5\n")
    #expect(short.hasHeader && short.hasShortHeader && short.names == ["x", "y"])
    let numbered = guess("0,1,2\n5,6,7.5\n8,9,1\n")
    #expect(!numbered.hasHeader && numbered.numbersColumns)
  }

  /// A file that begins in another way than most is read as it is, and named; it does not change how the others are read.
  @Test(arguments: 0..<4) func aFileThatBeginsInAnotherWayIsNamed(place: Int) throws {
    for (most, other) in [("# recorded, in May\n", ""), ("", "# recorded\n"), ("# a\n# b\n", "# a\n")] {
      let texts = (0..<4).map { number in
        (number == place ? other : most) + "x,y\n" + (0..<5).map { "\($0).5,\(number + $0)\n" }.joined()
      }
      let samples = texts.enumerated().map {
        TextSample(path: "f_\($0.offset)", bytes: Array($0.element.utf8), isWhole: true)
      }
      let found = DialectGuess(samples)
      let (usual, own) = (most.count { $0 == "\n" }, other.count { $0 == "\n" })
      #expect(found.skippedLineCount == usual && found.hasHeader && found.names == ["x", "y"], "\(texts)")
      #expect(found.otherStarts == ["f_\(place)": own], "\(texts)")
      for (number, sample) in samples.enumerated() {
        let table = TableSample(sample, found)
        #expect(table.names == ["x", "y"] && table.irregular == nil, "\(sample.lines)")
        #expect(table.rows == (0..<5).map { ["\($0).5", "\(number + $0)"] }, "\(sample.lines)")
      }
      let folder = InspectedFolder()
      for (number, text) in texts.enumerated() { folder.write(["f_\(number).csv": text]) }
      let lines = try folder.conclusion().suspicious.filter { $0.contains("above its header") }
      #expect(lines.count == 1 && lines.first?.contains("f_\(place).csv has \(own) line") == true, "\(lines)")
    }
  }

  /// A header between the rows, as in tables that were put one below the other, is no row.
  @Test func repeatedHeadersAreNoRows() throws {
    let folder = InspectedFolder()
    for number in 0..<3 {
      let rows = (0..<6).map { "\($0).5,\(number + $0)\n" }
      folder.write(["f_\(number).csv": "x,y\n" + rows[..<4].joined() + "x,y\n" + rows[4...].joined()])
    }
    let flags = try folder.commands()[0]
    #expect(flags.contains("--on-error not-a-number=skip-row") && !flags.contains("--missing"), "\(flags)")
    let found = try folder.conclusion().suspicious
    #expect(found.contains("the line x,y is no row of numbers, and is left out"), "\(found)")
  }

  @Test(arguments: [
    (["x,y\n1,2\n"], true), (["1,2\n3,4\n"], false), (["label\nwalk\nwalk\nrun\nrun\n"], true),
    (["walk\nrun\nwalk\nrun\n"], false),
    (["walk\n"], false), (["walk\n", "run\n"], false), (["label\nwalk\n", "label\nrun\n"], true),
    (["1\n"], false),
    (["y\n1\n"], true), (["NA,2\n1,2\n"], false), (["t,x\n2024-01-01,1\n"], true),
    (["2024-01-01,1\n2024-01-02,2\n"], false),
  ])
  func headersAreFound(texts: [String], isThere: Bool) {
    let samples = texts.enumerated().map {
      TextSample(path: "f_\($0.offset)", bytes: Array($0.element.utf8), isWhole: true)
    }
    #expect(DialectGuess(samples).hasHeader == isThere, "\(texts)")
  }

  @Test func encodingsAreFound() {
    func sample(_ bytes: [UInt8], isWhole: Bool = true) -> TextSample {
      TextSample(path: "f", bytes: bytes, isWhole: isWhole)
    }
    let text = "Höhe,x\r\n1,2\r\n"
    let wide = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    for (bytes, encoding): ([UInt8], TextSample.Encoding) in [
      (Array(text.utf8), .utf8), ([0xEF, 0xBB, 0xBF] + Array(text.utf8), .utf8),
      ([0xFF, 0xFE] + wide, .utf16), (wide, .utf16),
      ([0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }, .utf16),
      (text.unicodeScalars.map { UInt8($0.value) }, .singleBytes(hasControls: false)),
    ] {
      #expect(sample(bytes).encoding == encoding && sample(bytes).lines == ["Höhe,x", "1,2"], "\(encoding)")
    }
    #expect(sample([0x80, 0x0A]).encoding == .singleBytes(hasControls: true))
    // A part may end inside of a character; its last line is left out.
    #expect(sample(Array("1\n2ö".utf8).dropLast(), isWhole: false).encoding == .utf8)
    #expect(sample(Array("1\n2".utf8), isWhole: false).lines == ["1"])
    #expect(sample(Array("1\r2\r\r3\n\n".utf8)).lines == ["1", "2", "", "3"])
  }

  @Test(
    arguments: [
      ("1", 1), ("-2.5", -2.5), ("+3e2", 300), (".5", 0.5), ("5.", 5), ("nan", nil), ("inf", nil),
      ("0x1p3", nil), ("1,5", nil),
      ("1-2", nil), ("", nil), ("e5", nil), ("1 2", nil), ("--1", nil),
    ] as [(String, Double?)])
  func numbersAreThoseOfFiles(text: String, value: Double?) {
    #expect(CellKind.number(text, decimal: ".", thousands: nil) == value, "\(text)")
  }

  @Test(
    arguments: [
      ("1,234", 1234), ("12,345,678.5", 12_345_678.5), ("1,23", nil), ("1234", 1234), ("12,3456", nil),
      (",123", nil), ("-1,000", -1000),
    ] as [(String, Double?)])
  func separatorsStandBetweenThreeDigits(text: String, value: Double?) {
    #expect(CellKind.number(text, decimal: ".", thousands: ",") == value, "\(text)")
  }

  /// Random numbers are found whatever separates them.
  @Test func randomRowsAreReadBack() {
    var random = SplitMix(state: 5)
    for _ in 0..<200 {
      let delimiter = [",", ";", "\t", "|", "space"][Int(random.next(below: 5))]
      let decimal: Character = delimiter == "," ? "." : random.next(below: 2) == 0 ? "." : ","
      let columns = 2 + Int(random.next(below: 4))
      let rows = (0..<6).map { _ in
        (0..<columns).map { _ in
          "\(Int(random.next(below: 2000)) - 1000).\(random.next(below: 10))\(1 + random.next(below: 9))"
        }
      }
      let text = rows.map { row in
        row.map { $0.replacing(".", with: String(decimal)) }.joined(
          separator: delimiter == "space" ? "  " : delimiter) + "\n"
      }.joined()
      let found = guess(text)
      #expect(found.dialect == Dialect(delimiter: delimiter, decimal: decimal), "\(text)")
      #expect(found.fieldCount == columns && !found.hasHeader && found.candidates.count == 1, "\(text)")
    }
  }

  /// Points with three digits after each are decimal signs or separators of thousands, unless a number has two.
  @Test func pointsMayBeGroups() {
    let german = Dialect(delimiter: ";", decimal: ",", thousands: ".")
    #expect(guess("1;55.293;2.728\n2;49.838;389\n3;1.139.390;2.083\n").candidates == [german])
    #expect(
      guess("1;55.293;2.728\n2;49.838;389\n3;139.390;2.083\n").candidates
        == [Dialect(delimiter: ";"), german])
    #expect(guess("1;55.293;2.728\n2;49.83;389\n3;139.390;2.083\n").candidates == [Dialect(delimiter: ";")])
    #expect(guess("1;0.293;2.728\n2;0.838;3.389\n").candidates == [Dialect(delimiter: ";")])
  }
}
