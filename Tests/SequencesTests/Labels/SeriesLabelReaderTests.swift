import CSV
import Sequences
import TestSupport
import Testing

/// Labels of whole sequences.
struct SeriesLabelReaderTests {
  private func labels(_ texts: [String]) -> [LabelText] {
    texts.enumerated().map { LabelText($1, path: "t.csv", line: $0 + 2, column: 3) }
  }

  @Test func classesAreInNaturalOrder() throws {
    #expect(try Vocabulary(naming: labels(["run10", "run2", "b", "run2"])).names == ["b", "run2", "run10"])
    #expect(
      try Vocabulary(naming: labels(["10", "-1", "2", "0.5", "NA", ""]), missing: ["NA"]).names
        == ["-1", "0.5", "2", "10"])
    expectMessage(
      "t.csv:3:3: label \"1.0\" is the same number as \"1\" in t.csv:2: expected one text for each class, found two; write them "
        + "alike, or say that labels are class numbers (--classes N)"
    ) { _ = try Vocabulary(naming: labels(["1", "1.0"])) }
    expectRejection("t.csv", "there is no label") { _ = try Vocabulary(naming: labels(["", ""])) }
  }

  @Test func decimalNumbersFollowTheGrammarOfFields() {
    for text in ["0", "-1", "+1", "1.", ".5", "1e3", "1.5E-3"] {
      #expect(decimalNumber(text) != nil, "\(text)")
    }
    for text in ["", ".", "e3", "0x1F", "nan", "inf", "1e", "1 2", "--1", "1,5"] {
      #expect(decimalNumber(text) == nil, "\(text)")
    }
  }

  @Test(arguments: ["d", "d/*/*.csv"]) func foldersAndNamesAreClasses(pattern: String) throws {
    let directory = TestDirectory()
    for name in ["d/c2/a_k1.csv", "d/c10/a_k3.csv", "d/c2/b_k20.csv"] { directory.write("1\n2\n", to: name) }
    let path = directory.path(pattern)
    let split: any InputSplit = try pattern == "d" ? FileSplit(path, extensions: ["csv"]) : GlobSplit(path)
    let features = try CSVSequenceRecordReader(split)
    let folders = try SeriesLabels(foldersOf: features)
    let classes = try folders.classes()
    #expect(classes.names == ["c2", "c10"])
    let reader = SeriesLabelReader(folders, as: .classes(classes))
    #expect(try values(of: reader) == [[0], [0], [1]])
    #expect((0..<3).allSatisfy { reader.source(of: $0).key == features.source(of: $0).key })
    let names = try SeriesLabels(namesOf: features, matching: #"_k(\d+)\."#)
    #expect(try names.classes().names == ["1", "3", "20"])
    #expect(try values(of: SeriesLabelReader(names, as: .numbers)) == [[1], [20], [3]])
    #expect(try names.classes(of: [features.source(of: 1).key]).names == ["20"])
    #expect(
      message(in: directory) { _ = try SeriesLabels(namesOf: features, matching: "_k(1|3)[.]") }
        == "DIR/d/c2/b_k20.csv: the name has no class: expected a match of _k(1|3)[.] with a text in its first group, found "
        + "\"c2/b_k20.csv\"; correct the pattern or the name, or leave out such files (--on-error skip-sequence)"
    )
    for pattern in ["a", "(?:a)", "[(]a[)]", #"\(a\)"#, "(?=a)", "(?<!a)"] {
      #expect(throws: UsageError.self) { _ = try SeriesLabels(namesOf: features, matching: pattern) }
    }
    #expect(
      try SeriesLabels(namesOf: features, matching: "(?<kind>c[0-9]+)/").classes().names == ["c2", "c10"])
  }

  @Test func aFileBesideTheFoldersHasNoClass() throws {
    let directory = TestDirectory()
    for name in ["d/a/x.csv", "d/y.csv"] { directory.write("1\n", to: name) }
    let features = try CSVSequenceRecordReader(FileSplit(directory.path("d"), extensions: ["csv"]))
    expectRejection(directory.path("d/y.csv"), "in no folder of a class") {
      _ = try SeriesLabels(foldersOf: features)
    }
    let found = try SeriesLabels(foldersOf: features, policy: ErrorPolicy(.skipSequence))
    #expect(try found.classes().names == ["a"])
    // Without any other folder, it is the one of the data.
    let flat = try CSVSequenceRecordReader(GlobSplit(directory.path("d/a/*.csv")))
    #expect(try SeriesLabels(foldersOf: flat).classes().names == ["a"])
  }

  @Test func missingAndUnknownLabels() throws {
    let directory = TestDirectory()
    for name in ["d/a/x.csv", "d/NA/y.csv", "d/b/z.csv"] { directory.write("1\n", to: name) }
    let features = try CSVSequenceRecordReader(FileSplit(directory.path("d"), extensions: ["csv"]))
    let found = try SeriesLabels(foldersOf: features)
    let reader = SeriesLabelReader(found, as: .classes(Vocabulary(["a"])), missing: ["NA"])
    #expect((0..<3).map { reader.stepCount(of: $0) } == [1, 1, 0])
    var record = SequenceRecord()
    try reader.read(0, into: &record)
    #expect(record.values[0].isNaN && reader.schema.optionalColumns == ["label"])
    expectRejection(directory.path("d/b/z.csv"), "label \"b\" is not a known category: expected one of \"a\"")
    {
      try reader.read(2, into: &record)
    }
  }

  @Test func aRepeatedLabelIsReadOnce() throws {
    let directory = TestDirectory()
    directory.write("1,7,a\n2,7,a\n", to: "f_0.csv")
    directory.write("1,8,b\n2,8,b\n3,9,b\n", to: "f_1.csv")
    directory.write("1,NA,b\n2,5,b\n3,NA,b\n", to: "f_2.csv")
    directory.write("1,NA,b\n", to: "f_3.csv")
    var columns = CSVColumns()
    columns.encodings["2"] = .category(Vocabulary(["a", "b"]))
    (columns.optional, columns.missingLabels) = (.keep(["1"]), ["NA"])
    let features = try CSVSequenceRecordReader(
      NumberedFileInputSplit(directory.path("f_%d.csv"), 0...3), columns: columns)
    let reader = try RepeatedLabelReader(features, columns: [1, 2])
    var record = SequenceRecord()
    try reader.read(0, into: &record)
    #expect(record.values == [7, 0] && record.stepCount == 1)
    try reader.read(2, into: &record)
    #expect(record.values == [5, 1] && reader.position(of: 2, row: 0, column: 0).line == 2)
    try reader.read(3, into: &record)
    #expect(record.values[0].isNaN && record.stepCount == 1)
    #expect(
      message(in: directory) { try reader.read(1, into: &record) }
        == "DIR/f_1.csv:3:3: the label of the series changes: expected \"8\", as in line 1, found \"9\"; correct it, leave out "
        + "such series (--on-error skip-sequence), or take a label for every row (leave out --label-once)")
    let kept = ColumnSubsetSequenceRecordReader(features, columns: [0])
    var cursor = try kept.makeCursor() as any SequenceCursor
    try cursor.read(1, into: &record)
    #expect(
      record.values == [1, 2, 3] && kept.columns == ["0"] && kept.schema.fileColumns == ["0", "1", "2"])
  }

  private func values(of reader: SeriesLabelReader) throws -> [[Float]] {
    var record = SequenceRecord()
    return try (0..<reader.count).map { index in
      try reader.read(index, into: &record)
      return record.values
    }
  }
}
