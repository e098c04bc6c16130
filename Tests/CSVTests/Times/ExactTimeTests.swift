import Platform
import TestSupport
import Testing

@testable import CSV
@testable import Sequences

/// Differences of timestamps are exact before they become Float.
@Suite struct ExactTimeTests {
  let directory = TestDirectory()

  private func reader(_ encoding: TimestampEncoding, _ text: String) throws -> CSVSequenceRecordReader {
    var columns = CSVColumns()
    columns.encodings["0"] = .time(encoding)
    return try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: directory.write(text, to: "e.csv"), key: "e")]),
      missingValues: .nan, columns: columns)
  }

  private func read(_ reader: some SequenceRecordReader) throws -> SequenceRecord {
    var (cursor, sequence) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(0, into: &sequence)
    return sequence
  }

  /// Nanoseconds as a text in seconds.
  private func seconds(_ time: Int) -> String {
    let fraction = "\(time % 1_000_000_000)"
    return "\(time / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.count) + fraction
  }

  @Test(arguments: TimestampEncoding.Unit.allCases, TimestampEncoding.Origin.allCases)
  func differencesAgreeWithWholeNumbers(_ unit: TimestampEncoding.Unit, _ origin: TimestampEncoding.Origin)
    throws
  {
    var random = SplitMix(state: 7)
    for _ in 0..<60 {
      var time = Int.random(in: 0...2_000_000_000_000_000_000, using: &random)
      var times: [Int?] = []
      for _ in 0..<Int.random(in: 3...12, using: &random) {
        // From nanoseconds to years.
        time +=
          Int.random(in: 0...9, using: &random) * [1, 1_000_000_000, 31_536_000_000_000_000].randomElement(
            using: &random)!
        times.append(Int.random(in: 0...9, using: &random) == 0 ? nil : time)
      }
      let lag = Int.random(in: 1...2, using: &random)
      let text = times.map { "\($0.map { seconds($0) } ?? ""),7\n" }.joined()
      let pipeline = TransformPipeline(
        SelectColumns(.keep(["1", "0"])), SelectColumns(.rename(["0": "t"])),
        Difference(lag: lag, firstRows: .fill(0), columns: ["t"]))
      let encoding = TimestampEncoding(.unixSeconds, from: origin, unit: unit)
      let csv = try reader(encoding, text)
      let expected = times.indices.map { step -> Float in
        guard step >= lag else { return 0 }
        guard let now = times[step], let before = times[step - lag] else { return .nan }
        return Float(Double(now - before) / 1e9 / unit.seconds)
      }
      func check(_ record: SequenceRecord) {
        let found = (0..<record.stepCount).map { record.values[2 * $0 + 1] }
        #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), "\(text)")
      }
      check(try read(csv.transformed(by: pipeline)))
      let cached = try CachedSequenceRecordReader(csv, cache: directory.path("c\(unit)\(origin)"))
      try cached.verify()
      check(try read(cached.transformed(by: pipeline)))
      let again = try CachedSequenceRecordReader(csv, cache: directory.path("c\(unit)\(origin)"))
      #expect(again.parsedFileCount == 0)
      check(try read(again.transformed(by: pipeline)))
      check(
        try read(
          SubsetSequenceRecordReader(csv, [0]).transformed(by: SelectColumns(.keep(["0", "1"]))).transformed(
            by: pipeline)))

      var rows = try CSVRowParser(
        columns: ["0", "1"], encodings: ["0": .time(encoding)], missingValues: MissingValues(.nan),
        name: "rows")
      var stream = try TransformStream(pipeline, columns: ["0", "1"])
      var streamed: [Float] = []
      for (line, text) in text.split(separator: "\n").enumerated() {
        let values = try #require(try rows.values(of: Array(text.utf8), line: line + 1))
        streamed += try stream.next(values, times: rows.times) ?? []
      }
      check(SequenceRecord(values: streamed, columnCount: 2))
    }
  }

  @Test func aSecondDifferenceAndAChangedColumnAreThoseOfTheirValues() throws {
    let csv = try reader(TimestampEncoding(.unixSeconds), "100,1\n101,1\n103,1\n110,1\n")
    let twice = try read(csv.transformed(by: Difference(columns: ["0"]), Difference(columns: ["0"])))
    #expect(twice.values == [1, 1, 5, 1])
    let clipped = try read(csv.transformed(by: Clip(0...2, columns: ["0"]), Difference(columns: ["0"])))
    #expect(clipped.values == [1, 1, 1, 1, 0, 1])
    let scaled = try read(
      csv.transformed(by: MapValues(.scale(2, offset: 0), columns: ["0"]), Difference(columns: ["0"])))
    #expect(scaled.values == [2, 1, 4, 1, 14, 1])
  }

  @Test func aCacheWithoutTimestampsIsMadeAgain() throws {
    let csv = try reader(TimestampEncoding(.unixSeconds, from: .epoch), "1711846800,1\n1711846801,1\n")
    let path = directory.path("old")
    var build = CacheBuild(csv, path: path, pool: .shared)
    build.index.keepsTimes = false
    _ = try build.open { _ in }
    var reasons: [String] = []
    for _ in 0..<2 { _ = try CachedSequenceRecordReader(csv, cache: path) { reasons.append($0) } }
    #expect(reasons == ["\(path): it has no exact timestamps; all files are read again"])
  }
}
