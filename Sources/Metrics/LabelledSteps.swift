import DataSets
import Tensors

/// Labels and predictions of the same shape, `[N, L, T]`, and the mask of the steps that count.
///
/// They may have any storage orders.
struct LabelledSteps {
  /// The number of columns, L.
  let columnCount: Int
  private let labels: [Float]
  private let predictions: [Float]
  private let labelStrides: [Int]
  private let predictionStrides: [Int]
  private let mask: Mask

  /// Checks that the shapes match.
  ///
  /// `[N, L]` is treated as `[N, L, 1]`, no mask as a full one.
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

  /// Calls `body` for each step in the mask, example by example.
  func forEach(_ body: (_ example: Int, _ step: Int) throws -> Void) rethrows {
    for example in 0..<mask.exampleCount {
      for step in 0..<mask.stepCount where mask[example, step] { try body(example, step) }
    }
  }

  /// Returns the label of a column at a step.
  func label(_ example: Int, _ column: Int, _ step: Int) -> Float {
    labels[example * labelStrides[0] + column * labelStrides[1] + step * labelStrides[2]]
  }

  /// Returns the prediction of a column at a step.
  func prediction(_ example: Int, _ column: Int, _ step: Int) -> Float {
    predictions[
      example * predictionStrides[0] + column * predictionStrides[1] + step * predictionStrides[2]]
  }

  /// Returns a tensor `[N, L]` as `[N, L, 1]`, and others unchanged.
  static func series(_ tensor: Tensor) -> Tensor {
    precondition(tensor.rank == 2 || tensor.rank == 3, "[N, L, T] or [N, L] expected, not \(tensor.shape)")
    guard tensor.rank == 2 else { return tensor }
    return Tensor(shape: tensor.shape + [1], elements: tensor.ordered(.c).elements)
  }
}
