import CSV
import Glibc
import Sequences
import TestSupport
import Testing

@Suite struct CSVSequenceRecordReaderTests {
  let directory = TestDirectory()

  /// A reader of files with these texts, in this order.
  private func reader(
    _ texts: [String], skippingLines: Int = 0, delimiter: String = ",", header: CSVHeader = .none
  ) throws -> CSVSequenceRecordReader {
    let locations = texts.enumerated().map { index, text in
      SequenceLocation(path: directory.write(text, to: "x_\(index).csv"), key: "\(index)")
    }
    return try CSVSequenceRecordReader(
      CollectionInputSplit(locations), skippingLines: skippingLines, delimiter: delimiter, header: header)
  }

  private func read(_ reader: CSVSequenceRecordReader, _ index: Int) throws -> SequenceRecord {
    var cursor = reader.makeCursor()
    var sequence = SequenceRecord()
    try cursor.read(index, into: &sequence)
    return sequence
  }

  @Test func oneFileIsOneSequence() throws {
    for number in 0...2 { directory.write("junk\n\(number),2\n3,4\n", to: "in_\(number).csv") }
    let reader = try CSVSequenceRecordReader(
      NumberedFileInputSplit("\(directory.path)/in_%d.csv", 0...2), skippingLines: 1)
    #expect(reader.count == 3)
    #expect(reader.columns == ["0", "1"])
    #expect(reader.locations.map(\.key) == ["0", "1", "2"])
    #expect(
      reader.source(of: 2)
        == SequenceRecord.Source(path: "\(directory.path)/in_2.csv", firstLine: 2, key: "2"))
    let sequence = try read(reader, 2)
    #expect(sequence.values == [2, 2, 3, 4])
    #expect(sequence.columnCount == 2)
    #expect(sequence.lines == 2...3)
  }

  @Test func storageIsReusedAndNothingLeaksFromThePreviousSequence() throws {
    let reader = try reader(["1,2\n3,4\n5,6\n", "7,8\n"])
    var cursor = reader.makeCursor()
    var sequence = SequenceRecord(values: [Float](repeating: 9, count: 1000), columnCount: 10)
    for _ in 0..<2 {
      try cursor.read(0, into: &sequence)
      #expect(sequence.values == [1, 2, 3, 4, 5, 6])
      try cursor.read(1, into: &sequence)
      #expect(sequence.values == [7, 8])
      #expect(sequence.values.capacity >= 1000)
      #expect(sequence.lines == 1...1)
    }
  }

  @Test func lineNumbersCountSkippedAndQuotedLines() throws {
    let text = "a\r\n\"b\n\"x\",\"y\nz\"\r\n1,2\r\n\"3\",4\r\n\r\n"
    let reader = try reader([text], skippingLines: 2, header: .present)
    #expect(reader.columns == ["x", "y\nz"])
    #expect(reader.source(of: 0).firstLine == 5)
    #expect(try read(reader, 0).lines == 5...6)
    #expect(
      reader.position(of: 0, row: 1, column: 0)
        == SequenceRecord.Position(path: reader.locations[0].path, line: 6, column: 1, text: "3", offset: 22))
  }

  @Test func columnsOfAByteOrderMarkCount() throws {
    let reader = try reader(["\u{FEFF}1, 2\n3,4\n"])
    let path = reader.locations[0].path
    #expect(
      reader.position(of: 0, row: 0, column: 0)
        == SequenceRecord.Position(path: path, line: 1, column: 4, text: "1", offset: 3))
    #expect(
      reader.position(of: 0, row: 0, column: 1)
        == SequenceRecord.Position(path: path, line: 1, column: 6, text: "2", offset: 5))
    #expect(
      reader.position(of: 0, row: 1, column: 0)
        == SequenceRecord.Position(path: path, line: 2, column: 1, text: "3", offset: 8))
    #expect(reader.position(of: 0, row: 7, column: 0) == SequenceRecord.Position(path: path, line: 8))
    unlink(path)
    #expect(reader.position(of: 0, row: 1, column: 0) == SequenceRecord.Position(path: path, line: 2))
  }

  @Test(arguments: ["", ",,", "\"", "\r", "\n", "\r\n", "0", "9", "+", "-", ".", "e", "E", "é"])
  func invalidDelimiters(_ delimiter: String) {
    #expect(throws: UsageError.self) { try reader(["1\n"], delimiter: delimiter) }
  }

  @Test func faultsOfOptionsAreUsageErrors() {
    #expect(
      message { _ = try reader(["1\n"], delimiter: "\r") }
        == "the delimiter cannot be used: expected one byte that is not a quote, line end, digit, sign, point "
        + "or letter e, found \"\\x0D\"; use \",\", \";\" or a tab")
    #expect(
      message { _ = try reader(["1\n"], skippingLines: -1) }
        == "the number of lines to skip is negative: expected 0 or more, found -1; "
        + "name the number of lines before the data")
  }

  @Test func aSpaceCanSeparate() throws {
    #expect(try read(reader(["1 2\t\n3 \"4\"\n"], delimiter: " "), 0).values == [1, 2, 3, 4])
    #expect(try read(reader(["1|2\n"], delimiter: "|"), 0).values == [1, 2])
  }

  @Test(arguments: [
    (5, "a\nb\nc", "3 lines, where 5 are skipped"), (3, "a\nb\nc\n", "3 lines, where 3 are skipped"),
    (1, "a", "1 line, where 1 are skipped"), (1, "a\n\n", "only blank lines after 1 skipped ones"),
  ])
  func skippingEverythingIsAnError(_ lines: Int, _ text: String, _ found: String) {
    #expect(
      message(in: directory) { _ = try reader([text], skippingLines: lines) }
        == "DIR/x_0.csv: the file has no rows: expected at least one row, found \(found); "
        + "fill the file or leave it out")
  }

  @Test func everyFileHasTheColumnsOfTheFirst() throws {
    let plain = try reader(["1,2\n", "\n", "3\n", "4,5,\n"])
    #expect(
      message(in: directory) { _ = try read(plain, 2) }
        == "DIR/x_2.csv:1: the row has a different number of fields than the rows of DIR/x_0.csv: "
        + "expected 2, found 1; give every file of a split the same columns, "
        + "and quote fields that contain the delimiter")
    #expect(
      message(in: directory) { _ = try read(plain, 3) }
        == "DIR/x_3.csv:1: the row has a different number of fields than the rows of DIR/x_0.csv: "
        + "expected 2, found 3; give every file of a split the same columns, "
        + "and quote fields that contain the delimiter")
    #expect(throws: RecordError.self) { try read(plain, 1) }
    #expect(
      message(in: directory) { _ = try reader(["a,b\n1,2,3\n"], header: .present) }
        == "DIR/x_0.csv:2: the header is one name shorter than the row, as in tables whose rows begin with row names: expected 2 "
        + "fields, found 3; leave out the row names and number the columns (--skip-lines 1 --drop-columns 0 instead of --header), or quote fields "
        + "that contain the delimiter"
    )
  }

  @Test func everyFileHasTheHeaderOfTheFirst() throws {
    let reader = try reader(
      [
        "a,b\n1,2\n", "\"a\", b\r\n3,4\r\n", "b,a\n1,2\n", "a,b,c\n1,2,3\n", "a,b", "a,b\n1,2,3\n",
        "a,b\n1,2\n\n", "\u{FEFF}a,b\n5,6", "a,b\n",
      ], header: .present)
    #expect(reader.columns == ["a", "b"])
    #expect(try read(reader, 1).values == [3, 4])
    #expect(try read(reader, 1).lines == 2...2)
    #expect(try read(reader, 6).lines == 2...2)
    #expect(try read(reader, 7).values == [5, 6])
    #expect(
      message(in: directory) { _ = try read(reader, 2) }
        == "DIR/x_2.csv:1:1: column 1 has another name than in DIR/x_0.csv: expected \"a\", found \"b\"; "
        + "give every file of a split the same order of columns, or find them by name (--columns-by-name)")
    #expect(
      message(in: directory) { _ = try read(reader, 3) }
        == "DIR/x_3.csv:1: the header has a different number of names than the header of DIR/x_0.csv: "
        + "expected 2, found 3; give every file of a split the same header")
    for index in [4, 8] {
      #expect(
        message(in: directory) { _ = try read(reader, index) }
          == "DIR/x_\(index).csv: the file has no rows: expected a header and at least one row, "
          + "found only the header; fill the file or leave it out")
    }
    #expect(
      message(in: directory) { _ = try read(reader, 5) }
        == "DIR/x_5.csv:2: the header is one name shorter than the row, as in tables whose rows begin with row names: expected 2 "
        + "fields, found 3; leave out the row names and number the columns (--skip-lines 1 --drop-columns 0 instead of --header), or quote fields "
        + "that contain the delimiter"
    )
  }

  @Test func aFaultInTheFirstRowIsFoundAtOnceWithTheSameMessage() throws {
    let good = try reader(["1,2\n", "1,x\n"])
    let late = message { _ = try read(good, 1) }.replacing("x_1.csv", with: "x_0.csv")
    #expect(message { _ = try reader(["1,x\n"]) } == late)
    // Faults further down are reported when the file is read.
    #expect(throws: RecordError.self) { try read(reader(["1,2\n1,x\n"]), 0) }
  }

  @Test func afterAFaultNothingIsDeliveredAndTheNextFileIsRead() throws {
    let reader = try reader(["1,2\n3,4\n", "1,2\n3,\"4\n", "1,2\n\"3\"x,4\n", "1,2\n3,y\n", "1,2\r5", "6,7"])
    var cursor = reader.makeCursor()
    var sequence = SequenceRecord()
    for faulty in 1...4 {
      #expect(throws: RecordError.self) { try cursor.read(faulty, into: &sequence) }
      #expect(sequence.values.isEmpty)
      try cursor.read(5, into: &sequence)
      #expect(sequence.values == [6, 7])
      try cursor.read(0, into: &sequence)
      #expect(sequence.values == [1, 2, 3, 4])
      #expect(sequence.lines == 1...2)
    }
  }

  @Test func aChangedOrRemovedFileIsAnError() throws {
    let reader = try reader(["1,2\n"])
    directory.write("1,2,3\n", to: "x_0.csv")
    #expect(
      message(in: directory) { _ = try read(reader, 0) }
        == "DIR/x_0.csv: the file changed after it was first read: expected the same file, found another size, time of "
        + "change or file; start again when no program writes to it")
    unlink("\(directory.path)/x_0.csv")
    #expect(
      message(in: directory) { _ = try read(reader, 0) }
        == "DIR/x_0.csv: cannot be opened: no such file or directory; check the name and the working directory"
    )
  }

  @Test func aCustomSplitWithoutFilesIsAnError() {
    struct Nothing: InputSplit { func locations() -> [SequenceLocation] { [] } }
    #expect(
      message { _ = try CSVSequenceRecordReader(Nothing()) }
        == "Nothing: the split names no file: expected at least one, found none; add the files to read")
  }

  @Test func longFieldsAndLinesAreFine() throws {
    let digits = String(repeating: "0", count: 100_000)
    #expect(try read(reader(["\(digits)7,1.\(digits)\n"]), 0).values == [7, 1])
    let wide = [String](repeating: "1", count: 50_000).joined(separator: ",")
    #expect(try read(reader(["\(wide)\n\(wide)\n"]), 0).values.count == 100_000)
    #expect(
      message(in: directory) { _ = try reader(["1,\(String(repeating: "x", count: 100_000))\n"]) }
        == "DIR/x_0.csv:1:3: field 2 is not a number: expected a decimal number such as -1.5e3, "
        + "found \"\(String(repeating: "x", count: 40))...\"; correct it; if it is an id or a remark, leave out the column "
        + "(--drop-columns @1); if it is a category, number its texts (--category @1)"
    )
  }

  @Test func cursorsOfSeveralThreadsDoNotDisturbEachOther() async throws {
    let texts = (0..<40).map { file -> String in
      let rows = (0...file).map { row -> String in "\(file),\(row)\n" }.joined()
      return file % 7 == 3 ? rows + "1,x\n" : rows
    }
    let reader = try reader(texts)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          var cursor = reader.makeCursor()
          var sequence = SequenceRecord()
          for step in 0..<80 {
            let file = (step * 7 + worker * 11) % 40
            if file % 7 == 3 {
              #expect(throws: RecordError.self) { try cursor.read(file, into: &sequence) }
            } else {
              try cursor.read(file, into: &sequence)
              #expect(sequence.values == (0...file).flatMap { [Float(file), Float($0)] })
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

/// Alone in its suite and serialized: other tests open files too, so it asks for its own files only.
@Suite(.serialized) struct OpenFilesTests {
  @Test func readingLeavesNoFileOpen() throws {
    let directory = TestDirectory()
    let good = directory.write("1\n", to: "a.csv")
    let bad = directory.write("x\n", to: "b.csv")
    let reader = try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: good, key: "a"), SequenceLocation(path: bad, key: "b")]))
    var cursor = reader.makeCursor()
    var sequence = SequenceRecord()
    for _ in 0..<10 {
      try cursor.read(0, into: &sequence)
      #expect(throws: RecordError.self) { try cursor.read(1, into: &sequence) }
      _ = reader.position(of: 0, row: 0, column: 0)
    }
    for descriptor in 0..<1024 {
      var target = [CChar](repeating: 0, count: 4096)
      let length = readlink("/proc/self/fd/\(descriptor)", &target, target.count)
      guard length > 0 else { continue }
      let path = String(decoding: target[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
      #expect(path != good && path != bad)
    }
  }
}
