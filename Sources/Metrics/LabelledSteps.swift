import DataSets
import Tensors

/// Labels and predictions of one shape, `[N, L, T]` in any storage orders, and the steps of them that count.
struct LabelledSteps {
  /// The number of columns, L.
  let columnCount: Int
  private let labels: [Float]
  private let predictions: [Float]
  private let labelStrides: [Int]
  private let predictionStrides: [Int]
  private let mask: Mask

  /// Checks that the shapes go together; `[N, L]` counts as `[N, L, 1]`, no mask as a full one.
  init(labels: Tensor, predictions: Tensor, mask: Mask?) {
    precondition(
      labels.shape == predictions.shape, "labels \(labels.shape) but predictions \(predictions.shape)")
    let labels = Self.series(labels)
    let predictions = Self.series(predictions)
    let mask = mask ?? .full(labels.shape[0], labels.shape[2])
    precondition(
      mask.exampleCount == labels.shape[0] && mask.stepCount == labels.shape[2],
      "a mask of [\(mask.exampleCount), \(mask.stepCount)] for labels \(labels.shape)")
    columnCount = labels.shape[1]
    self.labels = labels.elements
    self.predictions = predictions.elements
    labelStrides = labels.strides
    predictionStrides = predictions.strides
    self.mask = mask
  }

  /// Calls `body` for every step that the mask holds, example by example.
  func forEach(_ body: (_ example: Int, _ step: Int) throws -> Void) rethrows {
    for example in 0..<mask.exampleCount {
      for step in 0..<mask.stepCount where mask[example, step] { try body(example, step) }
    }
  }

  /// The label of a column at a step.
  func label(_ example: Int, _ column: Int, _ step: Int) -> Float {
    labels[example * labelStrides[0] + column * labelStrides[1] + step * labelStrides[2]]
  }

  /// The prediction of a column at a step.
  func prediction(_ example: Int, _ column: Int, _ step: Int) -> Float {
    predictions[
      example * predictionStrides[0] + column * predictionStrides[1] + step * predictionStrides[2]]
  }

  /// `[N, L]` as `[N, L, 1]`.
  static func series(_ tensor: Tensor) -> Tensor {
    precondition(tensor.rank == 2 || tensor.rank == 3, "[N, L, T] or [N, L] expected, not \(tensor.shape)")
    guard tensor.rank == 2 else { return tensor }
    return Tensor(shape: tensor.shape + [1], elements: tensor.ordered(.c).elements)
  }
}
