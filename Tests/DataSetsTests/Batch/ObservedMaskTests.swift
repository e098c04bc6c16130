import DataSets
import Sequences
import Tensors
import Testing

@Suite struct ObservedMaskTests {
  private func data() throws -> TransformedSequenceRecordReader {
    let nan = Float.nan
    return try CollectionSequenceRecordReader([[[1, nan], [2, 5]], [[nan, 3], [4, 4], [nan, 6]]])
      .transformed(by: FillMissing(.constant(9)))
  }

  /// Returns true if a value of `data()` was there: example, column, step.
  private func observed(_ n: Int, _ c: Int, _ t: Int) -> Bool {
    ![[0, 1, 0], [1, 0, 0], [1, 0, 2]].contains([n, c, t])
  }

  @Test func batchesRecordFilledValues() throws {
    for alignment in [Alignment.start, .end] {
      // Labels of three steps: features of two are shifted by one if all end together.
      let labels = try CollectionSequenceRecordReader([[[Float]]](repeating: [[0], [0], [0]], count: 2))
      let batch = try SequenceBatches(
        features: data(), labels: .reader(labels, .values), alignment: alignment
      ).batch(epoch: 0, index: 0)
      let shift = alignment == .end ? 1 : 0
      for n in 0..<2 {
        for c in 0..<2 {
          for t in 0..<3 {
            #expect(batch.observedMask[n, c, t] == observed(n, c, n == 0 ? t - shift : t))
          }
        }
      }
      #expect(batch.observedMask.missingCount == 3)
      #expect(batch.steps(1..<2).observedMask.missingCount == (alignment == .end ? 1 : 0))
      #expect(batch.examples([1, 1]).observedMask.missingCount == 4)
      #expect(
        DataSet.merging([batch, batch.steps(0..<1)]).observedMask.missingCount == (alignment == .end ? 4 : 5))
    }
  }

  @Test func labelColumnsAreNotFeatures() throws {
    let batch = try SequenceBatches(
      features: data(), labels: .columns([0], .values), alignment: .start
    ).batch(epoch: 0, index: 0)
    #expect(
      batch.observedMask
        == DataSet.ObservedMask(rows: 2, columns: 1, steps: 3) { n, _, t in observed(n, 1, t) })
  }

  @Test func filledValuesAreNotCounted() throws {
    let batch = try SequenceBatches(features: data(), alignment: .start).batch(epoch: 0, index: 0)
    var whole = ColumnStatistics(columns: 2)
    whole.add(batch.features, mask: batch.featuresMask, observed: batch.observedMask)
    #expect(whole.counts == [3, 4])
    #expect(whole.count == 4)
    #expect(abs(whole.mean[0] - 7.0 / 3) < 1e-12 && abs(whole.mean[1] - 4.5) < 1e-12)
    #expect(abs(whole.standardDeviation[1] - 1.25.squareRoot()) < 1e-12)
    #expect(whole.maximum == [4, 6])
    var halves = ColumnStatistics(columns: 2)
    for row in 0..<2 {
      let half = batch.examples([row])
      halves.add(half.features, mask: half.featuresMask, observed: half.observedMask)
    }
    #expect(halves.counts == whole.counts)
    for column in 0..<2 {
      #expect(abs(halves.mean[column] - whole.mean[column]) < 1e-12)
      #expect(abs(halves.m2[column] - whole.m2[column]) < 1e-12)
    }
  }
}
