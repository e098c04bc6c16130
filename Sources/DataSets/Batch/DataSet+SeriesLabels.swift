import Tensors

// Labels with one entry per series: a class or a value for the whole example.
extension DataSet {
  /// Converts labels `[N, L]` to `[N, L, T]`: those of each example are at its last present step, with 0
  /// elsewhere.
  static func lastStepForm(_ labels: Tensor, featuresMask: Mask, order: Tensor.StorageOrder) -> (
    labels: Tensor, mask: Mask
  ) {
    let lastSteps = featuresMask.lastSteps.enumerated().map { row, step in
      guard let step else {
        preconditionFailure(
          "example \(row) has no present step at which its label could lie; leave the example out")
      }
      return step
    }
    var result = Tensor(shape: labels.shape + [featuresMask.stepCount], order: order)
    let from = labels.strides
    let to = result.strides
    let elements = labels.elements
    result.withMutableSpan { span in
      for (row, step) in lastSteps.enumerated() {
        for column in 0..<labels.shape[1] {
          span[row * to[0] + column * to[1] + step * to[2]] = elements[row * from[0] + column * from[1]]
        }
      }
    }
    let mask = Mask(ranges: lastSteps.map { $0..<$0 + 1 }, stepCount: featuresMask.stepCount)
    return (result, mask)
  }
}
