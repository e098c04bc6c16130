import DataSets
import Sequences
import Tensors
import Testing

struct PiecesTests {
  /// A batch of 3 examples whose elements and masks show their index.
  private func batch(steps t: Int, order: Tensor.StorageOrder) -> DataSet {
    let n = 3
    var features = Tensor(shape: [n, 2, t], order: order)
    var labels = Tensor(shape: [n, 1, t], order: order)
    for example in 0..<n {
      for step in 0..<t {
        for column in 0..<2 { features[example, column, step] = Float(100 * example + 10 * step + column) }
        labels[example, 0, step] = Float(100 * example + 10 * step + 5)
      }
    }
    let metadata = (0..<n).map {
      DataSet.ExampleMetadata(
        index: $0, features: SequenceRecord.Source(path: "\($0).csv", key: "\($0)"), featureLines: 1...t)
    }
    return DataSet(
      features: features, labels: labels, featuresMask: Mask(rows: n, steps: t) { $1 <= $0 },
      labelsMask: Mask(rows: n, steps: t) { ($0 + $1).isMultiple(of: 2) }, metadata: metadata)
  }

  @Test(arguments: Tensor.StorageOrder.allCases)
  func everyStepIsInOnePieceWithItsMasks(order: Tensor.StorageOrder) throws {
    for t in 1...6 {
      let batch = batch(steps: t, order: order)
      for length in 1...7 {
        let pieces = batch.pieces(of: length)
        #expect(pieces.count == (t + length - 1) / length)
        #expect(pieces.reduce(0) { $0 + $1.stepCount } == t)
        for (number, piece) in pieces.enumerated() {
          let labels = try #require(piece.labels)
          #expect(piece.features.order == order && labels.order == order)
          #expect(piece.metadata == batch.metadata)
          for example in 0..<3 {
            for step in 0..<piece.stepCount {
              let whole = number * length + step
              for column in 0..<2 {
                #expect(piece.features[example, column, step] == Float(100 * example + 10 * whole + column))
              }
              #expect(labels[example, 0, step] == Float(100 * example + 10 * whole + 5))
              #expect(piece.featuresMask[example, step] == batch.featuresMask[example, whole])
              #expect(piece.labelsMask[example, step] == batch.labelsMask[example, whole])
              #expect(piece.seriesStarts[example, step] == (whole == 0))
            }
          }
        }
      }
    }
  }

  @Test func noLengthGivesTheBatchItself() {
    let batch = batch(steps: 5, order: .c)
    #expect(batch.pieces(of: nil) == [batch])
    #expect(batch.pieces(of: 5) == [batch])
    #expect(batch.pieces(of: 99) == [batch])
  }

  @Test func startsInsideABatchStayWhereTheyAre() {
    var lanes = batch(steps: 5, order: .timeMajor)
    lanes.seriesStarts = Mask(rows: 3, steps: 5) { $0 == 1 && $1 == 3 }
    let pieces = lanes.pieces(of: 2)
    #expect(pieces.map(\.seriesStarts.count) == [0, 1, 0])
    #expect(pieces[1].seriesStarts[1, 1])
  }

  @Test func aBatchWithoutLabelsIsCutToo() {
    let pieces = DataSet(features: Tensor(shape: [1, 1, 3])).pieces(of: 2)
    #expect(pieces.map(\.labels) == [nil, nil])
    #expect(pieces.map(\.labelsMask.count) == [0, 0])
  }
}
