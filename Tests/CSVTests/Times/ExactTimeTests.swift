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

  /// What a transform that moves or fills timestamps makes of `times`, in whole numbers.
  private struct Moved {
    var transform: any SequenceTransform
    var column: String
    var move: ([Int?]) -> [Int?]
  }

  private func moved(by choice: Int, _ random: inout SplitMix) -> Moved {
    let count = Int.random(in: 1...3, using: &random)
    func merging(_ figure: Resample.Figure, _ merge: @escaping ([Int]) -> Int?) -> Moved {
      Moved(transform: Resample(every: count, figure), column: "0") { times in
        stride(from: 0, to: times.count, by: count).map { first in
          merge(times[first..<min(times.count, first + count)].compactMap { $0 })
        }
      }
    }
    switch choice {
    case 0: return merging(.first) { $0.first }
    case 1: return merging(.last) { $0.last }
    case 2: return merging(.minimum) { $0.min() }
    case 3: return merging(.maximum) { $0.max() }
    case 4: return merging(.mean) { $0.isEmpty ? nil : $0.reduce(0, +) / $0.count }
    case 5:
      return Moved(transform: LagFeatures(count, columns: ["0"]), column: "0-\(count)") { $0.dropLast(count) }
    case 6:
      return Moved(transform: FillMissing(.forward(first: 0)), column: "0") { times in
        var latest: Int?
        return times.map {
          latest = $0 ?? latest
          return latest
        }
      }
    default:
      return Moved(transform: FillMissing(.linear), column: "0") { times in
        let known = times.indices.compactMap { step in times[step].map { (step: step, time: $0) } }
        return times.indices.map { step in
          let before = known.last { $0.step <= step } ?? known[0]
          let after = known.first { $0.step >= step } ?? before
          guard after.step > before.step else { return before.time }
          return before.time
            + (after.time - before.time) * (step - before.step) / (after.step - before.step)
        }
      }
    }
  }

  /// Timestamps that another transform has chosen, moved or filled are subtracted exactly too.
  @Test(arguments: 0..<8) func movedTimestampsStayExact(_ choice: Int) throws {
    var random = SplitMix(state: UInt64(choice))
    for trial in 0..<60 {
      var time = 1_700_000_000_000_000_000
      let times = (0..<Int.random(in: 6...14, using: &random)).map { step -> Int? in
        time += Int.random(in: 0...3, using: &random) * 1_000_000_000
        // The first one is known: what a rule makes of a gap before it is no timestamp.
        return step > 0 && choice != 5 && Int.random(in: 0...3, using: &random) == 0 ? nil : time
      }
      let unit = TimestampEncoding.Unit.allCases.randomElement(using: &random)!
      let encoding = TimestampEncoding(.unixSeconds, from: .epoch, unit: unit)
      let text = times.map { "\($0.map { seconds($0) } ?? ""),7\n" }.joined()
      let moved = moved(by: choice, &random)
      let pipeline = TransformPipeline(
        moved.transform, Difference(columns: [moved.column]), SelectColumns(.keep([moved.column])))
      let known = moved.move(times)
      let expected = zip(known.dropFirst(), known).map { now, before -> Float in
        guard let now, let before else { return .nan }
        return Float(Double(now - before) / 1e9 / unit.seconds)
      }
      let csv = try reader(encoding, text)
      func check(_ found: [Float], _ what: String) {
        #expect(
          found.map(\.bitPattern) == expected.map(\.bitPattern),
          "\(what) \(trial) \(pipeline.summary): \(text)")
      }
      check(try read(csv.transformed(by: pipeline)).values, "whole")
      guard pipeline.transforms.allSatisfy({ $0.needsWholeSequences == nil }) else { continue }
      var rows = try CSVRowParser(
        columns: ["0", "1"], encodings: ["0": .time(encoding)], missingValues: MissingValues(.nan),
        name: "rows")
      var stream = try TransformStream(pipeline, columns: ["0", "1"])
      var streamed: [Float] = []
      for (line, text) in text.split(separator: "\n").enumerated() {
        let values = try #require(try rows.values(of: Array(text.utf8), line: line + 1))
        streamed += try stream.next(values, times: rows.times) ?? []
      }
      check(streamed, "streamed")
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
