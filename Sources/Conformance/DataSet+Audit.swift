import DataSets
import Tensors

extension DataSet {
  /// The batch with NaN wherever features or labels are padding.
  var poisoned: DataSet {
    var batch = self
    batch.features.poison(where: featuresMask)
    batch.labels?.poison(where: labelsMask)
    return batch
  }

  /// Returns the batch with `count` additional steps of padding at the end, in the same storage order.
  func extended(by count: Int) -> DataSet {
    let steps = stepCount + count
    func longer(_ mask: Mask) -> Mask {
      Mask(rows: exampleCount, steps: steps) { $1 < stepCount && mask[$0, $1] }
    }
    var batch = DataSet(
      features: features.extended(by: count), labels: labels?.extended(by: count),
      featuresMask: longer(featuresMask), labelsMask: longer(labelsMask), seriesStarts: longer(seriesStarts),
      metadata: metadata)
    batch.fittedRows = fittedRows
    return batch
  }

  /// Returns the batch with its tensors laid out in `order`.
  func ordered(_ order: Tensor.StorageOrder) -> DataSet {
    var batch = self
    batch.features = features.ordered(order)
    batch.labels = labels?.ordered(order)
    return batch
  }

  /// The batch with all labels masked.
  var withoutPresentLabels: DataSet {
    var batch = self
    batch.labelsMask = .empty(exampleCount, stepCount)
    return batch
  }
}

extension Tensor {
  /// Writes NaN to every step of `[N, C, T]` that is not present.
  fileprivate mutating func poison(where mask: Mask) {
    for row in 0..<shape[0] {
      for step in 0..<shape[2] where !mask[row, step] {
        for column in 0..<shape[1] { self[row, column, step] = .nan }
      }
    }
  }

  /// Returns `[N, C, T]` with `count` additional steps of zeros.
  fileprivate func extended(by count: Int) -> Tensor {
    var longer = Tensor(shape: [shape[0], shape[1], shape[2] + count], order: order)
    for row in 0..<shape[0] {
      for column in 0..<shape[1] {
        for step in 0..<shape[2] { longer[row, column, step] = self[row, column, step] }
      }
    }
    return longer
  }
}
