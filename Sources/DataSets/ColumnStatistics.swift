import Tensors

/// Count, mean, spread and range of every column, over present steps only; mergeable.
///
/// Kept as count, mean and M2 (the sum of squared deviations from the mean) in double precision, merged by the
/// formula of Chan, Golub & LeVeque (1979), so that halves merged equal the whole to 1e-12.
public struct ColumnStatistics: Sendable, Hashable, Codable {
  /// The number of values a column.
  public private(set) var count = 0
  /// Each column's mean.
  public private(set) var mean: [Double]
  /// Each column's sum of squared deviations from its mean.
  public private(set) var m2: [Double]
  /// Each column's smallest value; infinity before any.
  public private(set) var minimum: [Double]
  /// Each column's largest value; -infinity before any.
  public private(set) var maximum: [Double]

  /// Makes the statistics of no values.
  public init(columns: Int) {
    mean = [Double](repeating: 0, count: columns)
    m2 = mean
    minimum = [Double](repeating: .infinity, count: columns)
    maximum = [Double](repeating: -.infinity, count: columns)
  }

  /// Each column's population standard deviation.
  public var standardDeviation: [Double] { m2.map { count == 0 ? 0 : ($0 / Double(count)).squareRoot() } }

  /// Adds the present steps of `tensor`, `[N, C, T]`; masked cells are not looked at.
  public mutating func add(_ tensor: Tensor, mask: Mask) {
    precondition(
      tensor.rank == 3 && tensor.shape[1] == mean.count, "\(mean.count) columns, not \(tensor.shape)")
    var batch = ColumnStatistics(columns: mean.count)
    batch.count = mask.count
    guard batch.count > 0 else { return }
    let n = tensor.shape[0]
    let steps = tensor.shape[2]
    let strides = tensor.strides
    let elements = tensor.elements
    // Two passes over the batch: the mean first, then deviations from it, which loses no digits.
    for column in mean.indices {
      var sum = 0.0
      for row in 0..<n {
        for step in 0..<steps where mask[row, step] {
          let value = Double(elements[row * strides[0] + column * strides[1] + step * strides[2]])
          sum += value
          batch.minimum[column] = min(batch.minimum[column], value)
          batch.maximum[column] = max(batch.maximum[column], value)
        }
      }
      let mean = sum / Double(batch.count)
      batch.mean[column] = mean
      for row in 0..<n {
        for step in 0..<steps where mask[row, step] {
          let deviation = Double(elements[row * strides[0] + column * strides[1] + step * strides[2]]) - mean
          batch.m2[column] += deviation * deviation
        }
      }
    }
    merge(batch)
  }

  /// Adds what `other` has seen.
  public mutating func merge(_ other: ColumnStatistics) {
    precondition(mean.count == other.mean.count, "statistics of different columns")
    guard other.count > 0 else { return }
    let total = Double(count + other.count)
    for column in mean.indices {
      let delta = other.mean[column] - mean[column]
      mean[column] += delta * Double(other.count) / total
      m2[column] += other.m2[column] + delta * delta * Double(count) * Double(other.count) / total
      minimum[column] = min(minimum[column], other.minimum[column])
      maximum[column] = max(maximum[column], other.maximum[column])
    }
    count += other.count
  }

  /// One pass over the batches of `iterator`: statistics of the features, and of the labels where there are any.
  public static func fit(
    _ iterator: inout some DataSetIterator
  ) throws -> (features: ColumnStatistics, labels: ColumnStatistics?) {
    try iterator.begin(epoch: 0)
    var features: ColumnStatistics?
    var labels: ColumnStatistics?
    while let batch = try iterator.next() {
      var some = features ?? ColumnStatistics(columns: batch.features.shape[1])
      some.add(batch.features, mask: batch.featuresMask)
      features = some
      if let tensor = batch.labels {
        var some = labels ?? ColumnStatistics(columns: tensor.shape[1])
        some.add(tensor, mask: batch.labelsMask)
        labels = some
      }
    }
    return (features ?? ColumnStatistics(columns: 0), labels)
  }
}
