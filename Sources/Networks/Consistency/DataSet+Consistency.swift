import DataSets
import Tensors

// The variations of a batch that the consistency check feeds to a network.
extension DataSet {
  /// Returns the features of a step as a network sees them: zeros where they are masked.
  func presentFeatures(_ row: Int, _ step: Int) -> [Float] {
    (0..<features.shape[1]).map { featuresMask[row, step] ? features[row, $0, step] : 0 }
  }

  /// Returns the batch with further masked steps before and after, which hold NaN.
  func padded(front: Int, behind: Int) -> DataSet {
    let steps = front + stepCount + behind
    func padded(_ tensor: Tensor) -> Tensor {
      var result = Tensor(shape: [tensor.shape[0], tensor.shape[1], steps], order: tensor.order)
      for row in 0..<tensor.shape[0] {
        for column in 0..<tensor.shape[1] {
          for step in 0..<steps {
            let from = step - front
            result[row, column, step] = (0..<stepCount).contains(from) ? tensor[row, column, from] : .nan
          }
        }
      }
      return result
    }
    func padded(_ mask: Mask) -> Mask {
      Mask(rows: exampleCount, steps: steps) { row, step in
        (0..<stepCount).contains(step - front) && mask[row, step - front]
      }
    }
    let starts = seriesStarts
    return DataSet(
      features: padded(features), labels: labels.map(padded), featuresMask: padded(featuresMask),
      labelsMask: padded(labelsMask),
      seriesStarts: Mask(rows: exampleCount, steps: steps) { row, step in
        step == 0 || (0..<stepCount).contains(step - front) && starts[row, step - front]
      }, metadata: metadata)
  }
}
