import CSV
import Sequences
import TestSupport
import Testing

/// Sequences end where time passes without rows, and so do their windows, differences and labels.
@Suite struct GapTests {
  private let directory = TestDirectory()

  private func read(_ reader: some SequenceRecordReader, _ index: Int) throws -> SequenceRecord {
    var (cursor, sequence) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &sequence)
    return sequence
  }

  private func reader(_ name: String, _ text: String, timed: Bool = true, sorted: Bool = false) throws
    -> CSVSequenceRecordReader
  {
    var columns = CSVColumns()
    if timed { columns.encodings["0"] = .time(TimestampEncoding(.unixSeconds)) }
    columns.sortsByTime = sorted
    return try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: directory.write(text, to: "\(name).csv"), key: "t")]),
      missingValues: .nan, columns: columns)
  }

  /// The rows of each piece, by their place in the order of time.
  private func pieces(_ times: [Int?], _ longest: Int) -> [[Int]] {
    var pieces: [[Int]] = [[]]
    var latest: Int?
    for (place, time) in times.enumerated() {
      if let time, let before = latest, time - before > longest { pieces.append([]) }
      latest = time ?? latest
      pieces[pieces.count - 1].append(place)
    }
    return pieces
  }

  @Test func randomSequencesEndAtGapsAsInANaiveVersion() throws {
    var random = SplitMix(state: 5)
    for _ in 0..<300 {
      let isSorted = Bool.random(using: &random)
      var time = 0
      // By row of the file: the time, and the place in the order of time.
      var rows = (0..<Int.random(in: 1...14, using: &random)).map { place -> (time: Int?, place: Int) in
        time += Int.random(in: 0...4, using: &random)
        return (!isSorted && Int.random(in: 0...7, using: &random) == 0 ? nil : time, place)
      }
      let times = rows.map(\.time)
      if isSorted {
        rows.shuffle(using: &random)
        rows = rows.indices.map { place in
          // Rows of the same time stay in the order of the file.
          let time = rows[place].time
          let earlier = rows[..<place].count { $0.time == time }
          return (time, (times.firstIndex(of: time) ?? 0) + earlier)
        }
      }
      let text = rows.map { "\($0.time.map { "\($0)" } ?? ""),\($0.place * $0.place)\n" }.joined()
      let base = try reader("f", text, sorted: isSorted)
      let labels = try reader("l", rows.map { "\($0.place)\n" }.joined(), timed: false)
      let longest = Int.random(in: 0...4, using: &random)
      let expected = pieces(times, longest)
      let cut = try WindowedSequenceRecordReader(base, longestGap: longest * 1_000_000_000)
      let ofPieces = try cut.labels(from: labels)
      try #require(cut.count == expected.count)
      for (index, places) in expected.enumerated() {
        var (features, own) = (try read(cut, index), try read(ofPieces, index))
        #expect(features.stepCount == places.count)
        if rows.count > 1 { features.keepPairs(with: &own, by: .ordinals) }
        #expect(own.values == places.map { Float($0) }, "\(text) \(longest)")
        #expect((0..<places.count).map { features.values[2 * $0 + 1] } == places.map { Float($0 * $0) })
        let first = rows.firstIndex { $0.place == places[0] } ?? 0
        #expect(cut.exampleKey(of: index) == "t@\(first)" && cut.source(of: index).key == "t@\(places[0])")
      }
      // Differences and windows stay inside of the pieces.
      let differences = try cut.transformed(by: Difference(firstRows: .fill(0), columns: ["1"]))
      let windows = try WindowedSequenceRecordReader(differences, size: 2, stride: 1, tail: .keep)
      let ofWindows = try windows.labels(from: ofPieces)
      var found: [[Float]] = []
      for index in 0..<windows.count {
        var (window, own) = (try read(windows, index), try read(ofWindows, index))
        if rows.count > 1 { window.keepPairs(with: &own, by: .ordinals) }
        found.append(own.values)
        for (step, label) in own.values.enumerated() {
          let place = Int(label)
          let isFirst = expected.contains { $0.first == place }
          #expect(window.values[2 * step + 1] == (isFirst ? 0 : Float(2 * place - 1)))
        }
      }
      let right = expected.flatMap { places in
        places.count < 2 ? [places] : (0..<places.count - 1).map { [places[$0], places[$0 + 1]] }
      }
      #expect(found == right.map { $0.map { Float($0) } })
    }
  }

  @Test func timestampsOfPiecesAreExact() throws {
    let base = try reader("f", "1711846800,1\n1711846801,2\n1711846900,3\n1711846959,4\n")
    let differences = try WindowedSequenceRecordReader(base, longestGap: 60_000_000_000).transformed(
      by: Difference(columns: ["0"]))
    #expect(try read(differences, 0).values == [1, 2])
    #expect(try read(differences, 1).values == [59, 4])
    let cached = try CachedSequenceRecordReader(base, cache: directory.path("cache"))
    let ofCache = try WindowedSequenceRecordReader(cached, longestGap: 60_000_000_000).transformed(
      by: ResampleByTime(nanoseconds: 30_000_000_000, .last))
    #expect(try read(ofCache, 0).values == [0, 2])
    let last = try read(ofCache, 1).values
    // Time counts from the first row of the whole sequence, as it does without resampling.
    #expect(last.map { $0.isNaN ? -1 : $0 } == [90, 3, 120, -1, 150, 4])
  }

  @Test func transformsOfWindowsSeeExactTimestamps() throws {
    var random = SplitMix(state: 23)
    for _ in 0..<100 {
      var time = 1_711_846_800
      let times = (0..<Int.random(in: 3...9, using: &random)).map { _ in
        time += Int.random(in: 0...90, using: &random)
        return time
      }
      let base = try reader("f", times.enumerated().map { "\($1),\($0)\n" }.joined())
      let size = Int.random(in: 2...3, using: &random)
      let windows = try WindowedSequenceRecordReader(base, size: size, stride: 1)
      let differences = try windows.transformed(by: Difference(columns: ["0"]))
      let resampled = try windows.transformed(by: ResampleByTime(nanoseconds: 7_000_000_000, .last))
      for index in 0..<windows.count {
        let own = times[index..<index + size]
        let found = try read(differences, index)
        let expected = zip(own, own.dropFirst()).map { Float($1 - $0) }
        #expect(stride(from: 0, to: found.values.count, by: 2).map { found.values[$0] } == expected)
        let intervals = Set(own.map { $0 / 7 - times[0] / 7 }).sorted()
        let merged = try read(resampled, index)
        let present = (0..<merged.stepCount).filter { !merged.values[2 * $0 + 1].isNaN }
        #expect(present.map { merged.values[2 * $0] } == intervals.map { Float(7 * $0) })
      }
    }
  }

  @Test func aReaderWithoutTimestampsIsRejected() throws {
    let untimed = try reader("f", "1,1\n2,2\n", timed: false)
    #expect(
      message(in: directory) { _ = try WindowedSequenceRecordReader(untimed, longestGap: 1) }
        == "DIR/f.csv: sequences cannot end at gaps: expected a column of timestamps, found none; name it (--time NAME)"
    )
  }
}
