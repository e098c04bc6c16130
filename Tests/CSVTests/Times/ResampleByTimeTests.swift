import CSV
import Sequences
import TestSupport
import Testing

/// Rows of intervals of time become one row, with their labels.
@Suite struct ResampleByTimeTests {
  private let directory = TestDirectory()

  private func reader(
    _ text: String, from origin: TimestampEncoding.Origin = .sequence, sorted: Bool = false,
    policy: ErrorPolicy = .raise
  ) throws -> CSVSequenceRecordReader {
    var columns = CSVColumns()
    columns.encodings["0"] = .time(TimestampEncoding(.unixSeconds, from: origin))
    columns.sortsByTime = sorted
    return try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: directory.write(text, to: "t.csv"), key: "t")]),
      missingValues: .nan, columns: columns, policy: policy)
  }

  private func read(_ reader: some SequenceRecordReader, _ index: Int = 0) throws -> SequenceRecord {
    var (cursor, sequence) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &sequence)
    return sequence
  }

  private struct Row {
    var time, value, ordinal: Int
    var label: Int { 100 + ordinal }
  }

  /// The rows of each interval, from the first to the last, of rows in the order of time.
  private func intervals(_ rows: [Row], every: Int) -> [[Row]] {
    func number(_ row: Row) -> Int { Int((Double(row.time) / Double(every)).rounded(.down)) }
    return (number(rows[0])...number(rows[rows.count - 1])).map { interval in
      rows.filter { number($0) == interval }
    }
  }

  @Test func randomRowsAndTheirLabelsBecomeThoseOfANaiveVersion() throws {
    var random = SplitMix(state: 4)
    for _ in 0..<500 {
      var rows = (0..<Int.random(in: 1...12, using: &random)).map {
        Row(
          time: Int.random(in: -20...20, using: &random), value: Int.random(in: 0...9, using: &random),
          ordinal: $0)
      }
      let isSorted = Bool.random(using: &random)
      let isSkipping = !isSorted && Bool.random(using: &random)
      if !isSorted {
        let times = rows.map(\.time).sorted()
        for place in rows.indices { rows[place].time = times[place] }
      }
      let skipped = isSkipping && rows.count > 1 ? Int.random(in: 1..<rows.count, using: &random) : nil
      let text = rows.map { "\($0.time),\($0.ordinal == skipped ? "x" : "\($0.value)")\n" }.joined()
      var policy = ErrorPolicy.raise
      if skipped != nil { policy[.notANumber] = .skipRow }
      rows = rows.filter { $0.ordinal != skipped }
      rows = rows.indices.sorted { (rows[$0].time, $0) < (rows[$1].time, $1) }.map { rows[$0] }
      let every = Int.random(in: 1...9, using: &random)
      let expected = intervals(rows, every: every)

      let origin = TimestampEncoding.Origin.allCases.randomElement(using: &random) ?? .epoch
      let base = try reader(text, from: origin, sorted: isSorted, policy: policy)
      let resample = ResampleByTime(
        nanoseconds: every * 1_000_000_000, .sum, stamp: .allCases.randomElement(using: &random) ?? .left,
        labels: .last)
      let merged = try base.transformed(by: resample)
      let features = try read(merged)
      let labels = try CSVSequenceRecordReader(
        CollectionInputSplit([
          SequenceLocation(
            path: directory.write(
              (0..<rows.count + (skipped == nil ? 0 : 1)).map { "\(100 + $0)\n" }.joined(), to: "l.csv"),
            key: "t")
        ]))
      var latest = 0
      let right = expected.map { rows -> Float in
        latest = rows.last?.label ?? latest
        return Float(latest)
      }
      let start = (Double(rows[0].time) / Double(every)).rounded(.down) * Double(every)
      let first = origin == .sequence ? 0 : start + (resample.stamp == .left ? 0 : Double(every))
      func check(_ features: SequenceRecord, _ labels: SequenceRecord, from step: Int) {
        var (features, labels) = (features, labels)
        if labels.stepCount > 1 || rows.count > 1 {
          #expect(resample.merge(&labels, of: features, by: .ordinals))
          features.keepPairs(with: &labels, by: .ordinals)
        }
        #expect(labels.values == Array(right[step..<step + features.stepCount]), "\(text) every \(every)")
        for place in 0..<features.stepCount {
          let group = expected[step + place]
          #expect(Double(features.values[2 * place]) == first + Double((step + place) * every))
          let sum = features.values[2 * place + 1]
          #expect(
            group.isEmpty ? sum.isNaN : sum == Float(group.reduce(0) { $0 + $1.value }),
            "\(text) every \(every)")
        }
      }
      check(features, try read(labels), from: 0)
      #expect(merged.stepCount(of: 0) == nil && features.stepCount == expected.count)

      let windows = try WindowedSequenceRecordReader(
        merged, size: Int.random(in: 1...3, using: &random), stride: 1, tail: .keep)
      let ofWindows = try windows.labels(from: labels)
      for index in 0..<windows.count {
        check(
          try read(windows, index), try read(ofWindows, index),
          from: windows.location(of: index).steps.lowerBound)
      }
    }
  }

  @Test func intervalsWithoutRowsAreFilled() throws {
    let base = try reader("0,1\n10,2\n40,5\n")
    let filled = try read(
      base.transformed(by: ResampleByTime(nanoseconds: 10_000_000_000), FillMissing(.linear, columns: ["1"])))
    #expect(filled.values == [0, 1, 10, 2, 20, 3, 30, 4, 40, 5])
    #expect(filled.missingCells == [5, 7])
  }

  @Test func faultsAreNamed() throws {
    let resample = ResampleByTime(nanoseconds: 10_000_000_000)
    #expect(
      message(in: directory) { _ = try read(reader("5,1\n,2\n").transformed(by: resample)) }
        == "DIR/t.csv:2:1: column \"0\": the rows of every 10 s become their mean, with the time of its beginning: expected a timestamp "
        + "in every row, found none; give one, or remove the row")
    #expect(
      message(in: directory) {
        _ = try read(
          reader("5,1\n9,2\n").transformed(by: MapValues(.scale(2, offset: 1), columns: ["0"]), resample))
      }.contains("that no transform has changed"))
    #expect(
      message(in: directory) {
        _ = try read(CollectionSequenceRecordReader([[[1]]]).transformed(by: resample))
      }.contains(
        "expected a column of timestamps"))
    // The value that becomes infinite is that of the row.
    #expect(
      message(in: directory) {
        _ = try read(
          reader("5,1\n25,3\n26,-3\n").transformed(
            by: ResampleByTime(nanoseconds: 10_000_000_000, .last), FillMissing(.forward(first: 1)),
            Logarithm(columns: ["1"])))
      }.hasPrefix("DIR/t.csv:2:"))
    #expect(
      message(in: directory) {
        _ = try read(reader("0,1\n1e10,3\n").transformed(by: ResampleByTime(nanoseconds: 1)))
      }.contains("intervals do not fit in memory"))
  }
}
