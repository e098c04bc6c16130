import DataSets
import Sequences
import Tensors
import TestSupport
import Testing

/// Adds a NaN, declared as missing, at step 1 of the first column.
private struct Hole: SequenceTransform {
  static let kind = "hole"
  var summary: String { "hole" }
  func outputColumns(_ columns: [String]) -> [String] { columns }
  func apply(_ record: inout SequenceRecord, columns: [String]) {
    record.values[record.columnCount] = .nan
    record.missingCells = [record.columnCount]
  }
  func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] { [cell] }
}

/// A value that transforms leave missing is an error, unless it is declared as missing.
@Suite struct MissingAfterTransformsTests {
  private func reader(_ transforms: any SequenceTransform...) throws -> any SequenceRecordReader {
    let nan = Float.nan
    let base = try CollectionSequenceRecordReader(
      [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, nan, 0], [4, 5, 6], [7, 8, nan]]], columns: ["x", "y", "z"],
      name: "d")
    return transforms.isEmpty ? base : try base.transformed(by: TransformPipeline(transforms))
  }

  private func message(_ column: String) -> String {
    "column \"\(column)\" is a missing value after all transforms: expected a number; fill it (--transform fill), or leave "
      + "the sequence out"
  }

  @Test func remainingMissingValuesAreNamed() throws {
    let some = try reader(FillMissing(.constant(0), columns: ["z"]))
    expectMessage("d[1]:1: \(message("y"))") {
      _ = try SequenceBatches(features: some).batch(epoch: 0, index: 0)
    }
    var lanes = try LaneDataSetIterator(SequenceBatches(features: some), lanes: 1, steps: 2)
    _ = try lanes.next()
    expectMessage("d[1]:1: \(message("y"))") { while try lanes.next() != nil {} }
    // Labels are not features, and must be numbers in any case.
    let labelled = try reader(FillMissing(.constant(0), columns: ["y"]))
    expectMessage(
      "d[1]:3: column \"z\" is a missing value after all transforms: expected a number; fill it by its name, since it "
        + "holds labels (--transform fill:rule=forward,columns=z), or leave the sequence out"
    ) {
      _ = try SequenceBatches(features: labelled, labels: .columns([2], .values)).batch(epoch: 0, index: 0)
    }
    let skipping = try SequenceBatches(features: some, policy: ErrorPolicy(.skipSequence)).batch(
      epoch: 0, index: 0)
    #expect(skipping.exampleCount == 1 && skipping.ledger.entries.map(\.fault) == [.missingValue])
    // Without transforms, NaN stays if the reader was asked for it.
    #expect(try SequenceBatches(features: reader()).batch(epoch: 0, index: 0).features[1, 1, 0].isNaN)
  }

  @Test func declaredMissingValuesMayStay() throws {
    let batch = try SequenceBatches(features: reader(FillMissing(.constant(0)), Hole())).batch(
      epoch: 0, index: 0)
    #expect(batch.features[0, 0, 1].isNaN && batch.features[1, 0, 1].isNaN)
    #expect(
      batch.observedMask
        == DataSet.ObservedMask(rows: 2, columns: 3, steps: 3) { n, c, t in
          !(c == 0 && t == 1 || n == 1 && (c == 1 && t == 0 || c == 2 && t == 2))
        })
  }
}
