import CSV
import FoundationEssentials
import Sequences
import TestSupport
import Testing

/// What pandas makes of series, written by `Fixtures/golden/make_time_golden.py`.
private struct Golden: Decodable {
  struct Intervals: Decodable {
    var nanoseconds: Int
    var side: String
    var times: [Int]
    var figures: [String: [Double?]]
  }
  struct Group: Decodable {
    var fills: [String: [Double?]]
    var lags: [[Double?]]
    var differences: [String: [String: [Double?]]]
    var byRows: [String: [Double?]]
    var byTime: [Intervals]
  }
  struct Case: Decodable {
    var name: String
    var text: String
    var groups: [Group]
  }

  var cases: [Case]

  static func read() throws -> Golden {
    let file = URL(filePath: Repository.fixture("golden/time.json"))
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }
}

/// Fills, lags, differences and resampling of groups, over daylight saving in both directions, as pandas makes them.
@Suite struct TimeGoldenTests {
  private let directory = TestDirectory()

  private func reader(
    _ text: String, from origin: TimestampEncoding.Origin
  ) throws -> CSVGroupedSequenceRecordReader {
    var columns = CSVColumns()
    columns.encodings["time"] = .time(TimestampEncoding(.iso8601, from: origin))
    return try CSVGroupedSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: directory.write(text, to: "g.csv"), key: "g")]),
      groupBy: .column("key"), header: .present, missingValues: .nan, columns: columns)
  }

  /// The columns of sequence `index`.
  private func columns(
    _ base: some SequenceRecordReader, _ index: Int, _ transforms: any SequenceTransform...
  ) throws -> [[Float]] {
    var (cursor, record) = (
      try base.transformed(by: TransformPipeline(transforms)).makeCursor(), SequenceRecord()
    )
    try cursor.read(index, into: &record)
    return (0..<record.columnCount).map { column in
      (0..<record.stepCount).map { record.values[$0 * record.columnCount + column] }
    }
  }

  private func expect(_ found: [Float], _ expected: [Double?], _ name: String) {
    let isSame =
      found.count == expected.count
      && zip(found, expected).allSatisfy { own, other in
        guard let other else { return own.isNaN }
        return (Double(own) - other).magnitude <= 2e-6 * max(1, other.magnitude)
      }
    #expect(isSame, "\(name): \(found), pandas: \(expected)")
  }

  @Test(arguments: TimestampEncoding.Origin.allCases)
  func seriesBecomeTheSame(_ origin: TimestampEncoding.Origin) throws {
    for golden in try Golden.read().cases {
      let reader = try reader(golden.text, from: origin)
      #expect(reader.count == golden.groups.count)
      for (index, group) in golden.groups.enumerated() {
        let name = "\(golden.name), group \(index)"
        for (rule, fill) in [
          ("forward", .forward(first: -1)), ("constant", .constant(7)), ("linear", .linear), ("mean", .mean),
        ] as [(String, FillMissing.Rule)] {
          let pipeline = try TransformPipeline(FillMissing(fill, columns: ["value"])).fitted(on: reader)
          let found = try columns(reader, index, pipeline.transforms[0])
          expect(found[1], group.fills[rule] ?? [], "\(name), fill \(rule)")
        }
        let lags = try columns(reader, index, LagFeatures(2, columns: ["value"]))
        for back in 0...2 { expect(lags[1 + back], group.lags[back], "\(name), lag \(back)") }
        for (lag, expected) in group.differences {
          let found = try columns(reader, index, Difference(lag: Int(lag) ?? 0))
          expect(found[0], expected["time"] ?? [], "\(name), lag \(lag)")
          expect(found[1], expected["value"] ?? [], "\(name), lag \(lag)")
        }
        for figure in Resample.Figure.allCases {
          let found = try columns(reader, index, Resample(every: 4, figure, columns: ["value"]))
          expect(found[1], group.byRows[figure.rawValue] ?? [], "\(name), \(figure) of 4 rows")
        }
        #expect(!group.byTime.isEmpty)
        for intervals in group.byTime {
          let stamp = try #require(ResampleByTime.Stamp(rawValue: intervals.side))
          let start = origin == .epoch ? 0 : intervals.times[0]
          let times = intervals.times.map { Double($0 - start) / 1e9 }
          let steps = zip(intervals.times.dropFirst(), intervals.times).map { Double($0 - $1) / 1e9 }
          for figure in Resample.Figure.allCases {
            let resample = ResampleByTime(nanoseconds: intervals.nanoseconds, figure, stamp: stamp)
            let found = try columns(reader, index, resample)
            let what = "\(name), \(figure) of \(intervals.nanoseconds) ns, \(stamp)"
            expect(found[0], times, what)
            expect(found[1], intervals.figures[figure.rawValue] ?? [], what)
            if times.count > 1 {
              #expect(
                try columns(reader, index, resample, Difference(columns: ["time"]))[0]
                  == steps.map { Float($0) }, "\(what)")
            }
          }
        }
      }
    }
  }
}
