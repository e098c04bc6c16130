import DataSets
import FoundationEssentials
import Sequences
import Tensors
import TestSupport
import Testing

/// Reproducible batches with ragged masks and extreme values in absent cells.
private func randomBatch(
  _ n: Int, _ c: Int, _ t: Int, seed: UInt64, absent: Float = .nan, order: Tensor.StorageOrder = .timeMajor
) -> (tensor: Tensor, mask: Mask) {
  var generator = SplitMix64(seed: seed)
  var present: [Bool] = []
  for _ in 0..<n * t { present.append(Bool.random(using: &generator)) }
  let mask = Mask(rows: n, steps: t) { present[$0 * t + $1] }
  var tensor = Tensor(shape: [n, c, t], order: order)
  for row in 0..<n {
    for column in 0..<c {
      for step in 0..<t {
        // With a large offset, such as a timestamp, naive sums of squares lose every digit.
        let value = Float.random(in: -1...1, using: &generator) * Float(column + 1) + (column == 1 ? 5000 : 0)
        tensor[row, column, step] = mask[row, step] ? value : absent
      }
    }
  }
  return (tensor, mask)
}

private func isNear(_ a: Double, _ b: Double, _ bound: Double = 1e-12) -> Bool {
  abs(a - b) <= bound * max(1, abs(a), abs(b))
}

struct ColumnStatisticsTests {
  /// The present values of one column.
  private func values(_ batches: [(tensor: Tensor, mask: Mask)], _ column: Int) -> [Double] {
    batches.flatMap { tensor, mask in
      (0..<tensor.shape[0]).flatMap { row in
        (0..<tensor.shape[2]).filter { mask[row, $0] }.map { Double(tensor[row, column, $0]) }
      }
    }
  }

  private func check(_ found: ColumnStatistics, _ batches: [(tensor: Tensor, mask: Mask)]) {
    for column in 0..<3 {
      let all = values(batches, column)
      #expect(found.count == all.count)
      let mean = all.reduce(0, +) / Double(all.count)
      let m2 = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      #expect(isNear(found.mean[column], mean) && isNear(found.m2[column], m2))
      #expect(isNear(found.standardDeviation[column], (m2 / Double(all.count)).squareRoot()))
      #expect(found.minimum[column] == all.min() && found.maximum[column] == all.max())
    }
  }

  @Test(arguments: Tensor.StorageOrder.allCases) func agreesWithTwoNaivePasses(order: Tensor.StorageOrder) {
    var found = ColumnStatistics(columns: 3)
    var batches: [(tensor: Tensor, mask: Mask)] = []
    for seed in 0..<20 as Range<UInt64> {
      batches.append(randomBatch(1 + Int(seed % 4), 3, 1 + Int(seed % 7), seed: seed, order: order))
      found.add(batches[batches.count - 1].tensor, mask: batches[batches.count - 1].mask)
      // Batches that are entirely padding change nothing.
      found.add(Tensor(shape: [2, 3, 2], elements: [Float](repeating: .nan, count: 12)), mask: .empty(2, 2))
    }
    check(found, batches)
  }

  @Test func halvesMergedEqualTheWhole() {
    let batches = (0..<12).map { randomBatch(3, 3, 5, seed: 100 + UInt64($0)) }
    for cut in 0...batches.count {
      var halves = [ColumnStatistics(columns: 3), ColumnStatistics(columns: 3)]
      for (index, batch) in batches.enumerated() {
        halves[index < cut ? 0 : 1].add(batch.tensor, mask: batch.mask)
      }
      halves[0].merge(halves[1])
      check(halves[0], batches)
    }
  }

  @Test func maskedValuesChangeNothing() {
    for poison in [Float.nan, .infinity, 0, 1e30] {
      let (tensor, mask) = randomBatch(4, 3, 6, seed: 5, absent: poison)
      var found = ColumnStatistics(columns: 3)
      found.add(tensor, mask: mask)
      var clean = ColumnStatistics(columns: 3)
      clean.add(randomBatch(4, 3, 6, seed: 5, absent: 7).tensor, mask: mask)
      #expect(found == clean)
    }
  }

  @Test func fitPassesOnceOverFeaturesAndLabels() throws {
    let features = TestReader(lengths: [3, 1, 2])
    let labels = TestReader(lengths: [1, 1, 2], columns: 1)
    var iterator = SequenceDataSetIterator(
      try SequenceBatches(
        features: features, labels: .reader(labels, .values), batchSize: 2, alignment: .end))
    iterator.begin(epoch: 5)
    let (found, ofLabels) = try ColumnStatistics.fit(iterator)
    #expect(found.count == 6 && found.minimum == [1010, 1011] && found.maximum == [3020, 3021])
    #expect(isNear(found.mean[0], (1010 + 1020 + 1030 + 2010 + 3010 + 3020) / 6))
    #expect(ofLabels?.count == 4 && ofLabels?.mean == [9050.0 / 4])
    let empty = ColumnStatistics(columns: 2)
    #expect(empty.count == 0 && empty.standardDeviation == [0, 0])
  }
}

struct AffineNormalizerTests {
  private func statistics(_ batch: (tensor: Tensor, mask: Mask)) -> ColumnStatistics {
    var statistics = ColumnStatistics(columns: batch.tensor.shape[1])
    statistics.add(batch.tensor, mask: batch.mask)
    return statistics
  }

  @Test(arguments: Tensor.StorageOrder.allCases) func standardizingGivesMeanZeroAndDeviationOne(
    order: Tensor.StorageOrder
  ) {
    let batch = randomBatch(4, 3, 9, seed: 1, order: order)
    let result = AffineNormalizer.standardize(statistics(batch)).normalize(batch.tensor, mask: batch.mask)
    let after = statistics((result, batch.mask))
    // Results are rounded to Float: half an ulp of at most 2.
    for column in 0..<3 {
      #expect(abs(after.mean[column]) < 0x1p-23 && abs(after.standardDeviation[column] - 1) < 0x1p-22)
    }
    #expect(result.order == order)
  }

  @Test func minMaxGivesZeroToOne() {
    let batch = randomBatch(4, 3, 9, seed: 2)
    let result = AffineNormalizer.minMax(statistics(batch)).normalize(batch.tensor, mask: batch.mask)
    let after = statistics((result, batch.mask))
    #expect(after.minimum == [0, 0, 0] && after.maximum == [1, 1, 1])
  }

  @Test func absentCellsAreZeroBeforeAndAfter() {
    let batch = randomBatch(4, 3, 9, seed: 3)
    for normalizer in [AffineNormalizer.standardize(statistics(batch)), .minMax(statistics(batch))] {
      let there = normalizer.normalize(batch.tensor, mask: batch.mask)
      let back = normalizer.revert(there, mask: batch.mask)
      for n in 0..<4 {
        for c in 0..<3 {
          for t in 0..<9 {
            if batch.mask[n, t] {
              // Two roundings, each relative to the largest number on the way.
              let bound = 2 * max(1, abs(batch.tensor[n, c, t])).ulp
              #expect(abs(back[n, c, t] - batch.tensor[n, c, t]) <= bound)
            } else {
              #expect(there[n, c, t].bitPattern == 0 && back[n, c, t].bitPattern == 0)
            }
          }
        }
      }
    }
  }

  @Test func aConstantColumnIsShiftedButNotScaled() {
    for value in [7, 1e-30, -0.1, 3e38, 0] as [Float] {
      let tensor = Tensor(shape: [1, 2, 3], elements: [value, value, value, 1, Float(1).nextUp, 1])
      let statistics = statistics((tensor, .full(1, 3)))
      #expect(statistics.isConstant(0) && !statistics.isConstant(1))
      for normalizer in [AffineNormalizer.standardize(statistics), .minMax(statistics)] {
        #expect(normalizer.scale[0] == 1 && normalizer.scale[1] < 1e-6 && normalizer.constantColumns == [0])
        let result = normalizer.normalize(tensor, mask: .full(1, 3))
        #expect(result.elements[..<3] == [0, 0, 0])
        // Two numbers that differ are told apart, however little.
        #expect(result.elements[4] - result.elements[3] >= 1)
      }
    }
  }

  /// Labels that lie beyond the ends of all series have no values, and stay as they are.
  @Test func columnsWithoutValuesStayAsTheyAre() {
    let statistics = ColumnStatistics(columns: 2)
    for normalizer in [AffineNormalizer.standardize(statistics), .minMax(statistics)] {
      #expect(
        normalizer.shift == [0, 0] && normalizer.scale == [1, 1] && normalizer.constantColumns == [0, 1])
    }
  }

  /// The unit of a column has no influence: scaled by a power of two, it gives the same bits.
  @Test(arguments: [-100, -40, 0, 40, 90]) func anyUnitGivesTheSameNumbers(exponent: Int) {
    var random = SplitMix(state: 1)
    let values = (0..<60).map { _ in Float.random(in: -3...5, using: &random) }
    func normalized(_ values: [Float]) -> [[Float]] {
      let tensor = Tensor(shape: [2, 3, 10], elements: values)
      let statistics = statistics((tensor, .full(2, 10)))
      return [AffineNormalizer.standardize(statistics), .minMax(statistics)].map {
        $0.normalize(tensor, mask: .full(2, 10)).elements
      }
    }
    let factor = Float(sign: .plus, exponent: exponent, significand: 1)
    #expect(normalized(values.map { $0 * factor }) == normalized(values))
  }

  @Test(arguments: Alignment.allCases, Tensor.StorageOrder.allCases)
  func normalizingSequencesOrBatchesIsTheSame(alignment: Alignment, order: Tensor.StorageOrder) throws {
    let lengths = alignment == .equal ? [3, 3, 3] : [3, 1, 4]
    let data = try SequenceBatches(
      features: TestReader(lengths: lengths, columns: 3),
      labels: .reader(TestReader(lengths: alignment == .equal ? lengths : [1, 2, 4]), .values), batchSize: 2,
      alignment: alignment, storageOrder: order)
    let features = AffineNormalizer(shift: [1500, 10, -3], scale: [300, 0.1, 7])
    let labels = AffineNormalizer(shift: [-1, 2000], scale: [3, 11])
    for (features, labels) in [(features, labels), (features, nil), (nil, labels), (nil, nil)] {
      let normalized = data.normalized(by: features, labels: labels)
      #expect(
        normalized.contract.featuresNormalizer == features && normalized.contract.labelsNormalizer == labels)
      for step in 0..<2 {
        let batch = try data.batch(epoch: 0, index: step)
        #expect(
          try normalized.batch(epoch: 0, index: step) == batch.normalized(by: features, labels: labels))
      }
    }
    // With a single reader, the normalizer's columns are the feature columns, whatever else the file
    // contains.
    let columns = try SequenceBatches(
      features: TestReader(lengths: lengths, columns: 3), labels: .columns([1], .values), alignment: .start)
    let two = AffineNormalizer(shift: [1500, 10], scale: [300, 7])
    let one = AffineNormalizer(shift: [2], scale: [3])
    #expect(
      try columns.normalized(by: two, labels: one).batch(epoch: 0, index: 0)
        == columns.batch(epoch: 0, index: 0).normalized(by: two, labels: one))
  }

  @Test func throughJSON() throws {
    let normalizer = AffineNormalizer.standardize(statistics(randomBatch(4, 3, 9, seed: 4)))
    for normalizer in [
      normalizer, AffineNormalizer(shift: [5, 1e-30], scale: [1, 1e30], constantColumns: [0]),
    ] {
      let data = try JSONEncoder().encode(normalizer)
      #expect(try JSONDecoder().decode(AffineNormalizer.self, from: data) == normalizer)
    }
    // Files without constant columns are as before.
    let text = String(decoding: try JSONEncoder().encode(normalizer), as: UTF8.self)
    #expect(!text.contains("constantColumns"))
  }

  /// A damaged model file must not become a trap, or divide by zero.
  @Test(arguments: [
    "{\"shift\": [1], \"scale\": [1, 2]}", "{\"shift\": [1], \"scale\": [0]}",
    "{\"shift\": [1], \"scale\": [-1]}",
    "{\"shift\": [1]}", "{\"shift\": [1], \"scale\": [1], \"constantColumns\": [1]}",
    "{\"shift\": [1], \"scale\": [1], \"constantColumns\": [-1]}",
    "{\"shift\": [1, 1], \"scale\": [1, 1], \"constantColumns\": [1, 0]}",
    "{\"shift\": [1, 1], \"scale\": [1, 1], \"constantColumns\": [0, 0]}",
  ])
  func damagedNumbersAreRejected(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(AffineNormalizer.self, from: Data(text.utf8))
    }
  }
}
