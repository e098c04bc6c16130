import DataSets
import Sequences
import Tensors
import Testing

/// When batches are joined and split, every part of an example moves with it.
struct DataSetPartsTests {
  /// Ragged batches, each with its own masks, series starts and metadata.
  private func sample(_ order: Tensor.StorageOrder = .timeMajor) throws -> [DataSet] {
    let features = TestReader(lengths: [3, 1, 4, 1, 5, 2, 2])
    let labels = TestReader(lengths: [1, 1, 2, 6, 1, 2, 1], columns: 3)
    var batches = try allBatches(
      SequenceBatches(
        features: features, labels: .reader(labels, .values), batchSize: 3, alignment: .end,
        storageOrder: order))
    for index in batches.indices {
      batches[index].seriesStarts = Mask(rows: batches[index].exampleCount, steps: batches[index].stepCount) {
        ($0 + $1 + index) % 3 == 0
      }
    }
    return batches
  }

  /// One example with everything that belongs to it, cut off at `steps`.
  private struct Example: Equatable {
    var features: [[Float]]
    var labels: [[Float]]?
    var masks: [[Bool]]
    var metadata: DataSet.ExampleMetadata?

    init(_ batch: DataSet, _ row: Int, steps: Int) {
      func rows(_ tensor: Tensor) -> [[Float]] {
        (0..<tensor.shape[1]).map { c in (0..<steps).map { $0 < batch.stepCount ? tensor[row, c, $0] : 0 } }
      }
      features = rows(batch.features)
      labels = batch.labels.map(rows)
      masks = [batch.featuresMask, batch.labelsMask, batch.seriesStarts].map { mask in
        (0..<steps).map { $0 < batch.stepCount && mask[row, $0] }
      }
      metadata = batch.metadata.isEmpty ? nil : batch.metadata[row]
    }
  }

  private func examples(_ batches: [DataSet], steps: Int = 6) -> [Example] {
    batches.flatMap { batch in (0..<batch.exampleCount).map { Example(batch, $0, steps: steps) } }
  }

  @Test(arguments: Tensor.StorageOrder.allCases) func mergingPadsAtTheEnd(order: Tensor.StorageOrder) throws {
    let sample = try sample(order)
    #expect(sample.map(\.stepCount) == [4, 6, 2])
    let merged = DataSet.merging(sample)
    #expect(merged.features.shape == [7, 2, 6] && merged.labels?.shape == [7, 3, 6])
    #expect(merged.features.order == order)
    #expect(examples([merged]) == examples(sample))
    #expect(merged.metadata.map(\.index) == Array(0..<7))
    #expect(DataSet.merging([sample[1]]) == sample[1])
  }

  @Test func mergingStorageOrdersAndMissingParts() throws {
    let (first, second) = (try sample(.c)[0], try sample(.f)[1])
    #expect(try DataSet.merging([first, second]) == .merging(Array(sample()[..<2])))
    var bare = second
    bare.metadata = []
    #expect(DataSet.merging([first, bare]).metadata == [])
    func unlabelled(_ steps: Int) -> DataSet { DataSet(features: Tensor(shape: [2, 1, steps])) }
    let merged = DataSet.merging([unlabelled(2), unlabelled(2)])
    #expect(merged.labels == nil && merged.labelsMask == .empty(4, 2) && merged.featuresMask.isFull)
    #expect(
      DataSet.merging([unlabelled(1), unlabelled(2)]).featuresMask.rows == [
        [1, 0], [1, 0], [1, 1], [1, 1],
      ])
  }

  @Test(arguments: Tensor.StorageOrder.allCases) func choosingExamples(order: Tensor.StorageOrder) throws {
    let all = DataSet.merging(try sample(order))
    let naive = examples([all])
    for indices in [[3], [6, 0, 3], [1, 1], [], Array(0..<7)] {
      let found = all.examples(indices)
      #expect(examples([found]) == indices.map { naive[$0] })
      #expect(found.stepCount == 6 && found.exampleCount == indices.count && found.features.order == order)
    }
    #expect(all.examples(2..<5) == all.examples([2, 3, 4]))
    #expect(all.examples(0..<7) == all)
  }

  @Test func splitting() throws {
    let all = DataSet.merging(try sample())
    for count in 0...7 {
      let (train, test) = all.split(at: count)
      #expect(train.exampleCount == count && test.exampleCount == 7 - count)
      #expect(DataSet.merging([train, test]) == all)
    }
    for (fraction, count) in [(0, 0), (0.07, 0), (0.08, 1), (0.5, 4), (0.65, 5), (1, 7)] {
      #expect(all.split(fraction: fraction) == all.split(at: count))
    }
  }

  @Test func shufflingMovesAllPartsTogether() throws {
    let all = DataSet.merging(try sample())
    let naive = examples([all])
    var orders: Set<[Int]> = []
    for seed in 0..<20 as Range<UInt64> {
      let shuffled = all.shuffled(seed: seed)
      let order = shuffled.metadata.map(\.index)
      #expect(order.sorted() == Array(0..<7))
      #expect(examples([shuffled]) == order.map { naive[$0] })
      #expect(shuffled == all.shuffled(seed: seed))
      orders.insert(order)
    }
    #expect(orders.count > 15)
  }

  @Test func joinedPiecesAreTheBatch() throws {
    let batch = DataSet.merging(try sample())
    for length in 1...7 {
      let pieces = batch.pieces(of: length)
      #expect(pieces.count == (6 + length - 1) / length)
      for (index, piece) in pieces.enumerated() {
        #expect(piece == batch.steps(index * length..<min(6, (index + 1) * length)))
        for step in 0..<piece.stepCount {
          let from = index * length + step
          for row in 0..<7 {
            #expect(piece.features[row, 1, step] == batch.features[row, 1, from])
            #expect(piece.labels?[row, 2, step] == batch.labels?[row, 2, from])
            #expect(piece.featuresMask[row, step] == batch.featuresMask[row, from])
            #expect(piece.labelsMask[row, step] == batch.labelsMask[row, from])
            #expect(piece.seriesStarts[row, step] == batch.seriesStarts[row, from])
          }
        }
        #expect(piece.metadata == batch.metadata)
      }
    }
    #expect(batch.pieces(of: nil) == [batch])
  }
}
