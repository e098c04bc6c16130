import CSV
import Conformance
import Sequences
import TestSupport
import Testing

@Suite struct ReaderTests {
  @Test func aGoodReaderPasses() throws {
    let report = try checkConformance(of: BrokenReader(nil))
    #expect(
      report.description == """
        3 sequences, 6 steps
        - every sequence has at least one step, of as many values as there are columns
        - a sequence reads the same twice
        - a sequence reads the same in any order
        - a sequence reads the same from a fresh cursor
        - a sequence reads the same into a record that held another
        - a sequence reads the same from several threads at once
        - rows that come 1 at a time are those of the whole sequence
        - rows that come 2 at a time are those of the whole sequence
        - rows that come 7 at a time are those of the whole sequence
        - the step count is that of the sequence
        - a range of rows is that of the whole sequence
        - positions name the file that the sequence comes from, and a line of it
        - the index never changes
        """)
  }

  @Test(arguments: ReaderFault.allCases) func everyBrokenPromiseIsNamed(_ fault: ReaderFault) {
    let found = message { try checkConformance(of: BrokenReader(fault)) }
    let expected =
      switch fault {
      case .noSequences: "count: a reader that is checked has at least one sequence, but it has none"
      case .count: "count: the index never changes, but it was 3 and is now 4"
      case .columns:
        #"columns: the index never changes, but they were ["x", "y"] and are now ["x", "z"]"#
      case .source:
        "source of sequence 2: the index never changes, but it was made[2]:1 with the key \"2\" "
          + "and is now made[2]:1 with the key \"two\""
      case .signature: "signature: the index never changes, but the weather was sun, is rain"
      case .noSteps: "sequence 1: a sequence has at least one step, but it has none"
      case .columnCount:
        "sequence 2: a sequence has the reader's columns, but the reader has 2, the sequence 4"
      case .wholeRows: "sequence 1: values fill whole rows, but 3 values do not fill rows of 2 columns"
      case .twice:
        "sequence 1, step 0, column 1: a sequence reads the same twice, but the value was 8.0 and is now 9.0"
      case .order:
        "sequence 1, step 0, column 0: a sequence reads the same in any order, "
          + "but the value was 7.0 and is now 7.5"
      case .fresh:
        "sequence 2, step 1, column 1: a sequence reads the same from a fresh cursor, "
          + "but the value was 12.0 and is now -12.0"
      case .reused:
        "sequence 0: a sequence reads the same into a record that held another, "
          + "but it had 3 steps and now has 38"
      case .lines:
        "sequence 0: a sequence reads the same into a record that held another, "
          + "but its lines were 1...3 and are now 901...911"
      case .ledger:
        "sequence 0: a sequence reads the same into a record that held another, "
          + "but its ledger had 0 decisions and is now another, of 1"
      case .threads:
        "step 0, column 1: a sequence reads the same from several threads at once, "
      case .steppedRows:
        "sequence 0, step 2, column 1: rows that come 2 at a time are those of the whole sequence, "
          + "but the value was 6.0 and is now 0.0"
      case .steppedCount:
        "sequence 0, step 0: rows that come 2 at a time are those of the whole sequence, "
          + "but 2 rows are due and 1 come"
      case .steppedSays:
        "sequence 0, step 3: rows that come 1 at a time are those of the whole sequence, "
          + "but the stream reports that it read 1 and gives 0"
      case .steppedEnd:
        "sequence 0, step 3: a sequence that has ended stays ended, but 1 further rows come"
      case .stepCount:
        "sequence 2: the step count is that of the sequence, but it is 3, the sequence has 2"
      case .ranges:
        "sequence 0, step 0, column 0: a range of rows is that of the whole sequence (1..<2), "
          + "but the value was 3.0 and is now 1.0"
      case .rangeLines:
        "sequence 0: the lines of rows 1..<2 are theirs, but 2...2 are due and 1...1 come"
      case .ordinals:
        "sequence 0, step 0: a sequence reads the same into a record that held another, "
          + "but its row ordinal was 0 and is now 5"
      case .streamedOrdinals:
        "sequence 0, step 1: a streamed row has its row ordinal, but 1 is due and 0 comes"
      case .rangeOrdinals:
        "sequence 0, rows 1..<2: rows of a range have their row ordinals, but 1 is due and 0 comes"
      case .position:
        "position of sequence 0, step 1, column 0: positions name the file that the sequence comes from, "
          + "and a line of it, but the source is made[0]:1, the position made[9]:2"
      }
    // Either thread may come first.
    if fault == .threads { #expect(found.contains(expected)) } else { #expect(found == expected) }
  }

  @Test func theBundledReadersPass() throws {
    let directory = TestDirectory()
    for (number, length) in [3, 1, 9, 2].enumerated() {
      directory.write((0..<length).map { "\(number).5,\"\($0)\"\n" }.joined(), to: "x_\(number).csv")
    }
    let split = try NumberedFileInputSplit("\(directory.path)/x_%d.csv", 0...3)
    let csv = try CSVSequenceRecordReader(split)
    try checkConformance(of: csv)
    try checkConformance(of: CachedSequenceRecordReader(csv, cache: "\(directory.path)/cache"))
    try checkConformance(of: WindowedSequenceRecordReader(csv, size: 2, stride: 1, tail: .keep))
    try checkConformance(
      of: CollectionSequenceRecordReader([[[1, .nan], [-0.0, 2]], [[3, 4]], [[5, 6], [7, 8], [9, 0]]]))
    let cached = try CachedSequenceRecordReader(temporarilyCaching: csv)
    try checkConformance(of: SubsetSequenceRecordReader(cached, [2, 0, 3]))
    try checkConformance(of: SubsetSequenceRecordReader(csv, [2, 0, 3]))
    let transformed = try csv.transformed(by: LagFeatures(1, firstRows: .fill(0)), Resample(every: 2))
    try checkConformance(of: transformed)
    try checkConformance(of: CachedSequenceRecordReader(temporarilyCaching: transformed))
    try checkConformance(of: WindowedSequenceRecordReader(transformed, size: 2, stride: 1, tail: .keep))
  }

  @Test func readersOfLabelsKeepTheirPromises() throws {
    let directory = TestDirectory()
    for number in 0..<4 {
      directory.write("1,\(number)\n2,\(number)\n3,\(number)\n", to: "d/k\(number % 2)/s_\(number).csv")
    }
    directory.write("k,s,e,l\ns_0,0,2,a\ns_1,1,2,b\ns_2,0,1,a\ns_3,2,3,b\n", to: "events.csv")
    let features = try CSVSequenceRecordReader(FileSplit(directory.path("d"), extensions: ["csv"]))
    let folders = try SeriesLabels(foldersOf: features)
    try checkConformance(of: SeriesLabelReader(folders, as: .classes(folders.classes())))
    try checkConformance(of: RepeatedLabelReader(features, columns: [1]))
    let table = try LabelTable(directory.path("events.csv"))
    let events = try TimedLabels(intervals: table, of: features, outside: "b")
    try checkConformance(of: TimedLabelReader(events, of: features, as: .classes(events.classes())))
    try checkConformance(of: ColumnSubsetSequenceRecordReader(features, columns: [1]))
    let attributes = try StaticAttributes(table: table, columns: ["s", "e"], of: features)
    try checkConformance(of: StaticColumnsSequenceRecordReader(features, attributes))
    let cached = try CachedSequenceRecordReader(features, cache: directory.path("cache"))
    try checkConformance(of: StaticColumnsSequenceRecordReader(cached, attributes))
    try checkConformance(of: ColumnSubsetSequenceRecordReader(cached, columns: [0]))
  }
}
