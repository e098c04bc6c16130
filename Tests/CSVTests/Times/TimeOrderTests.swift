import CSV
import Sequences
import TestSupport
import Testing

/// Rows are in the order of their time: others are faults, left out, or sorted.
@Suite struct TimeOrderTests {
  let directory = TestDirectory()

  private func reader(
    _ text: String, _ format: TimestampEncoding.Format = .unixSeconds,
    from origin: TimestampEncoding.Origin = .sequence,
    sorted: Bool = false, policy: ErrorPolicy = .raise, others: [String: ColumnEncoding] = [:]
  ) throws -> CSVSequenceRecordReader {
    var columns = CSVColumns()
    columns.encodings = others
    columns.encodings["0"] = .time(TimestampEncoding(format, from: origin))
    columns.sortsByTime = sorted
    return try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: directory.write(text, to: "t.csv"), key: "t")]),
      missingValues: .nan, columns: columns, policy: policy)
  }

  private func read(_ reader: some SequenceRecordReader) throws -> SequenceRecord {
    var (cursor, sequence) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(0, into: &sequence)
    return sequence
  }

  private func problem(_ text: String, _ format: TimestampEncoding.Format = .iso8601) -> String {
    message(in: directory) { _ = try read(reader(text, format)) }
  }

  private let remedies =
    "if the rows are those of several series, name the column that tells these apart (--group-by NAME); otherwise, "
    + "sort the rows (--sort-by-time), or leave out such rows (--on-error time-order=skip-row) or their sequences "
    + "(--on-error time-order=skip-sequence)"

  @Test func aRowThatGoesBackIsNamed() {
    #expect(
      problem("2024-05-01T02:00:00Z,3\n2024-05-01T02:00:00Z,3\n2024-05-01T01:30:00.5Z,2\n")
        == "DIR/t.csv:3:1: field 1 goes back in time: expected 2024-05-01T02:00:00Z, as in the row before, or later, found "
        + "\"2024-05-01T01:30:00.5Z\"; \(remedies)")
    #expect(
      problem("-1.5,3\n-1.75,2\n", .unixSeconds)
        == "DIR/t.csv:2:1: field 1 goes back in time: expected -1.5, as in the row before, or later, found \"-1.75\"; "
        + remedies)
  }

  @Test func theHourThatComesTwiceIsNamed() {
    let hint = "this looks like the hour that comes twice at the end of daylight saving time"
    func isNamed(_ times: [String], _ format: TimestampEncoding.Format = .iso8601) -> Bool {
      problem(times.map { "\($0),1\n" }.joined(), format).contains(hint)
    }
    let times = ["2024-10-27 01:30", "2024-10-27 02:00", "2024-10-27 02:30", "2024-10-27 02:00"]
    #expect(isNamed(times))
    // Sorting would mix the two hours.
    #expect(!problem(times.map { "\($0),1\n" }.joined()).contains("--sort-by-time"))
    #expect(!isNamed(times.map { $0 + "Z" }))
    // No clock is set back in January, or in the afternoon.
    let others = [("10-27", "01-01"), ("10-27", "07-07"), (" 0", " 1")]
    for (from, to) in others { #expect(!isNamed(times.map { $0.replacing(from, with: to) }), "\(to)") }
    #expect(isNamed(times.map { $0.replacing("10-27", with: "04-07") }))
    #expect(!isNamed(Array(times[..<3]) + ["2024-10-27 01:15"]))
    #expect(isNamed(["27.10.2024 02:45", "27.10.2024 02:00"], .pattern("%d.%m.%Y %H:%M")) == false)
    #expect(
      isNamed(["27.10.2024 02:30", "27.10.2024 02:45", "27.10.2024 02:00"], .pattern("%d.%m.%Y %H:%M")))
  }

  /// A row of the file, as the naive version keeps it.
  private struct Row {
    var time: Int?
    var value: Int
    var ordinal: Int
  }

  /// The values, ordinals and origin of the rows that are left, in their order.
  private func expected(_ rows: [Row], sorted: Bool, fromEpoch: Bool) -> [[Double]] {
    var left: [Row] = []
    var latest = Int.min
    for row in rows {
      if !sorted, let time = row.time, time < latest { continue }
      latest = sorted ? row.time ?? latest : max(latest, row.time ?? latest)
      left.append(Row(time: row.time, value: row.value, ordinal: row.ordinal))
    }
    if sorted {
      var keys: [Int] = []
      for row in left { keys.append(row.time ?? keys.last ?? Int.min) }
      left = left.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { left[$0] }
    }
    let origin = fromEpoch ? 0 : left.lazy.compactMap(\.time).first ?? 0
    return left.map { row in
      [
        row.time.map { Double($0 - origin) } ?? -99, Double(row.value - left[0].value), Double(row.ordinal),
      ]
    }
  }

  @Test func randomRowsAreSortedOrLeftOutAsInANaiveVersion() throws {
    var random = SplitMix(state: 19)
    for _ in 0..<600 {
      let rows = (0..<Int.random(in: 1...9, using: &random)).map { ordinal in
        Row(
          time: Int.random(in: 0...9, using: &random) == 0 ? nil : Int.random(in: 0...12, using: &random),
          value: Int.random(in: 0...99, using: &random), ordinal: ordinal)
      }
      let text = rows.map { "\($0.time.map { "\($0)" } ?? ""),\($0.value)\n" }.joined()
      let (sorted, fromEpoch) = (Bool.random(using: &random), Bool.random(using: &random))
      var policy = ErrorPolicy.raise
      if !sorted { policy[.timeOrder] = .skipRow }
      let reader = try reader(
        text, from: fromEpoch ? .epoch : .sequence, sorted: sorted, policy: policy,
        others: ["1": .offset(.first)])
      let sequence = try read(reader)
      let found = (0..<sequence.stepCount).map { step in
        [
          sequence.values[2 * step].isNaN ? -99 : Double(sequence.values[2 * step]),
          Double(sequence.values[2 * step + 1]), Double(sequence.rowOrdinal(ofStep: step)),
        ]
      }
      let expected = expected(rows, sorted: sorted, fromEpoch: fromEpoch)
      #expect(found == expected, "\(text) sorted: \(sorted)")
      #expect(
        sequence.skippedRows.count == sequence.ledger.reduce(0) { $0 + $1.lineCount }
          && sequence.rowCount == rows.count)
      #expect(sequence.ledger.allSatisfy { $0.fault == .timeOrder && $0.action == "left out the row" })
      for step in 0..<sequence.stepCount {
        let row = sequence.rowOrdinal(ofStep: step)
        let position = reader.position(of: 0, row: row, column: 1)
        #expect(position.line == row + 1 && position.text == "\(rows[row].value)")
      }
      let cached = try CachedSequenceRecordReader(reader, cache: directory.path("c\(sorted)\(fromEpoch)"))
      try cached.verify()
      let kept = try read(cached)
      #expect(kept.times == sequence.times && kept.chosenRows == sequence.chosenRows)
    }
  }

  @Test func windowsOfSortedRowsHaveTheLabelsOfTheirRows() throws {
    let features = try reader("5,50\n1,10\n4,40\n2,20\n3,30\n", sorted: true)
    let labels = try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: directory.write("5\n1\n4\n2\n3\n", to: "l.csv"), key: "t")]
      ))
    let windows = try WindowedSequenceRecordReader(features, size: 2, stride: 1)
    let ofWindows = try windows.labels(from: labels)
    var (own, others) = (try windows.makeCursor(), try ofWindows.makeCursor())
    for index in 0..<windows.count {
      var (window, label) = (SequenceRecord(), SequenceRecord())
      try own.read(index, into: &window)
      try others.read(index, into: &label)
      window.keepPairs(with: &label, by: .ordinals)
      #expect(label.values == [Float(index + 1), Float(index + 2)])
      #expect(
        window.values == [Float(index), Float(index + 1) * 10, Float(index + 1), Float(index + 2) * 10])
    }
  }

  @Test func mergedRowsOfSortedOnesHaveTheirLabels() throws {
    let reader = try reader("5,50\n1,10\n4,40\n2,20\n3,30\n", sorted: true)
    let resample = Resample(every: 2, .sum, labels: .last)
    var features = try read(reader.transformed(by: resample))
    var labels = SequenceRecord(values: [5, 1, 4, 2, 3], columnCount: 1)
    #expect(resample.merge(&labels, of: features, by: .ordinals))
    features.keepPairs(with: &labels, by: .ordinals)
    #expect(features.values == [1, 30, 5, 70, 4, 50])
    #expect(labels.values == [2, 4, 5])
  }
}
