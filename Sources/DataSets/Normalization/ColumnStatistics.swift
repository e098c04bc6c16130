import Sequences
import Tensors

/// Count, mean, spread and range of every column, over present steps only; mergeable.
///
/// Stored as count, mean and M2 (the sum of squared deviations from the mean) in double precision, and merged
/// by the formula of Chan, Golub & LeVeque (1979), so that merged halves equal the whole to 1e-12.
public struct ColumnStatistics: Sendable, Hashable, Codable {
  /// The number of values of each column, not counting those filled in for missing ones.
  public private(set) var counts: [Int]
  /// The mean of each column.
  public private(set) var mean: [Double]
  /// The sum of squared deviations from the mean of each column.
  public private(set) var m2: [Double]
  /// The smallest value of each column; infinity if it has none.
  public private(set) var minimum: [Double]
  /// The largest value of each column; -infinity if it has none.
  public private(set) var maximum: [Double]
  /// The sum of the binary exponents of the values of each column other than 0, and their number.
  private(set) var exponents: [ExponentSum]
  private var remembered = RememberedLineage()

  /// A sum of binary exponents.
  struct ExponentSum: Sendable, Hashable, Codable {
    /// The sum.
    var sum = 0
    /// The number of values.
    var count = 0

    /// Adds a value, unless it is 0 or not finite.
    mutating func add(_ value: Double) {
      if value == 0 || !value.isFinite { return }
      sum += Int(value.exponent)
      count += 1
    }
  }

  /// The examples added, which normalizers made from these statistics record; empty if they are not known.
  ///
  /// `fit` and `merge` maintain it; `add`, which sees values without their examples, does not. Excluded from
  /// `==`.
  public var lineage: Lineage {
    get { remembered.value }
    set { remembered.value = newValue }
  }

  /// Makes statistics without values.
  public init(columns: Int) {
    counts = [Int](repeating: 0, count: columns)
    mean = [Double](repeating: 0, count: columns)
    m2 = mean
    minimum = [Double](repeating: .infinity, count: columns)
    maximum = [Double](repeating: -.infinity, count: columns)
    exponents = [ExponentSum](repeating: ExponentSum(), count: columns)
  }

  /// Makes statistics from stored numbers.
  init(
    counts: [Int], mean: [Double], m2: [Double], minimum: [Double], maximum: [Double],
    exponents: [ExponentSum]
  ) {
    self.counts = counts
    self.mean = mean
    self.m2 = m2
    self.minimum = minimum
    self.maximum = maximum
    self.exponents = exponents
  }

  /// The number of values of the column that has the most.
  public var count: Int { counts.max() ?? 0 }

  /// The population standard deviation of each column.
  public var standardDeviation: [Double] {
    zip(m2, counts).map { $1 == 0 ? 0 : ($0 / Double($1)).squareRoot() }
  }

  /// The mean binary exponent of the values of each column other than 0; 0 if it has none.
  var exponent: [Double] { exponents.map { $0.count == 0 ? 0 : Double($0.sum) / Double($0.count) } }

  /// Returns true if all values of a column are equal, or it has none.
  ///
  /// A deviation counts as 0 if it is below the precision of a Double at the column's magnitude: rounding of the
  /// mean leaves as much, and different Floats differ by more.
  public func isConstant(_ column: Int) -> Bool {
    guard counts[column] > 0 else { return true }
    let magnitude = max(minimum[column].magnitude, maximum[column].magnitude)
    return minimum[column] == maximum[column] || standardDeviation[column] <= magnitude * .ulpOfOne
  }

  /// Adds the present steps of `tensor`, `[N, C, T]`; cells that are masked or not observed are ignored.
  public mutating func add(_ tensor: Tensor, mask: Mask, observed: DataSet.ObservedMask? = nil) {
    add(tensor, mask: mask, observed: observed, statics: StaticColumns(), onceAt: mask)
  }

  /// Adds the features of a batch; columns that are constant within a series count once.
  private mutating func add(featuresOf batch: DataSet) {
    let statics = batch.staticColumns
    add(
      batch.features, mask: batch.featuresMask, observed: batch.observedMask, statics: statics,
      onceAt: statics.columns.isEmpty ? batch.featuresMask : batch.firstSteps(besides: statics.countedRows))
  }

  /// - Parameters:
  ///   - statics: The columns that count at other steps.
  ///   - once: The steps at which they count.
  private mutating func add(
    _ tensor: Tensor, mask: Mask, observed: DataSet.ObservedMask?, statics: StaticColumns, onceAt once: Mask
  ) {
    precondition(
      tensor.rank == 3 && tensor.shape[1] == mean.count, "\(mean.count) columns, not \(tensor.shape)")
    var batch = ColumnStatistics(columns: mean.count)
    let present = mask.count
    guard present > 0 else { return }
    let observed = observed?.isFull == true ? nil : observed
    let n = tensor.shape[0]
    let steps = tensor.shape[2]
    let strides = tensor.strides
    let elements = tensor.elements
    // Two passes over the batch: first the mean, then the deviations from it, which loses no digits.
    let all = mask
    for column in mean.indices {
      let mask = statics.columns.contains(column) ? once : all
      var (sum, exponents) = (0.0, ExponentSum())
      var count = 0
      for row in 0..<n {
        for step in 0..<steps where mask[row, step] {
          if let observed, !observed[row, column, step] { continue }
          count += 1
          let value = Double(elements[row * strides[0] + column * strides[1] + step * strides[2]])
          sum += value
          exponents.add(value)
          batch.minimum[column] = min(batch.minimum[column], value)
          batch.maximum[column] = max(batch.maximum[column], value)
        }
      }
      (batch.counts[column], batch.exponents[column]) = (count, exponents)
      if count == 0 { continue }
      let mean = sum / Double(count)
      batch.mean[column] = mean
      for row in 0..<n {
        for step in 0..<steps where mask[row, step] {
          if let observed, !observed[row, column, step] { continue }
          let deviation = Double(elements[row * strides[0] + column * strides[1] + step * strides[2]]) - mean
          batch.m2[column] += deviation * deviation
        }
      }
    }
    merge(batch)
  }

  /// Adds the values and the lineage of `other`: merging the statistics of shards gives those of the whole.
  public mutating func merge(_ other: ColumnStatistics) {
    precondition(mean.count == other.mean.count, "statistics of different columns")
    for column in mean.indices where other.counts[column] > 0 {
      let (before, added) = (Double(counts[column]), Double(other.counts[column]))
      let total = before + added
      let delta = other.mean[column] - mean[column]
      mean[column] += delta * added / total
      m2[column] += other.m2[column] + delta * delta * before * added / total
      minimum[column] = min(minimum[column], other.minimum[column])
      maximum[column] = max(maximum[column], other.maximum[column])
      counts[column] += other.counts[column]
      exponents[column].sum += other.exponents[column].sum
      exponents[column].count += other.exponents[column].count
    }
    lineage.merge(other.lineage)
  }

  /// Computes statistics in one pass over `batches`: of the features, and of the labels if there are any,
  /// both with the lineage of all examples.
  public static func fit(
    _ batches: some DataSetSource
  ) throws -> (features: ColumnStatistics, labels: ColumnStatistics?) {
    var iterator = batches.makeIterator()
    try iterator.begin(epoch: 0)
    var features: ColumnStatistics?
    var labels: ColumnStatistics?
    var examples = LineageCollector()
    while let batch = try iterator.next() {
      examples.add(batch)
      var some = features ?? ColumnStatistics(columns: batch.features.shape[1])
      some.add(featuresOf: batch)
      features = some
      if let tensor = batch.labels {
        var some = labels ?? ColumnStatistics(columns: tensor.shape[1])
        some.add(tensor, mask: batch.labelsMask)
        labels = some
      }
    }
    let lineage = examples.lineage
    features?.lineage = lineage
    labels?.lineage = lineage
    return (features ?? ColumnStatistics(columns: 0), labels)
  }
}

extension DataSet {
  /// The first step of every series at which there are features, without those in `rows`.
  fileprivate func firstSteps(besides rows: Set<Int>) -> Mask {
    var first = Set<Int>()
    for row in 0..<exampleCount where !rows.contains(row) {
      var isWaiting = false
      for step in 0..<stepCount {
        if seriesStarts[row, step] { isWaiting = true }
        guard isWaiting, featuresMask[row, step] else { continue }
        first.insert(row * stepCount + step)
        isWaiting = false
      }
    }
    return Mask(rows: exampleCount, steps: stepCount) { first.contains($0 * stepCount + $1) }
  }
}

/// Collects the identities of the examples of a pass.
struct LineageCollector {
  private var identities: [UInt64] = []
  /// The series on each lane that may continue in the next piece.
  private var running: [Int: UInt64] = [:]

  /// Adds the examples of a batch, or the series that end in a piece of lanes.
  mutating func add(_ batch: DataSet) {
    guard let series = batch.lineageNotes.series else {
      identities += batch.exampleIdentities.compactMap { $0 }
      return
    }
    for one in series {
      running[one.row] = one.isOver ? nil : one.identity
      if one.isOver, let identity = one.identity { identities.append(identity) }
    }
  }

  /// All identities, at the end of the pass.
  var lineage: Lineage { Lineage(identities + running.values) }
}
