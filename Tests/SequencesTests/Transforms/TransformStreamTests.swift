import Sequences
import Testing

/// Rows transformed one by one equal those of the whole transformed sequence.
@Suite struct TransformStreamTests {
  private static let nan = Float.nan
  private static let rows: [[Float]] = [
    [1, nan], [nan, 2], [4, 3], [nan, nan], [9, 1], [5, nan], [2, 8], [7, 7],
  ]

  private static let pipelines: [TransformPipeline] = [
    TransformPipeline(FillMissing(.constant(3))),
    TransformPipeline(FillMissing(.forward(first: -1)), Difference(lag: 2)),
    TransformPipeline(
      FillMissing(.forward(first: 2)), Difference(lag: 3, firstRows: .fill(5), columns: ["y"]), Clip(-3...6)),
    TransformPipeline(
      Difference(columns: ["x"]), LagFeatures(2, columns: ["y"]), FillMissing(.constant(0)),
      SelectColumns(.keep(["y-2", "x"])), MapValues(.scale(2, offset: 1))),
    TransformPipeline(
      LagFeatures(3, firstRows: .fill(1)), FillMissing(.constant(2)), Logarithm(), Difference(),
      SelectColumns(.drop(["y", "x-1"])), LagFeatures(1)),
    TransformPipeline(SelectColumns(.rename(["x": "z"])), FillMissing(.forward(first: 0), columns: ["z"])),
  ]

  @Test(arguments: pipelines) func rowsBecomeTheSameAsSequences(_ pipeline: TransformPipeline) throws {
    var stream = try TransformStream(pipeline, columns: ["x", "y"])
    for length in 1...Self.rows.count {
      let rows = Array(Self.rows[..<length])
      let reader = try CollectionSequenceRecordReader([rows], columns: ["x", "y"]).transformed(by: pipeline)
      #expect(reader.columns == stream.columns)
      var cursor = try reader.makeCursor()
      var record = SequenceRecord()
      stream.begin()
      let found = try rows.compactMap { try stream.next($0) }
      do {
        try cursor.read(0, into: &record)
        #expect(found.joined().map(\.bitPattern) == record.values.map(\.bitPattern))
      } catch {
        #expect(found.isEmpty, "too short: \(error)")
      }
    }
  }

  @Test func fittedValuesAreUsed() throws {
    let reader = try CollectionSequenceRecordReader([Self.rows])
    var stream = try TransformStream(
      TransformPipeline(FillMissing(.mean)).fitted(on: reader), columns: reader.columns)
    #expect(try stream.next([.nan, 1]) == [Float(28) / 6, 1])
  }

  @Test func aFaultyRowChangesNothing() throws {
    var stream = try TransformStream(
      TransformPipeline(Difference(), Logarithm()), columns: ["x"])
    #expect(try stream.next([1]) == nil)
    #expect(try stream.next([2]) == [0])
    #expect(throws: TransformFault.self) { try stream.next([2]) }
    #expect(try stream.next([3]) == [0])
  }

  @Test func transformsThatNeedLaterRowsAreRejected() {
    for (pipeline, reason) in [
      (
        TransformPipeline(Clip(0...1), FillMissing(.linear)),
        "it interpolates up to a later row, which has not come yet; fill with the value before (--transform fill:rule=forward)"
      ),
      (TransformPipeline(Resample(every: 4)), "it makes one row of every 4"),
    ] {
      let words = pipeline.transforms[pipeline.transforms.count - 1].summary
      #expect {
        _ = try TransformStream(pipeline, columns: ["x"])
      } throws: {
        "\($0)" == "the transform \"\(words)\" cannot be applied row by row: \(reason)"
      }
    }
  }
}
