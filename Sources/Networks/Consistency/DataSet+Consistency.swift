import DataSets
import Tensors

// How a certificate gives series otherwise.
extension DataSet {
  /// The features of a step as a network sees them: zeros where they are masked.
  func presentFeatures(_ row: Int, _ step: Int) -> [Float] {
    (0..<features.shape[1]).map { featuresMask[row, step] ? features[row, $0, step] : 0 }
  }

  /// The batch with further steps in front and behind, which hold NaN and are masked.
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
