import FoundationEssentials
import Sequences
import Testing

/// The examples from which the means that fill missing values were computed.
@Suite struct TransformLineageTests {
  private func reader(_ values: [[Float]], name: String = "d") throws -> CollectionSequenceRecordReader {
    try CollectionSequenceRecordReader(
      values.map { SequenceRecord(values: $0, columnCount: 1) }, name: name)
  }

  private func marks(_ reader: some SequenceRecordReader) throws -> [Bool] {
    var cursor = try reader.makeCursor()
    var record = SequenceRecord()
    return try (0..<reader.count).map { index in
      try cursor.read(index, into: &record)
      return record.isFittedExample
    }
  }

  @Test func fittedTransformsRememberTheirSequences() throws {
    let training = try reader([[1, .nan], [3], [5, 7]])
    let other = try reader([[1, .nan], [4], [5, 7], [.nan]])
    // The second mean sees the output of the first, and remembers the same sequences, as they were before
    // both.
    for pipeline in [
      TransformPipeline(FillMissing(.mean)),
      TransformPipeline(Difference(firstRows: .fill(0)), FillMissing(.mean)),
      TransformPipeline(FillMissing(.mean), FillMissing(.mean)),
    ] {
      let fitted = try pipeline.fitted(on: training)
      #expect(fitted.lineage.count == 3)
      #expect(try marks(training.transformed(by: fitted)) == [true, true, true])
      #expect(try marks(other.transformed(by: fitted)) == [true, false, true, false])
      #expect(
        try marks(other.transformed(by: fitted).transformed(by: Clip(0...1))) == [true, false, true, false])
      #expect(try marks(reader([[1, .nan]], name: "e").transformed(by: fitted)) == [false])
      let read = try JSONDecoder().decode(TransformPipeline.self, from: JSONEncoder().encode(fitted))
      #expect(read == fitted && read.lineage == fitted.lineage && read.summary == fitted.summary)
    }
    #expect(TransformPipeline(FillMissing(.constant(0))).lineage.isEmpty)
    #expect(try TransformPipeline(FillMissing(.linear)).fitted(on: training).lineage.isEmpty)
  }

  /// Rows that are streamed a few at a time still belong to the sequence.
  @Test func slicesKeepTheMark() throws {
    let training = try reader([[1, 2, 3]])
    let fitted = try training.transformed(by: TransformPipeline(FillMissing(.mean)).fitted(on: training))
    var cursor = try fitted.makeRowStream()
    var rows = SequenceRecord()
    try cursor.begin(0)
    #expect(try cursor.read(upTo: 2, into: &rows) == 2)
    #expect(rows.isFittedExample)
  }

  @Test func olderMeansHaveNoLineage() throws {
    let training = try reader([[1, .nan], [3]])
    let fitted = try TransformPipeline(FillMissing(.mean)).fitted(on: training)
    let text = String(decoding: try JSONEncoder().encode(fitted), as: UTF8.self)
    let lineage = try #require(text.firstRange(of: "\"lineage\":\""))
    let end = try #require(text[lineage.upperBound...].firstIndex(of: "\""))
    var old = text
    old.replaceSubrange(lineage.lowerBound...end, with: "\"more\":0")
    let read = try JSONDecoder().decode(TransformPipeline.self, from: Data(old.utf8))
    #expect(read.isFitted && read.lineage.isEmpty && read == fitted)
    #expect(try marks(training.transformed(by: read)) == [false, false])
  }
}
