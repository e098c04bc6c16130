import CSV
import Platform
import Sequences
import TestSupport
import Testing

/// Files with a series per line and a header: `.ts` and `.arff`.
@Suite struct TSReaderTests {
  let directory = TestDirectory()

  private func reader(
    _ texts: String..., format: String = "ts", missing: MissingValues = .rejected,
    policy: ErrorPolicy = .raise
  ) throws -> TSSequenceRecordReader {
    try TSSequenceRecordReader(
      CollectionInputSplit(
        texts.enumerated().map {
          SequenceLocation(path: directory.write($1, to: "s_\($0).\(format)"), key: "k\($0)")
        }),
      missingValues: missing, policy: policy)
  }

  private func read(_ reader: TSSequenceRecordReader, _ index: Int) throws -> SequenceRecord {
    var (cursor, record) = (reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &record)
    return record
  }

  /// The values of every label: the number of its class, or the number.
  private func labels(_ reader: TSSequenceRecordReader) throws -> [Float] {
    let found = try SeriesLabels(statedIn: reader)
    guard let meaning = found.meaning else { return [] }
    let labels = SeriesLabelReader(found, as: meaning)
    var record = SequenceRecord()
    return try (0..<labels.count).map { index in
      try labels.read(index, into: &record)
      return record.values[0]
    }
  }

  private let header = "@univariate true\n@classLabel true b a\n@data\n"

  @Test func linesAreSeriesWithKeysOfTheirOwn() throws {
    let reader = try reader(header + "1,2,3:a\n\n4,5:b\n", header + "7:a\r\n")
    #expect(reader.columns == ["0"] && reader.count == 3)
    #expect((0..<3).map { reader.source(of: $0).key } == ["k0/0", "k0/1", "k1/0"])
    #expect((0..<3).map { reader.source(of: $0).firstLine } == [4, 6, 4])
    #expect(try (0..<3).map { try read(reader, $0).values } == [[1, 2, 3], [4, 5], [7]])
    #expect(try labels(reader) == [1, 0, 1])
    #expect(try SeriesLabels(statedIn: reader).classes().names == ["b", "a"])
    #expect(try read(reader, 1).lines == 6...6)
    let position = reader.position(of: 1, row: 1, column: 0)
    #expect(position.line == 6 && position.column == 3 && position.text == "5")
    #expect(try self.reader(header + "1:a\n2:b\n").source(of: 1).key == "1")
  }

  @Test func dimensionsAreColumns() throws {
    let reader = try reader(
      "@univariate false\n@targetLabel true\n@data\n1,2:3,4:-0.5\n5,6,7:8,9,10: 1e3\n")
    #expect(reader.columns == ["0", "1"])
    #expect(try read(reader, 0).values == [1, 3, 2, 4])
    #expect(try read(reader, 1).values == [5, 8, 6, 9, 7, 10])
    #expect(try labels(reader) == [-0.5, 1000])
    let bare = try self.reader("@classLabel false\n@data\n1,2:3,4")
    #expect(try read(bare, 0).values == [1, 3, 2, 4] && labels(bare) == [])
    #expect(try SeriesLabels(statedIn: bare).meaning == nil)
  }

  @Test func headersMayHaveCommentsBlanksAndAnyCase() throws {
    let reader = try reader(
      "\u{FEFF}# by hand\r\n% more\r\n\r\n@PROBLEMNAME One  two\r\n@TimeStamps False\r\n@frequency daily\r\n"
        + "@Dimension 1\r\n@CLASSLABEL TRUE Walk run\r\n@DATA\r\n# here too\r\n 1 , 2 : walk \r\n3,4:RUN")
    #expect(reader.headers[0].name == "One two")
    #expect(try (0..<2).map { try read(reader, $0).values } == [[1, 2], [3, 4]])
    // Found whatever their case, as aeon finds them, and named as in the header.
    #expect(try labels(reader) == [0, 1])
    #expect(try SeriesLabels(statedIn: reader).classes().names == ["Walk", "run"])
    // Unless the case tells them apart.
    #expect(try labels(self.reader("@classLabel true a A\n@data\n1:A\n2:a\n")) == [1, 0])
  }

  @Test func attributesAreStepsAndALabel() throws {
    let plain = try reader(
      "% old\n@Relation 'two words'\n@attribute att1 numeric\n@ATTRIBUTE att2 REAL\n@attribute 'the class' {b, 'a c'}\n"
        + "@data\n1,2,b\n% between\n3,4,'a c'\n", format: "arff")
    #expect(plain.headers[0].name == "two words" && plain.columns == ["0"])
    #expect(try (0..<2).map { try read(plain, $0).values } == [[1, 2], [3, 4]])
    #expect(try labels(plain) == [0, 1])
    let relational = try reader(
      "@relation r\n@attribute series relational\n@attribute t1 numeric\n@attribute t2 numeric\n@end series\n"
        + "@attribute y {no,yes}\n@data\n'1,2\\n3,4',yes\n\"5,6\\n7,8\" , no\n", format: "arff")
    #expect(relational.columns == ["0", "1"])
    #expect(try (0..<2).map { try read(relational, $0).values } == [[1, 3, 2, 4], [5, 7, 6, 8]])
    #expect(try labels(relational) == [1, 0])
    // A number with a name of its own is a label, one that continues the series is none.
    let numbers = try reader(
      "@attribute a1 numeric\n@attribute a2 numeric\n@attribute target numeric\n@data\n1,2,0.5\n",
      format: "arff")
    #expect(try read(numbers, 0).values == [1, 2] && labels(numbers) == [0.5])
    let bare = try reader("@attribute a1 numeric\n@attribute a2 numeric\n@data\n1,2\n", format: "arff")
    #expect(try read(bare, 0).values == [1, 2] && labels(bare) == [])
  }

  @Test func missingValuesAreFilledOrRejected() throws {
    let text = "@missing true\n@classLabel true a b\n@data\n1,?,3:a\nNaN,2,nan:b\n"
    let reader = try reader(text, missing: .nan)
    #expect(try read(reader, 0).values.map { $0.isNaN ? -1 : $0 } == [1, -1, 3])
    // In .ts files, missing values at the end are steps, since lengths may differ.
    #expect(try read(reader, 1).values.map { $0.isNaN ? -1 : $0 } == [-1, 2, -1])
    #expect(
      message(in: directory) { _ = try read(self.reader(text), 0) }
        == "DIR/s_0.ts:4:3: the value \"?\" is missing: expected a number, found \"?\"; let a transform fill it "
        + "(--transform fill); correct it, or leave out such series (--on-error skip-sequence)")
    #expect(
      try read(
        self.reader(
          text.replacing("true a", with: "true a").replacing("?", with: "-9"),
          missing: MissingValues(.nan, tokens: ["", "-9"])), 0
      ).values[1].isNaN)
    let padded = try self.reader(
      "@attribute s relational\n@attribute t1 numeric\n@attribute t2 numeric\n@attribute t3 numeric\n@end s\n"
        + "@attribute y {a,b}\n@data\n'1,2,?\\n?,4,?',a\n'1,2,3\\n4,5,6',b\n", format: "arff", missing: .nan)
    #expect(try read(padded, 0).values.map { $0.isNaN ? -1 : $0 } == [1, -1, 2, 4])
    var policy = ErrorPolicy.raise
    policy[.missingValue] = .repair(.constant(0))
    let repaired = try read(self.reader(text, policy: policy), 0)
    #expect(repaired.values == [1, 0, 3] && repaired.missingCells == [1] && repaired.ledger.count == 1)
  }

  @Test func compressedFilesAndArchivesReadTheSame() throws {
    let text = header + "1,2,3:a\n4,5:b\n"
    let packed = directory.write(gzipped(Array(text.utf8)), to: "p_TRAIN.ts.gz")
    directory.write(zipArchive([ArchivedFile("d/q.ts", Array(text.utf8))]), to: "p.zip")
    for path in [packed, directory.path("p.zip:d/q.ts")] {
      let reader = try TSSequenceRecordReader(CollectionInputSplit([SequenceLocation(path: path, key: "0")]))
      #expect(try (0..<2).map { try read(reader, $0).values } == [[1, 2, 3], [4, 5]])
      #expect(try labels(reader) == [1, 0])
      #expect(reader.position(of: 1, row: 1, column: 0).text == "5")
    }
    #expect(
      try TSSequenceRecordReader(FileSplit(directory.path, extensions: ["ts"])).exampleKey(of: 1)
        == "p_TRAIN:1")
  }

  /// The whole text of the error about a file of this text.
  private func fault(_ text: String, _ format: String = "ts") -> String {
    message(in: directory) {
      let reader = try reader(text, format: format)
      for index in 0..<reader.count { _ = try read(reader, index) }
      _ = try labels(reader)
    }
  }

  private static let remedy = "; correct it, or leave out such series (--on-error skip-sequence)"

  /// Headers that cannot be used, each with the message after the path.
  static let headers: [(text: String, format: String, message: String)] = [
    (
      "", "ts",
      ": the file has no line @data: expected a header that ends with it, and a series on each line below, found the end of the file; complete the file, or rename it if it is CSV"
    ),
    (
      "1,2,3\n", "ts",
      ":1:1: this is not a line of a header: expected a line that begins with @, # or %, found \"1,2,3\"; lines of data follow @data"
    ),
    (
      "@classLabel true a\n@data 1\n1:a\n", "ts",
      ":2:7: the series begin on the line after @data: expected nothing else on its line, found \"1\""
    ),
    (
      "@equalLenght true\n@data\n", "ts",
      ":1:1: \"@equalLenght\" is an unknown tag: expected a tag of .ts files, found \"@equalLenght\"; did you mean \"@equalLength\"?"
    ),
    (
      "@missing true\n@missing true\n", "ts",
      ":2:1: @missing is given twice: expected one line, found another in line 1; leave one out"
    ),
    (
      "@missing\n", "ts",
      ":1:1: @missing has no value: expected true or false after it, found the end of the line"
    ),
    (
      "@missing maybe\n@data\n1\n", "ts",
      ":1:10: @missing is \"maybe\": expected true or false, found \"maybe\""
    ),
    (
      "@dimensions 0\n@data\n1\n", "ts",
      ":1:13: @dimensions is \"0\": expected a whole number from 1, found \"0\""
    ),
    (
      "@timeStamps true\n@data\n", "ts",
      ":1:13: values with timestamps cannot be read from .ts files: expected \"@timeStamps false\" and values alone, found \"@timeStamps true\"; leave out the timestamps, or write rows of CSV with a column of timestamps (--time NAME)"
    ),
    (
      "@univariate true\n@dimensions 2\n@data\n", "ts",
      ":2:13: the header contradicts itself: expected the number of dimensions that \"@univariate true\" in line 1 says, found 2; correct one of them"
    ),
    (
      "@classLabel true a\n@targetLabel true\n@data\n", "ts",
      ":2:14: the header contradicts itself: expected \"@classLabel true\" for classes or \"@targetLabel true\" for numbers, found both; leave one out"
    ),
    (
      "@missing false\n@data\n1\n", "ts",
      ":2: the header does not say whether series end with a label: expected @classLabel or @targetLabel before @data, found neither; add \"@classLabel true\" and the classes, \"@targetLabel true\", or \"@classLabel false\""
    ),
    (
      "@classLabel true\n@data\n", "ts",
      ":1:13: the header lists no class: expected the classes after \"@classLabel true\", found none; add them"
    ),
    (
      "@classLabel true a b a\n@data\n", "ts",
      ":1:22: class \"a\" is listed twice: expected distinct classes, found it again; leave one out"
    ),
    (
      "@classLabel true a\n@data\n\n", "ts",
      ":2: there is no series: expected one on each line below @data, found none; add them"
    ),
    (
      "@attribute a relational\n@data\n", "arff",
      ":2:1: the relational attribute has no end: expected @end before @data, found none; add it"
    ),
    (
      "@end a\n@data\n", "arff",
      ":1:1: there is nothing to end: expected @end after a relational attribute, found none"
    ),
    (
      "@attribute a\n@data\n", "arff",
      ":1:1: the attribute has no type: expected \"@attribute NAME TYPE\", found 1 of these two"
    ),
    (
      "@attribute a string\n@data\n", "arff",
      ":1:14: attribute \"a\" has the type \"string\": expected numeric, relational, or the classes as {a,b}, found \"string\"; series are numbers"
    ),
    (
      "@attribute a relational\n@attribute b {a}\n@end a\n@data\n", "arff",
      ":2:14: a step of a series is not a number: expected the type numeric, found \"{a}\""
    ),
    (
      "@attributes a numeric\n@data\n", "arff",
      ":1:1: \"@attributes\" is an unknown keyword: expected @relation, @attribute, @end or @data, found \"@attributes\"; did you mean \"@attribute\"?"
    ),
    (
      "@relation a\n@data\n", "arff",
      ":2: there is no attribute: expected one for each step before @data, found none"
    ),
    (
      "@attribute a relational\n@end a\n@attribute c {a}\n@data\n", "arff",
      ":1:12: the relational attribute has no steps: expected an attribute for each, found none"
    ),
    (
      "@attribute c {a}\n@attribute b numeric\n@data\n", "arff",
      ":1:12: attribute \"c\" is not a step of a series: expected numeric attributes for all steps and then the label, or one relational attribute and the label, found another order"
    ),
    (
      "@attribute c {a}\n@data\n", "arff",
      ":1:12: there is only a label: expected an attribute for each step before it, found none"
    ),
    (
      "@attribute c {a,b\n@data\n", "arff",
      ":1: the list of classes has no end: expected a closing brace in the line, found none"
    ),
    (
      "@attribute c {a,,b}\n@data\n", "arff",
      ":1:17: a class has no name: expected a text between the commas, found none"
    ),
    (
      "@attribute b numeric\n@attribute c {a,a}\n@data\n1,a\n", "arff",
      ":2:17: class \"a\" is listed twice: expected distinct classes, found it again; leave one out"
    ),
    (
      "a,b\n", "arff",
      ":1:1: this is not a line of a header: expected a line that begins with @, # or %, found \"a,b\"; lines of data follow @data"
    ),
  ]

  @Test(arguments: headers) func faultsOfHeadersAreLocated(text: String, format: String, expected: String) {
    #expect(fault(text, format) == "DIR/s_0.\(format)" + expected)
  }

  /// Lines that their header contradicts, each with the message after the path.
  static let lines: [(text: String, format: String, message: String)] = [
    (
      "@classLabel true a\n@data\n1,2\n", "ts",
      ":3:4: the series has no label: expected a class after the last colon of the line, found no colon"
    ),
    (
      "@univariate true\n@classLabel true a\n@data\n1:2:a\n", "ts",
      ":4:1: the series has 2 dimensions: expected 1 (\"@univariate true\" in line 1), found 2"
    ),
    (
      "@dimensions 3\n@classLabel true a\n@data\n1:2:a\n", "ts",
      ":4:1: the series has 2 dimensions: expected 3 (\"@dimensions 3\" in line 1), found 2"
    ),
    (
      "@classLabel true a\n@data\n1:2:a\n1:a\n", "ts",
      ":4:1: the series has 1 dimension: expected 2 (as in the series of line 3), found 1"
    ),
    (
      "@classLabel true a\n@data\n1,2:3:a\n", "ts",
      ":3:5: dimension 2 of the series has another length: expected 2 values, as in its first dimension, found 1"
    ),
    (
      "@seriesLength 3\n@classLabel true a\n@data\n1,2:a\n", "ts",
      ":4:1: the series has 2 steps: expected 3 (\"@seriesLength 3\" in line 1), found 2"
    ),
    (
      "@equalLength true\n@classLabel true a\n@data\n1,2:a\n1:a\n", "ts",
      ":5:1: the series has 1 steps: expected 2 (as in the series of line 4), found 1"
    ),
    (
      "@missing false\n@classLabel true a\n@data\n1,?:a\n", "ts",
      ":4:3: the value \"?\" is missing: expected a number, since the header says \"@missing false\" in line 1, found \"?\""
    ),
    (
      "@classLabel true a\n@data\n1,,2:a\n", "ts",
      ":3:3: the value is empty: expected a number, or ? for a missing value, found nothing before the separator"
    ),
    (
      "@classLabel true a\n@data\n1, x:a\n", "ts",
      ":3:4: the value \"x\" is not a number: expected a decimal number such as 1.5, found \"x\""
    ),
    (
      "@classLabel true a\n@data\n1,1e99:a\n", "ts",
      ":3:3: the value \"1e99\" is out of range: expected a magnitude up to 3.4028235e38, found \"1e99\""
    ),
    (
      "@classLabel true a\n@data\n1,inf:a\n", "ts",
      ":3:3: the value \"inf\" is not finite: expected a finite number, found \"inf\""
    ),
    (
      "@classLabel true a b\n@data\n1:c\n", "ts",
      ":3:3: class \"c\" is unknown: expected one of those that the header lists in line 1, \"a\", \"b\", found \"c\""
    ),
    (
      "@classLabel true a b\n@data\n1:\n", "ts",
      ":3:3: the class is missing: expected one of those that the header lists in line 1, \"a\", \"b\", found an empty text"
    ),
    (
      "@attribute a1 numeric\n@attribute a2 numeric\n@attribute c {a,b}\n@data\n1,a\n", "arff",
      ":5:1: the series has 1 steps: expected 2 (as attributes from line 1 on), found 1"
    ),
    (
      "@attribute a1 numeric\n@attribute c {a,b}\n@data\n5\n", "arff",
      ":4:2: the series has no label: expected a class after the last comma of the line, found no comma"
    ),
    (
      "@attribute a1 numeric\n@attribute c {a,b}\n@data\n{0 5}\n", "arff",
      ":4:1: the line is sparse: expected a value for every step, found pairs in braces; write all values"
    ),
    (
      "@attribute a1 numeric\n@attribute a2 numeric\n@attribute c {a,b}\n@data\n?,?,a\n", "arff",
      ":5:1: the series has no value: expected at least one, found only missing ones"
    ),
    (
      "@attribute s relational\n@attribute a numeric\n@end s\n@attribute c {a}\n@data\n1,a\n", "arff",
      ":6:1: the series is not in quotes: expected its dimensions in one pair of quotes, with \\n between them, found none"
    ),
    (
      "@attribute s relational\n@attribute a numeric\n@end s\n@attribute c {a}\n@data\n'1,a\n", "arff",
      ":6:1: the quote is not closed: expected another one in the line, found its end; complete the line"
    ),
    (
      "@attribute s relational\n@attribute a numeric\n@end s\n@attribute c {a}\n@data\n'1' a\n", "arff",
      ":6:4: the series has no label: expected a comma and a class after the quote, found none"
    ),
    (
      "@attribute s relational\n@attribute a numeric\n@end s\n@data\n'1',a\n", "arff",
      ":5:4: there is a text after the series: expected the end of the line, since the header has no other attribute, found a text"
    ),
  ]

  @Test(arguments: lines) func faultsOfSeriesAreLocatedAndMayBeLeftOut(
    text: String, format: String, expected: String
  ) throws {
    #expect(fault(text, format) == "DIR/s_0.\(format)" + expected + Self.remedy)
    // Any of them is that of one series.
    let reader = try? reader(text, format: format, policy: ErrorPolicy(.skipSequence))
    if let reader { _ = try SeriesLabels(statedIn: reader, policy: ErrorPolicy(.skipSequence)) }
  }

  @Test func filesMustAgree() {
    func fault(_ one: String, _ other: String) -> String {
      message(in: directory) { _ = try reader(one, other) }
    }
    let one = "@classLabel true a b\n@data\n1:a\n"
    #expect(message { _ = try reader(one, "@classLabel true b a\n@data\n1:a\n") } == "no error")
    #expect(
      fault(one, "@classLabel true a c\n@data\n1:a\n")
        == "DIR/s_1.ts:1: the classes are not those of DIR/s_0.ts: expected \"a\", \"b\", found \"a\", \"c\"; correct one of the "
        + "headers, or read the files one by one")
    #expect(
      fault(one, "@targetLabel true\n@data\n1:1\n")
        == "DIR/s_1.ts:1: the labels are not of the kind of those of DIR/s_0.ts: expected classes, found numbers; correct one of "
        + "the headers, or read the files one by one")
    #expect(
      fault(one, "@classLabel true a b\n@data\n1:2:a\n")
        == "DIR/s_1.ts:3: the series do not have the dimensions of those of DIR/s_0.ts: expected 1, found 2 (as in the series of "
        + "line 3); read the files one by one")
    #expect(
      message(in: directory) { _ = try reader("1\n", format: "dat") }
        == "DIR/s_0.dat: the extension says no format of series: expected .ts or .arff, found another one; rename the file, or "
        + "read it as CSV")
  }

  /// The values and the class of each line, read in a simple way: `[C][T]`.
  private func naive(_ text: String) -> [(dimensions: [[Float]], label: String)] {
    let lines = text.split(separator: "\n").drop { $0 != "@data" }.dropFirst()
    return lines.map { line in
      let parts = line.split(separator: ":")
      return (
        parts.dropLast().map { part in
          part.split(separator: ",").map { $0 == "?" ? .nan : Float($0) ?? .infinity }
        }, String(parts[parts.count - 1])
      )
    }
  }

  @Test func randomFilesReadAsInASimpleWay() throws {
    var random = SplitMix(state: 20)
    for _ in 0..<60 {
      let channels = 1 + Int(random.next(below: 4))
      let hasGaps = random.next(below: 2) == 0
      let equal: Int? = random.next(below: 2) == 0 ? 1 + Int(random.next(below: 40)) : nil
      var text = "@classLabel true x y z\n@univariate \(channels == 1)\n"
      if let equal { text += "@equalLength true\n" + (channels == 2 ? "" : "@seriesLength \(equal)\n") }
      text += "@data\n"
      for _ in 0..<(1 + random.next(below: 20)) {
        let steps = equal ?? 1 + Int(random.next(below: 40))
        for _ in 0..<channels {
          let cells = (0..<steps).map { _ -> String in
            if hasGaps, random.next(below: 9) == 0 { return "?" }
            let digits = Int(random.next(below: 1 << 30)) - 1 << 29
            return ["\(digits)", "\(Double(digits) / 1000)", "\(digits)e-7", "\(Float(digits) * 1e-20)"][
              Int(random.next(below: 4))]
          }
          text += cells.joined(separator: ",") + ":"
        }
        text += ["x", "y", "z"][Int(random.next(below: 3))] + "\n"
      }
      let wanted = naive(text)
      let reader = try reader(text, missing: .nan)
      #expect(reader.count == wanted.count && reader.columns.count == channels)
      for index in (0..<reader.count).shuffled(using: &random) {
        let record = try read(reader, index)
        let dimensions = wanted[index].dimensions
        let values = dimensions[0].indices.flatMap { step in dimensions.map { $0[step] } }
        #expect(record.values.map(\.bitPattern) == values.map(\.bitPattern))
      }
      #expect(try labels(reader) == wanted.map { Float(["x", "y", "z"].firstIndex(of: $0.label) ?? 9) })
    }
  }
}
