import CSV
import Sequences
import TestSupport
import Testing

@testable import Sequences

/// Transforms see whole sequences, and windows are cut from the result.
@Suite struct TransformedWindowTests {
  private let pipeline = TransformPipeline(
    FillMissing(.linear), Difference(lag: 2, firstRows: .fill(9), columns: ["1"]),
    LagFeatures(1, columns: ["0"]))

  private func record(_ reader: some SequenceRecordReader, _ index: Int) throws -> SequenceRecord {
    var cursor = try reader.makeCursor()
    var record = SequenceRecord()
    try cursor.read(index, into: &record)
    return record
  }

  @Test(arguments: WindowTail.allCases) func windowsAreSlicesOfTransformedSequences(_ tail: WindowTail) throws
  {
    let directory = TestDirectory()
    directory.writeSeries(9, seed: 5)
    let whole = try directory.series(9).transformed(by: pipeline)
    let sequences = (0..<9).compactMap { try? record(whole, $0) }
    for size in 1...4 {
      for stride in 1...4 {
        guard
          let windows = try? WindowedSequenceRecordReader(
            SubsetSequenceRecordReader(whole, Array(0..<9)), size: size, stride: stride, tail: tail)
        else { continue }
        #expect(windows.columns == ["0", "1", "0-1"])
        for number in 0..<windows.count {
          let (sequence, steps) = windows.location(of: number)
          guard let all = try? record(whole, sequence) else {
            #expect(throws: RecordError.self) { try record(windows, number) }
            continue
          }
          var expected = SequenceRecord()
          expected.take(steps, of: all)
          #expect(try record(windows, number) == expected)
          #expect(windows.position(of: number, row: 0, column: 2).column == 1)
        }
      }
    }
    #expect(sequences.contains { !$0.missingCells.isEmpty })
  }

  @Test func wrappersOfATransformedReaderForwardItsTransforms() throws {
    let base = try CollectionSequenceRecordReader([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
    let transformed = try base.transformed(by: pipeline)
    let twice = try transformed.transformed(by: Clip(0...5))
    let readers: [any SequenceRecordReader] = [
      transformed, transformed.choosing([1]),
      try CachedSequenceRecordReader(temporarilyCaching: transformed),
      try WindowedSequenceRecordReader(transformed, size: 1),
      try WindowedSequenceRecordReader(
        SubsetSequenceRecordReader(CachedSequenceRecordReader(temporarilyCaching: transformed), [0]), size: 1),
    ]
    for reader in readers {
      let applied = reader.schema
      #expect(applied.columnsRead == ["0", "1"])
      #expect(applied.transforms == pipeline)
      #expect(reader.schema.changes(ofColumn: 2) == pipeline.transforms.map(\.summary))
    }
    #expect(base.schema.transforms == nil)
    #expect(
      twice.schema.transforms
        == TransformPipeline(pipeline.transforms + [Clip(0...5)]))
    let other = try base.transformed(by: Clip(0...1))
    #expect(
      try WindowedSequenceRecordReader(other, size: 1).signature.firstDifference(
        from: WindowedSequenceRecordReader(transformed, size: 1).signature)?.hasPrefix("the transforms was ")
        ?? false)
  }

  @Test func filesAreReadOnceForAllWindows() throws {
    let directory = TestDirectory()
    directory.writeSeries(9)
    let windows = try WindowedSequenceRecordReader(
      directory.series(9).transformed(by: FillMissing(.constant(1)), Resample(every: 2)), size: 1)
    let before = try everything(windows)
    let sources = (0..<windows.count).map { windows.source(of: $0) }
    for number in 0..<9 { directory.write("", to: "x_\(number).csv") }
    #expect(try everything(windows) == before)
    #expect((0..<windows.count).map { windows.source(of: $0) } == sources)
    // Row 1 is the mean of rows 2 and 3, the last of which has this line.
    #expect(windows.count > 9 && sources.contains { $0.key == "0@1" && $0.firstLine == 3 })
  }

  /// Returns true if cutting windows out of `reader` would copy it first.
  private func isCopied(_ reader: some SequenceRecordReader) throws -> Bool {
    if case .copy = try WindowSource(reader) { true } else { false }
  }

  @Test func aPartOfACacheIsNotCopiedAgain() throws {
    let directory = TestDirectory()
    directory.write("7\n", to: "x_0.csv")
    directory.write("1\n\"x\ny\"\n2\n3\n", to: "x_1.csv")
    let csv = try CSVSequenceRecordReader(
      NumberedFileInputSplit("\(directory.path)/x_%d.csv", 0...1),
      missingValues: MissingValues(.nan, tokens: ["x\ny"]))
    let cached = try CachedSequenceRecordReader(csv, cache: directory.cache)
    let part = try SubsetSequenceRecordReader(Partition(["all": 1]).part("all", of: cached), [1])
    let cut = SubsetSequenceRecordReader(csv, [1])
    #expect(try isCopied(csv) && isCopied(cut))
    #expect(try !isCopied(cached) && !isCopied(part))
    #expect(part.stepCount(of: 0) == 4)
    #expect(cut.stepCount(of: 0) == nil)
    let windows = try WindowedSequenceRecordReader(part, size: 2, stride: 1)
    let copied = try WindowedSequenceRecordReader(cut, size: 2, stride: 1)
    #expect(try everything(windows) == everything(copied))
    #expect((0..<3).map { windows.source(of: $0) } == (0..<3).map { copied.source(of: $0) })
    #expect((0..<3).map { windows.source(of: $0).firstLine } == [1, 2, 4])
  }

  @Test func cachesKeepMissingCells() throws {
    let nan = Float.nan
    let base = try CollectionSequenceRecordReader([
      [[1, nan], [2, 5]], [[3, 3]], [[nan, 3], [4, 4], [nan, 6]],
    ])
    .transformed(by: FillMissing(.constant(9)))
    let cached = try CachedSequenceRecordReader(temporarilyCaching: base)
    try cached.verify()
    #expect(try (0..<3).map { try record(cached, $0).missingCells } == [[1], [], [0, 4]])
    var (cursor, rows) = (try #require(cached.makeRowRangeCursor()), SequenceRecord())
    try cursor.read(2, rows: 1..<3, into: &rows)
    #expect(rows.missingCells == [2])
  }

  @Test func locationsAccountForSkippedRows() throws {
    let directory = TestDirectory()
    directory.write("1,1\nx,1\n3,1\n\"4\",y\n5,1\n-6,1\n7,1\n", to: "x_0.csv")
    let csv = try CSVSequenceRecordReader(
      NumberedFileInputSplit("\(directory.path)/x_%d.csv", 0...0), policy: ErrorPolicy(.skipRow))
    func location(_ pipeline: TransformPipeline) -> String {
      message(in: directory) { _ = try record(csv.transformed(by: pipeline), 0) }
    }
    let problem = "column \"0\": log x: expected a number above 0, found"
    #expect(
      location(TransformPipeline(Logarithm()))
        == "DIR/x_0.csv:6:1: \(problem) -6.0; correct the data, or clip it first")
    #expect(
      location(TransformPipeline(Difference(columns: ["0"]), Logarithm(columns: ["0"])))
        == "DIR/x_0.csv:6:1: column \"0\": log x of [\"0\"]: expected a number above 0, found -11.0; correct the data, or clip it first"
    )
    let difference = try csv.transformed(by: Difference(columns: ["0"]))
    #expect(try record(difference, 0).skippedRows == [1, 3])
    let steps = try record(difference, 0)
    let rows = (0..<4).map {
      difference.position(of: 0, row: steps.rowOrdinal(ofStep: $0), column: 0).line
    }
    #expect(rows == [3, 5, 6, 7])
    let windows = try WindowedSequenceRecordReader(difference, size: 2, stride: 1)
    #expect((0..<3).map { windows.source(of: $0).firstLine } == [3, 5, 6])
    #expect([4, 5, 6].enumerated().map { windows.position(of: $0, row: $1, column: 0).line } == [5, 6, 7])
  }

  @Test func valuesThatAreNotFiniteAreTheTransformsFault() throws {
    let directory = TestDirectory()
    directory.write("1,2\n3e38,-3e38\n-3e38,4\n,5\n", to: "x_0.csv")
    let csv = try CSVSequenceRecordReader(
      NumberedFileInputSplit("\(directory.path)/x_%d.csv", 0...0), missingValues: .nan)
    #expect(
      message(in: directory) { _ = try record(csv.transformed(by: Clip(-3e38...3e38), Difference()), 0) }
        == "DIR/x_0.csv:3:1: column \"0\": difference of lag 1, first rows drop: expected to become a finite number, found -inf; "
        + "correct the data, or clip it first")
    #expect(
      message(in: directory) { _ = try record(csv.transformed(by: Undefined(isDeclared: false)), 0) }
        == "DIR/x_0.csv:2:1: column \"0\": undefined: expected to become a finite number, found nan; correct the data, or clip it "
        + "first")
    let declared = try record(csv.transformed(by: Undefined(isDeclared: true)), 0)
    #expect(declared.values[2].isNaN && declared.values[6].isNaN && declared.missingCells == [2])
  }
}

/// Row 1 of column 0 becomes NaN, for no reason.
private struct Undefined: SequenceTransform {
  static let kind = "undefined"
  var isDeclared: Bool
  var summary: String { "undefined" }
  func outputColumns(_ columns: [String]) -> [String] { columns }
  func apply(_ record: inout SequenceRecord, columns: [String]) {
    record.values[record.columnCount] = .nan
    if isDeclared { record.missingCells = [record.columnCount] }
  }
  func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] { [cell] }
}
