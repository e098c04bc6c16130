import DataSets
import Tensors

/// Doubles in the shape `[N, size, T]`, steps fastest: the order of the golden files.
struct ReferenceSeries: Equatable {
  let exampleCount: Int
  let size: Int
  let stepCount: Int
  var values: [Double]

  /// Makes a series of zeros.
  init(_ exampleCount: Int, _ size: Int, _ stepCount: Int) {
    self.init(exampleCount, size, stepCount, [Double](repeating: 0, count: exampleCount * size * stepCount))
  }

  /// Makes a series of values, stored with steps fastest.
  init(_ exampleCount: Int, _ size: Int, _ stepCount: Int, _ values: [Double]) {
    precondition(values.count == exampleCount * size * stepCount, "\(values.count) values in a series")
    self.exampleCount = exampleCount
    self.size = size
    self.stepCount = stepCount
    self.values = values
  }

  /// Makes the series of an `[N, C, T]` tensor, whatever its storage order.
  init(_ tensor: Tensor) {
    self.init(tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.doubles)
  }

  subscript(example: Int, channel: Int, step: Int) -> Double {
    get { values[(example * size + channel) * stepCount + step] }
    set { values[(example * size + channel) * stepCount + step] = newValue }
  }
}

/// A mini-batch in double precision.
struct ReferenceBatch {
  /// `[N, C, T]`.
  var features: ReferenceSeries
  /// `[N, L, T]`.
  var labels: ReferenceSeries
  /// `[N, T]` each, as in `DataSet`.
  var featuresMask: Mask
  var labelsMask: Mask
  var seriesStarts: Mask

  /// Makes a batch; by default everything is present and every row starts at step 0.
  init(
    features: ReferenceSeries, labels: ReferenceSeries, featuresMask: Mask? = nil, labelsMask: Mask? = nil,
    seriesStarts: Mask? = nil
  ) {
    let (n, t) = (features.exampleCount, features.stepCount)
    self.features = features
    self.labels = labels
    self.featuresMask = featuresMask ?? .full(n, t)
    self.labelsMask = labelsMask ?? .full(n, t)
    self.seriesStarts = seriesStarts ?? Mask(rows: n, steps: t) { _, step in step == 0 }
  }

  /// Makes the double-precision twin of a batch.
  init(_ batch: DataSet) {
    self.init(
      features: ReferenceSeries(batch.features),
      labels: batch.labels.map { ReferenceSeries($0) }
        ?? ReferenceSeries(batch.exampleCount, 0, batch.stepCount),
      featuresMask: batch.featuresMask, labelsMask: batch.labelsMask, seriesStarts: batch.seriesStarts)
  }

  var exampleCount: Int { features.exampleCount }
  var stepCount: Int { features.stepCount }
  var stepMask: Mask { featuresMask.union(labelsMask) }

  /// The batch as the fast networks take it: rounded to Float, in a storage order.
  func dataSet(order: Tensor.StorageOrder = .c) -> DataSet {
    DataSet(
      features: features.tensor.ordered(order), labels: labels.tensor.ordered(order),
      featuresMask: featuresMask, labelsMask: labelsMask, seriesStarts: seriesStarts)
  }

  /// Steps `range` of every row.
  func steps(_ range: Range<Int>) -> ReferenceBatch {
    ReferenceBatch(
      features: features.steps(range), labels: labels.steps(range), featuresMask: featuresMask.steps(range),
      labelsMask: labelsMask.steps(range), seriesStarts: seriesStarts.steps(range))
  }
}

extension ReferenceSeries {
  /// The values rounded to Float, `[N, size, T]`.
  var tensor: Tensor { Tensor(shape: [exampleCount, size, stepCount], elements: values.map { Float($0) }) }

  /// Steps `range` of every row.
  func steps(_ range: Range<Int>) -> ReferenceSeries {
    var result = ReferenceSeries(exampleCount, size, range.count)
    for n in 0..<exampleCount {
      for channel in 0..<size {
        for (t, step) in range.enumerated() { result[n, channel, t] = self[n, channel, step] }
      }
    }
    return result
  }
}

extension Tensor {
  /// The elements in row-major order, whatever the storage order.
  var doubles: [Double] { ordered(.c).elements.map(Double.init) }
}

/// The largest |a - b|, in units of the largest |b| (of 1e-30 where all of b is 0, so that a must be 0 too).
///
/// Infinite if the counts differ or a value is not a number: such a pair is never close.
func relativeDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let scale = b.reduce(1e-30) { max($0, $1.magnitude) }
  let largest = zip(a, b).reduce(0.0) { worst, pair in
    let difference = (pair.0 - pair.1).magnitude
    return difference.isNaN ? .infinity : max(worst, difference)
  }
  return largest / scale
}
