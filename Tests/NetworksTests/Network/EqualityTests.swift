import DataSets
import Networks
import Platform
import Tensors
import Testing
import Training

/// Results that must be bit-identical in all circumstances.
@Suite struct EqualityTests {
  private func batch(_ n: Int = 6, masks: MaskPattern = .gaps, padding: Float = 0) -> DataSet {
    var random = SplitMix64(seed: 11)
    return randomBatch(
      (n, 3, 5), outputs: 2, loss: .meanSquaredError, masks: masks, padding: padding, using: &random)
  }

  /// However a mask of ones is made, it is the full mask.
  @Test func fullMaskAndMaskOfOnes() throws {
    let full = batch(masks: .full)
    let (n, t) = (full.exampleCount, full.stepCount)
    let odd = Mask(rows: n, steps: t) { ($0 + $1) % 2 == 1 }
    let even = Mask(rows: n, steps: t) { ($0 + $1) % 2 == 0 }
    let ones = [
      Mask.full(n, t), Mask(rows: n, steps: t) { _, _ in true }, odd.union(even),
      Mask(ranges: [Range<Int>](repeating: 0..<t, count: n), stepCount: t),
      Mask(rows: n, steps: t + 1) { _, step in step > 0 }.steps(1..<t + 1),
    ]
    let network = try mixedNetwork()
    let expected = try network.everything(of: full)
    for mask in ones {
      var other = full
      (other.featuresMask, other.labelsMask) = (mask, mask)
      #expect(try network.everything(of: other) == expected)
    }
    var other = full
    other.labelsMask = odd
    #expect(try network.everything(of: other) != expected)
  }

  @Test(arguments: MaskPattern.allCases)
  func poisonedPadding(masks: MaskPattern) throws {
    for loss in ReferenceLoss.allCases {
      let network = try mixedNetwork(loss: loss)
      var results: [[UInt64]] = []
      for padding in [0, Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
        var random = SplitMix64(seed: 12)
        let batch = randomBatch(
          (5, 3, 6), outputs: 2, loss: loss, masks: masks, padding: padding, using: &random)
        results.append(try network.everything(of: batch))
      }
      #expect(results.allSatisfy { $0 == results[0] })
      #expect(results[0].allSatisfy { $0 > UInt64(UInt32.max) || Float(bitPattern: UInt32($0)).isFinite })
    }
  }

  /// Buffers are reused: poison in one batch must not leak into the next one, smaller or larger.
  @Test func poisonDoesNotOutliveItsBatch() throws {
    let network = try mixedNetwork()
    let clean = batch(3, masks: .emptyEnds)
    let expected = try network.everything(of: clean)
    let other = try mixedNetwork()
    var nan = batch(9, masks: .full)
    // So large that the products overflow: infinity, and then NaN.
    for row in 0..<9 { nan.features[row, 0, 0] = 3e38 }
    _ = try other.gradients(nan)
    for row in 0..<9 { nan.features[row, 0, 0] = .nan }
    #expect(throws: NetworkError.self) { try other.gradients(nan) }
    #expect(try other.everything(of: clean) == expected)
  }

  @Test func storageOrders() throws {
    let network = try mixedNetwork()
    let batch = batch(20, padding: .nan)
    let expected = try network.everything(of: batch)
    for features in Tensor.StorageOrder.allCases {
      for labels in Tensor.StorageOrder.allCases {
        var other = batch
        other.features = batch.features.ordered(features)
        other.labels = batch.labels?.ordered(labels)
        #expect(try network.everything(of: other) == expected, "\(features) \(labels)")
      }
    }
  }

  @Test func trainingThreads() throws {
    let batches = [1, 15, 16, 64, 65, 70, 97, 130].map { batch($0) }
    var results: [[UInt32]] = []
    for threads in [1, 2, 5] {
      for backpropagation in [NetworkConfiguration.Backpropagation.full, .truncated(forward: 2, backward: 2)]
      {
        var network = try mixedNetwork(
          backpropagation: backpropagation, workers: WorkerPool(threads: threads))
        for _ in 0..<2 {
          for batch in batches { _ = try network.fit(batch) }
        }
        results.append(network.bits + (try network.output(batches[7]).bits))
      }
    }
    #expect(results[2] == results[0] && results[4] == results[0])
    #expect(results[3] == results[1] && results[5] == results[1])
    #expect(results[0] != results[1])
  }

  @Test func seeds() throws {
    func trained(_ seed: UInt64) throws -> [UInt32] {
      var network = try mixedNetwork(seed: seed)
      for _ in 0..<3 { _ = try network.fit(batch(20)) }
      return network.bits
    }
    #expect(try trained(1) == trained(1))
    #expect(try trained(1) != trained(2))
  }

  /// A copy learns independently.
  @Test func valueSemantics() throws {
    var network = try mixedNetwork()
    let copy = network
    let before = copy.bits
    _ = try network.fit(batch())
    #expect(copy.bits == before && network.bits != before)
    #expect(copy.iteration == 0 && network.iteration == 1)
  }

  /// Neither outputs nor scores disturb a training.
  @Test func settingsOfLooksChangeNothing() throws {
    let pieces = batch(masks: .full).pieces(of: 2)
    var looked = try mixedNetwork(backpropagation: .truncated(forward: 2, backward: 2))
    var plain = looked
    for piece in pieces {
      _ = try looked.fit(piece)
      _ = try plain.fit(piece)
      _ = try looked.output(batch())
      _ = try looked.score(batch(3))
      _ = try looked.gradients(batch(4))
    }
    #expect(looked.bits == plain.bits)
  }

  /// A batch longer than a piece gives the same results as its pieces, and its sequences count once.
  @Test func longBatchesAreCut() throws {
    var whole = try mixedNetwork(backpropagation: .truncated(forward: 2, backward: 2))
    var cut = whole
    let batch = batch(masks: .full)
    let loss = try whole.fit(batch)
    var total = BatchLoss()
    for piece in batch.pieces(of: 2) { total.addPiece(try #require(try cut.fit(piece))) }
    #expect(loss == total)
    #expect(loss?.sequenceCount == 6)
    #expect(whole.bits == cut.bits)
    #expect(whole.iteration == 3)
  }

  /// With pieces at least as long as the batch, training equals full back-propagation, bit for bit, also over
  /// several updates.
  @Test(arguments: MaskPattern.allCases, [5, 6, 100])
  func longPiecesAreFullBackpropagation(masks: MaskPattern, length: Int) throws {
    let batch = batch(20, masks: masks, padding: .nan)
    let full = try mixedNetwork(backpropagation: .full)
    let truncated = try mixedNetwork(backpropagation: .truncated(forward: length, backward: length))
    #expect(try truncated.everything(of: batch) == full.everything(of: batch))
  }
}
