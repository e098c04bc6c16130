import CSV
import Sequences
import TestSupport
import Testing

/// Whole numbers that Float cannot hold, found while everything is read.
@Suite struct PrecisionWatchTests {
  private let directory = TestDirectory()

  private func reader(_ texts: [String], policy: ErrorPolicy = .raise) throws -> CSVSequenceRecordReader {
    for (index, text) in texts.enumerated() { directory.write(text, to: "p_\(index).csv") }
    return try CSVSequenceRecordReader(
      NumberedFileInputSplit(directory.path("p_%d.csv"), 0...texts.count - 1), policy: policy)
  }

  /// Reads all sequences in some order and returns the losses found.
  private func losses(_ watch: PrecisionWatch, order: [Int]) throws -> [PrecisionLoss] {
    func read(_ reader: some SequenceRecordReader) throws {
      var (cursor, record) = (try reader.makeCursor(), SequenceRecord())
      for index in order { try cursor.read(index, into: &record) }
    }
    try read(watch.reader)
    return try watch.losses()
  }

  /// Wherever the number is, in a few sequences or many, it is found before the work or during it, once.
  @Test func oneNumberInAnySequenceIsFound() throws {
    var random = SplitMix(state: 5)
    for count in [1, 2, 15, 16, 17, 40, 100] {
      let place = Int.random(in: 0..<count, using: &random)
      let column = Int.random(in: 0..<3, using: &random)
      let texts = (0..<count).map { index in
        (0..<20).map { row in
          (0..<3).map { index == place && row == 17 && $0 == column ? "16777217" : "\($0 * row)" }
            .joined(separator: ",") + "\n"
        }.joined()
      }
      let all = try reader(texts)
      let early = try all.precisionLosses()
      let watch = PrecisionWatch(all, reported: early)
      let late = try losses(watch, order: Array(0..<count).shuffled(using: &random))
      #expect((early + late).map(\.column) == ["\(column)"], "\(count) sequences, number \(place)")
      #expect((early + late).first?.first.line == 18)
      #expect((early + late).first?.first.path == directory.path("p_\(place).csv"))
    }
  }

  /// A counter that passes 2^24 after all rows that a sample has.
  @Test func aLateCounterIsNamedWithTwoValues() throws {
    let counter = (0..<300_000).map { "\(16_777_216 - 299_000 + $0)\n" }.joined()
    let all = try reader([counter])
    #expect(try all.precisionLosses().isEmpty)
    let found = try losses(PrecisionWatch(all), order: [0])
    #expect(
      found.map { "\($0)".replacing(directory.path, with: "DIR") } == [
        "DIR/p_0.csv:299001:1: column \"0\": 16777216 and 16777217 (line 299002) are the same number in Float precision: "
          + "16777216; subtract an offset before rounding (--offset 0=first), or read timestamps as such (--time 0=unix)"
      ])
  }

  /// Rows that are read as ranges or as a stream are seen too; what nobody reads is not.
  @Test func everyWayToReadIsWatched() throws {
    let texts = ["1\n2\n", "3\n16777217\n", "4\n"]
    func watch() throws -> PrecisionWatch { PrecisionWatch(try reader(texts)) }
    #expect(try losses(watch(), order: [0, 2]).isEmpty)
    let streamed = try watch()
    var (stream, rows) = (try streamed.reader.makeRowStream(), SequenceRecord())
    try stream.begin(1)
    while try stream.read(upTo: 1, into: &rows) > 0 {}
    #expect(try streamed.losses().count == 1)
    let cut = try watch()
    if var ranges = try cut.reader.makeRowRangeCursor() {
      try ranges.read(1, rows: 1..<2, into: &rows)
      #expect(try cut.losses().count == 1)
    }
  }

  /// Exact numbers are no loss, nor are values that are not numbers; a column that is known is not named again.
  @Test func othersAreNotNamed() throws {
    for text in ["16777216\n16777218\n33554432\n", "1e30\n0.5\n", "50000000.25\n3\n"] {
      #expect(try losses(PrecisionWatch(reader([text])), order: [0]).isEmpty, "\(text)")
    }
    let all = try reader(["16777217,16777217\n"])
    let both = try losses(PrecisionWatch(all), order: [0])
    #expect(both.map(\.column) == ["0", "1"])
    #expect(try losses(PrecisionWatch(all, reported: [both[1]]), order: [0]).map(\.column) == ["0"])
    #expect(try losses(PrecisionWatch(all, reported: both), order: [0]).isEmpty)
  }

  /// Of many sequences with large numbers, the same ones are read again, whatever the order.
  @Test func theOrderOfReadingDoesNotMatter() throws {
    var random = SplitMix(state: 6)
    let texts = (0..<60).map { "5\n\(16_777_217 + 2 * $0)\n" }
    let first = try losses(PrecisionWatch(reader(texts)), order: Array(0..<60))
    #expect(first.count == 1)
    for _ in 0..<5 {
      let order = Array(0..<60).shuffled(using: &random)
      #expect(try losses(PrecisionWatch(reader(texts)), order: order) == first)
    }
  }
}
