import DataSets
import Sequences
import Tensors
import Testing

/// A batch computed from the definition, `[n][c][t]`, and which of its cells were written.
private struct NaiveArray: Equatable {
  var values: [[[Float]]]
  var mask: [[Int]]

  /// Pads rows `[t][c]` of each example, which begin at `starts`, to `steps`.
  init(_ examples: [[[Float]]], starts: [Int], steps: Int, columns: Int) {
    let empty = [Float](repeating: 0, count: steps)
    values = examples.map { _ in [[Float]](repeating: empty, count: columns) }
    mask = examples.map { _ in [Int](repeating: 0, count: steps) }
    for (n, rows) in examples.enumerated() {
      for (t, row) in rows.enumerated() {
        mask[n][starts[n] + t] = 1
        for (c, value) in row.enumerated() { values[n][c][starts[n] + t] = value }
      }
    }
  }

  init(_ tensor: Tensor, _ mask: Mask) {
    values = (0..<tensor.shape[0]).map { n in
      (0..<tensor.shape[1]).map { c in (0..<tensor.shape[2]).map { t in tensor[n, c, t] } }
    }
    self.mask = mask.rows
  }

  var isFull: Bool { mask.allSatisfy { !$0.contains(0) } }
}

/// The rows `[t][c]` of a sequence.
private func rows(_ record: SequenceRecord) -> [[Float]] {
  (0..<record.stepCount).map { Array(record.values[$0 * record.columnCount..<($0 + 1) * record.columnCount]) }
}

/// Returns the batch of the examples, by the definition of padding and alignment.
private func naive(
  _ features: [[[Float]]], _ labels: [[[Float]]], _ alignment: Alignment
) -> (features: NaiveArray, labels: NaiveArray) {
  let steps = (features + labels).reduce(0) { max($0, $1.count) }
  let gaps = zip(features, labels).map { alignment == .end ? $0.count - $1.count : 0 }
  return (
    NaiveArray(features, starts: gaps.map { max(0, -$0) }, steps: steps, columns: features[0][0].count),
    NaiveArray(labels, starts: gaps.map { max(0, $0) }, steps: steps, columns: labels[0][0].count)
  )
}

/// Batches against the naive padder, for all combinations of small sizes.
struct PaddingTests {
  private func check(
    _ features: TestReader, _ labels: TestReader, _ encoding: LabelSource.Encoding, _ alignment: Alignment,
    batchSize: Int,
    _ order: Tensor.StorageOrder
  ) throws {
    let batches = try SequenceBatches(
      features: features, labels: .reader(labels, encoding), batchSize: batchSize, alignment: alignment,
      storageOrder: order)
    #expect(batches.batchCount == (features.count + batchSize - 1) / batchSize)
    for step in 0..<batches.batchCount {
      let examples = step * batchSize..<min(features.count, (step + 1) * batchSize)
      var wanted = (
        examples.map { rows(features.sequences[$0]) }, examples.map { rows(labels.sequences[$0]) }
      )
      if alignment == .equal && Set((wanted.0 + wanted.1).map(\.count)).count > 1 {
        #expect(throws: RecordError.self) { try batches.batch(epoch: 0, index: step) }
        continue
      }
      if case .oneHot(let names) = encoding {
        wanted.1 = wanted.1.map { $0.map { row in names.indices.map { Float($0) == row[0] ? 1 : 0 } } }
      }
      let expected = naive(wanted.0, wanted.1, alignment)
      let batch = try batches.batch(epoch: 0, index: step)
      let found = try #require(batch.labels)
      let what: Comment =
        "\(features.sequences.map(\.stepCount)) \(labels.sequences.map(\.stepCount)) \(batchSize)"
      #expect(NaiveArray(batch.features, batch.featuresMask) == expected.features, what)
      #expect(NaiveArray(found, batch.labelsMask) == expected.labels, what)
      #expect(batch.featuresMask.isFull == expected.features.isFull, what)
      #expect(batch.labelsMask.isFull == expected.labels.isFull, what)
      #expect(batch.features.order == order && found.order == order)
      #expect(batch.seriesStarts.rows.allSatisfy { $0.first == 1 && $0.reduce(0, +) == 1 })
      #expect(batch.metadata.map(\.index) == Array(examples))
    }
  }

  @Test(arguments: Alignment.allCases, Tensor.StorageOrder.allCases)
  func twoExamplesOfAllLengths(alignment: Alignment, order: Tensor.StorageOrder) throws {
    for lengths in choices([1, 2, 3, 5], 4) {
      let features = TestReader(lengths: Array(lengths[..<2]))
      // Classes 0, 1, 2 in turn on one side, numbers on the other.
      let classes = TestReader(
        values: lengths[2...].enumerated().map { n, length in (0..<length).map { Float((n + $0) % 3) } })
      let numbers = TestReader(lengths: Array(lengths[2...]))
      for batchSize in 1...3 {
        try check(features, classes, .oneHot(classes: 3), alignment, batchSize: batchSize, order)
        if batchSize == 2 { try check(features, numbers, .values, alignment, batchSize: batchSize, order) }
      }
    }
  }

  @Test(arguments: [Alignment.start, .end], [2, 3])
  func threeExamplesOfAllLengths(alignment: Alignment, batchSize: Int) throws {
    for lengths in choices([1, 2, 3, 5], 3) {
      for labels in choices([1, 3], 3) {
        try check(
          TestReader(lengths: lengths), TestReader(lengths: labels, columns: 3), .values, alignment,
          batchSize: batchSize, .timeMajor)
      }
    }
  }

  @Test func theExampleOfTheReference() throws {
    let batch = try SequenceBatches(
      features: TestReader(lengths: [3, 2]),
      labels: .reader(TestReader(values: [[1], [0]]), .oneHot(classes: 2)),
      alignment: .end
    ).batch(epoch: 0, index: 0)
    #expect(batch.featuresMask.rows == [[1, 1, 1], [1, 1, 0]])
    #expect(batch.labelsMask.rows == [[0, 0, 1], [0, 1, 0]])
    #expect(batch.stepMask.rows == [[1, 1, 1], [1, 1, 0]])
    #expect(batch.labels?.ordered(.c).elements == [0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0])
  }

  @Test func paddingIsPlusZeroAndNothingLeaksFromThePreviousBatch() throws {
    // The long batch comes first, so its values are in every buffer that the short ones use.
    let features = TestReader(lengths: [9, 9, 1, 4, 2, 1])
    for order in Tensor.StorageOrder.allCases {
      let batches = try SequenceBatches(
        features: features, labels: .reader(TestReader(lengths: [9, 9, 3, 1, 1, 1]), .values), batchSize: 2,
        alignment: .end, storageOrder: order)
      for _ in 0..<2 {
        for batch in try allBatches(batches) {
          let labels = try #require(batch.labels)
          for (tensor, mask) in [(batch.features, batch.featuresMask), (labels, batch.labelsMask)] {
            for n in 0..<tensor.shape[0] {
              for c in 0..<tensor.shape[1] {
                for t in 0..<tensor.shape[2] {
                  #expect((tensor[n, c, t].bitPattern == 0) == !mask[n, t])
                }
              }
            }
          }
        }
      }
    }
  }

  @Test func theLastBatchMayBeSmallerAndTheBatchSizeLarger() throws {
    let reader = TestReader(lengths: [2, 2, 2, 2, 2, 2, 2])
    func sizes(_ batchSize: Int) throws -> [Int] {
      try allBatches(SequenceBatches(features: reader, batchSize: batchSize)).map(\.exampleCount)
    }
    #expect(try sizes(3) == [3, 3, 1])
    #expect(try sizes(7) == [7])
    #expect(try sizes(8) == [7])
    #expect(try sizes(1_000_000) == [7])
    #expect(try sizes(1) == [1, 1, 1, 1, 1, 1, 1])
  }
}
