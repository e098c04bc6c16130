import CSV
import Sequences
import TestSupport
import Testing

/// Parts and windows of files with faults whose rows are sorted by time, against naive versions over random files.
@Suite struct SortedPartTests {
  private let directory = TestDirectory()

  /// A file of rows at random times, some of which are faults.
  private struct File {
    /// The times of the rows, and their values; `nil`: the field is no number.
    let rows: [(time: Int, value: Int?)]
    let text: String

    init(_ random: inout SplitMix, count: Int, faultShare: Double) {
      let times = (0..<count).map { $0 * 60 }.shuffled(using: &random)
      rows = times.map {
        (time: $0, value: Double.random(in: 0..<1, using: &random) < faultShare ? nil : $0 / 60)
      }
      text = rows.map { "\($0.time),\($0.value.map(String.init) ?? "x")\n" }.joined()
    }

    /// The rows that are left, in the order in which they are read, and the line of each.
    func kept(sorted: Bool, skipping: Bool) -> [(line: Int, value: Float)] {
      let left = rows.enumerated().filter { !skipping || $0.element.value != nil }
      let ordered = sorted ? left.sorted { $0.element.time < $1.element.time } : left
      return ordered.map { ($0.offset + 1, Float($0.element.value ?? 99)) }
    }
  }

  private func reader(_ file: File, sorted: Bool, skipping: Bool) throws -> CSVSequenceRecordReader {
    var columns = CSVColumns(.all)
    // Unsorted times would be faults of their own.
    if sorted { columns.encodings["0"] = .time(TimestampEncoding(.unixSeconds)) }
    columns.sortsByTime = sorted
    return try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: directory.write(file.text, to: "f.csv"), key: "f")]),
      columns: columns, policy: ErrorPolicy(skipping ? .skipRow : .repair(.constant(99))))
  }

  private func read(_ reader: some SequenceRecordReader, _ index: Int) throws -> SequenceRecord {
    var (cursor, record) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &record)
    return record
  }

  private func values(_ record: SequenceRecord) -> [Float] {
    stride(from: 1, to: record.values.count, by: 2).map { record.values[$0] }
  }

  /// Every decision is about the rows of one part, in its features as in its labels.
  @Test(arguments: [false, true], [false, true]) func everyDecisionIsInItsPart(sorted: Bool, skipping: Bool)
    throws
  {
    var random = SplitMix(state: 11)
    for _ in 0..<150 {
      let file = File(&random, count: Int.random(in: 6...14, using: &random), faultShare: 0.3)
      let kept = file.kept(sorted: sorted, skipping: skipping)
      // The first row is read when the reader is made, and a part needs a row.
      guard file.rows[0].value != nil, kept.count >= 4 else { continue }
      let split = ChronologicalSplit(["train": 2, "validation": 1, "test": 1])
      let series = try reader(file, sorted: sorted, skipping: skipping)
      let parts = try WindowedSequenceRecordReader(series, dividing: split)
      let labels = try parts.labels(from: series)
      // A window of a part has the decisions about the part if it is the first one.
      let windows = try WindowedSequenceRecordReader(parts, size: 1)
      let ranges = split.ranges(of: kept.count)
      var expected = ranges.map { _ in Set<Int>() }
      for (number, row) in file.rows.enumerated() where row.value == nil {
        let line = number + 1
        let step =
          kept.firstIndex { $0.line == line } ?? (sorted ? nil : kept.lastIndex { $0.line < line }) ?? 0
        expected[ranges.firstIndex { $0.rows.contains(step) } ?? 0].insert(line)
      }
      var window = 0
      for (part, range) in ranges.enumerated() {
        let record = try read(parts, part)
        #expect(values(record) == range.rows.map { kept[$0].value }, "\(file.text)")
        for ledger in [record.ledger, try read(labels, part).ledger, try read(windows, window).ledger] {
          let lines = ledger.flatMap { Array(($0.line ?? 0)...($0.lastLine ?? $0.line ?? 0)) }
          #expect(lines.count == expected[part].count, "\(file.text) \(part): \(lines)")
          #expect(Set(lines) == expected[part], "\(file.text) \(part): \(lines)")
        }
        window += range.rows.count
      }
    }
  }

  /// In a row that is a series, the column tells the step, of each channel.
  @Test(arguments: [1, 2]) func decisionsAboutARowThatIsASeriesAreInTheirParts(channels: Int) throws {
    for bad in 1..<12 {
      let row = (0..<12).map { $0 == bad ? "x" : "\($0)" }.joined(separator: ",")
      let split = CollectionInputSplit([
        SequenceLocation(path: directory.write(row + "\n" + row + "\n", to: "w.csv"), key: "w")
      ])
      let series = try CSVWideSequenceRecordReader(
        split, channels: channels, policy: ErrorPolicy(.repair(.constant(9))))
      let parts = try WindowedSequenceRecordReader(
        series, dividing: ChronologicalSplit(["a": 1, "b": 1, "c": 1]))
      let steps = 12 / channels
      for part in 0..<6 {
        let counts = try read(parts, part).ledger.count
        #expect(counts == (bad % steps / (steps / 3) == part % 3 ? 1 : 0), "\(bad) \(part)")
      }
    }
  }

  /// A sequence that cannot be read is a fault of every part, since nobody knows in which the rows at fault are.
  @Test func whatCannotBeReadIsInEveryPart() throws {
    directory.write("1\n2\n3\n4\n", to: "a.csv")
    directory.write("1\n2\n3\nx\n", to: "b.csv")
    let series = try CSVSequenceRecordReader(FileSplit(directory.path))
    let parts = try WindowedSequenceRecordReader(
      series, dividing: ChronologicalSplit(names: ["train", "validation", "test"], weights: [1, 0, 1]))
    #expect(parts.partNames == ["train", "test", "train", "test"])
    #expect((0..<4).map { parts.source(of: $0).key } == ["a@0", "a@2", "b@train", "b@test"])
    for part in 2...3 {
      let error = #expect(throws: RecordError.self) { try read(parts, part) }
      #expect(error?.line == 4 && error?.kind == .notANumber)
    }
  }

  /// Labels that come from the sequence itself are sorted with it.
  @Test(arguments: [false, true]) func windowsOfSortedRowsHaveTheirLabels(skipping: Bool) throws {
    var random = SplitMix(state: 12)
    for _ in 0..<150 {
      let file = File(
        &random, count: Int.random(in: 4...12, using: &random), faultShare: skipping ? 0.2 : 0)
      let kept = file.kept(sorted: true, skipping: skipping).map(\.value)
      let size = Int.random(in: 1...4, using: &random)
      guard file.rows[0].value != nil, kept.count >= size else { continue }
      let series = try reader(file, sorted: true, skipping: skipping)
      let windows = try WindowedSequenceRecordReader(
        series, size: size, stride: Int.random(in: 1...3, using: &random),
        tail: [.drop, .keep, .align].randomElement(using: &random) ?? .drop)
      let labels = try windows.labels(from: HorizonLabelReader(series, targets: [1], horizon: 2))
      #expect(labels.count == windows.count)
      for window in 0..<windows.count {
        let steps = windows.location(of: window).steps
        #expect(values(try read(windows, window)) == Array(kept[steps]))
        let expected = steps.flatMap { step in
          (1...2).map { step + $0 < kept.count ? kept[step + $0] : .nan }
        }
        #expect(
          try read(labels, window).values.map(\.bitPattern) == expected.map(\.bitPattern),
          "\(file.text) \(steps)")
      }
    }
  }
}
