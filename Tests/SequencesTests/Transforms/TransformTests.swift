import FoundationEssentials
import Sequences
import TestSupport
import Testing

/// The square of every value: a user's own transform.
private struct Square: CellwiseTransform {
  static let kind = "square"
  var columns: [String]?
  var summary: String { "square" }
  var domain: String { "a number" }
  func value(of value: Float) -> Float? { value * value }
}

private func data(_ rows: [[Float]], _ columns: [String]? = nil) throws -> CollectionSequenceRecordReader {
  try CollectionSequenceRecordReader([rows], columns: columns, name: "d")
}

private func apply(_ pipeline: TransformPipeline, _ rows: [[Float]], _ columns: [String]? = nil) throws
  -> SequenceRecord
{
  var cursor = try data(rows, columns).transformed(by: pipeline).makeCursor()
  var record = SequenceRecord()
  try cursor.read(0, into: &record)
  return record
}

@Suite struct TransformTests {
  @Test func columnsAreSelectedByName() throws {
    let reader = try data([[1, 2, 3], [4, 5, 6]], ["a", "b", "c"])
    #expect(try reader.transformed(by: SelectColumns(.keep(["c", "a"]))).columns == ["c", "a"])
    #expect(
      try apply(.init(SelectColumns(.keep(["c", "a"]))), [[1, 2, 3], [4, 5, 6]], ["a", "b", "c"]).values == [
        3, 1, 6, 4,
      ])
    #expect(try apply(.init(SelectColumns(.drop(["b"]))), [[1, 2, 3]], ["a", "b", "c"]).values == [1, 3])
    #expect(try reader.transformed(by: SelectColumns(.rename(["a": "z"]))).columns == ["z", "b", "c"])
    #expect(
      message { _ = try data([[1, 2]], ["load", "price"]).transformed(by: SelectColumns(.keep(["laod"]))) }
        == "d[0]: there is no column \"laod\" among 2; name columns as the data does; did you mean \"load\"?")
  }

  @Test(arguments: 1...3, 1...6) func differencesAndLagsFollowTheirDefinitions(lag: Int, steps: Int) throws {
    let x = (0..<steps).map { Float($0 * $0 + 1) }
    let rows = x.map { [$0, -$0] }
    func change(_ t: Int) -> Float { x[t] - x[t - lag] }
    let filled = try apply(.init(Difference(lag: lag, firstRows: .fill(0), columns: ["0"])), rows)
    var expected: [Float] = []
    for t in 0..<steps { expected += [t < lag ? 0 : change(t), -x[t]] }
    #expect(filled.values == expected)
    let lags = try apply(.init(LagFeatures(lag, firstRows: .fill(7), columns: ["1"])), rows)
    var naive: [Float] = []
    for t in 0..<steps {
      naive += [x[t], -x[t]]
      for back in 1...lag { naive.append(t < back ? 7 : -x[t - back]) }
    }
    #expect(lags.values == naive)
    guard steps > lag else {
      #expect(
        message { _ = try apply(.init(Difference(lag: lag)), rows) }
          == "d[0]: the sequence is too short for a difference of lag \(lag): expected at least \(lag + 1) rows, found "
          + "\(steps); leave the sequence out, or keep its first rows")
      return
    }
    let dropped = try apply(.init(Difference(lag: lag)), rows)
    expected = []
    for t in lag..<steps { expected += [change(t), -change(t)] }
    #expect(dropped.values == expected)
    #expect(dropped.lines == lag + 1...steps)
    let rest = Array(naive[(lag * (2 + lag))...])
    #expect(try apply(.init(LagFeatures(lag, columns: ["1"])), rows).values == rest)
    let names = ["0", "1"] + (1...lag).map { back in "1-\(back)" }
    #expect(try data(rows).transformed(by: LagFeatures(lag, columns: ["1"])).columns == names)
  }

  @Test(arguments: Resample.Figure.allCases, 1...7) func resamplingMakesGroups(
    figure: Resample.Figure, steps: Int
  ) throws {
    let x = (0..<steps).map { Float(($0 * 5) % 7) }
    for every in 1...4 {
      for remainder in Resample.Remainder.allCases {
        let pipeline = TransformPipeline(Resample(every: every, figure, remainder: remainder))
        var naive: [Float] = []
        for start in stride(from: 0, to: steps, by: every) {
          let group = x[start..<min(steps, start + every)]
          if group.count < every && remainder != .keep { continue }
          let sum = group.reduce(0, +)
          switch figure {
          case .mean: naive.append(sum / Float(group.count))
          case .first: naive.append(x[start])
          case .mode:
            let counts = group.map { value in group.count { $0 == value } }
            naive.append(group[start + (counts.firstIndex(of: counts.max() ?? 0) ?? 0)])
          case .last: naive.append(x[start + group.count - 1])
          case .minimum: naive.append(group.sorted()[0])
          case .maximum: naive.append(group.sorted()[group.count - 1])
          case .sum: naive.append(sum)
          }
        }
        let rejects = naive.isEmpty || remainder == .refuse && steps % every != 0
        let found = try? apply(pipeline, x.map { [$0] }).values
        #expect(found == (rejects ? nil : naive))
        #expect(try data(x.map { [$0] }).transformed(by: pipeline).stepCount(of: 0) == naive.count)
      }
    }
  }

  @Test func valuesAreMappedOrRejectedWithTheirLocation() throws {
    let values: [Float] = [4, 9]
    let rows = values.map { [$0] }
    #expect(try apply(.init(MapValues(.scale(2, offset: 1))), rows).values == [9, 19])
    #expect(try apply(.init(MapValues(.squareRoot)), rows).values == [2, 3])
    #expect(try apply(.init(MapValues(.power(2)), Clip(0...50)), rows).values == [16, 50])
    #expect(try apply(.init(Logarithm(), MapValues(.exponential)), [[1]]).values == [1])
    #expect(try apply(.init(Logarithm(.onePlus)), [[0]]).values == [0])
    // Through a difference that drops a row, the location is still that in the data.
    #expect(
      message { _ = try apply(.init(Difference(), Logarithm()), [[1], [2], [2]]) }
        == "d[0]:3: column \"0\": log x: expected a number above 0, found 0.0; correct the data, or clip it first"
    )
  }

  @Test func missingValuesAreFilledAndRemembered() throws {
    let nan = Float.nan
    let rows = [[nan], [2], [nan], [nan], [8], [nan]] as [[Float]]
    func fill(_ rule: FillMissing.Rule) throws -> [Float] { try apply(.init(FillMissing(rule)), rows).values }
    #expect(try fill(.constant(0)) == [0, 2, 0, 0, 8, 0])
    #expect(try fill(.forward(first: -1)) == [-1, 2, 2, 2, 8, 8])
    #expect(try fill(.linear) == [2, 2, 4, 6, 8, 8])
    #expect(try apply(.init(FillMissing(.linear)), rows).missingCells == [0, 2, 3, 5])
    #expect(
      message { _ = try fill(.refuse) }
        == "d[0]:1: column \"0\": expected a number, found a missing value; fill it, or leave the sequence out"
    )
    let mean = try TransformPipeline(FillMissing(.mean)).fitted(on: data(rows))
    #expect(try apply(mean, rows).values == [5, 2, 5, 5, 8, 5])
    // A difference is missing if either value is, a group if all are, and a lag if the repeated value is.
    #expect(try apply(.init(FillMissing(.linear), Difference()), rows).missingCells == [0, 1, 2, 3, 4])
    #expect(try apply(.init(FillMissing(.linear), Resample(every: 2)), rows).missingCells == [1])
    #expect(try apply(.init(FillMissing(.linear), LagFeatures(1)), rows).missingCells == [1, 2, 4, 5, 7, 8])
    #expect(try apply(.init(Resample(every: 2)), rows).values[0] == 2)
  }

  @Test func pipelinesAreSaved() throws {
    let pipeline = TransformPipeline(
      SelectColumns(.drop(["b"])), Square(), MapValues(.power(0.5), columns: ["a"]),
      Difference(lag: 2, firstRows: .fill(0)),
      Logarithm(.onePlus), Resample(every: 3, .sum), LagFeatures(2), Clip(-1...1),
      FillMissing(.forward(first: 3)))
    let bytes = try JSONEncoder().encode(pipeline)
    let decoder = JSONDecoder()
    #expect(throws: UnknownTransform.self) { try decoder.decode(TransformPipeline.self, from: bytes) }
    decoder.userInfo[.transformTypes] = [Square.self] as [any SequenceTransform.Type]
    #expect(try decoder.decode(TransformPipeline.self, from: bytes) == pipeline)
    #expect(pipeline != TransformPipeline(Square()))
  }

  @Test func signaturesDistinguishPipelines() throws {
    let reader = try data([[1], [2]])
    let one = try reader.transformed(by: Difference(firstRows: .fill(0))).signature
    #expect(
      try reader.transformed(by: Clip(0...1)).signature.firstDifference(from: one)
        == "the transforms was difference of lag 1, first rows fill (0.0), is clip to 0.0...1.0")
  }
}
