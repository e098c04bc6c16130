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

extension LabelledSteps {
  /// Returns the class of the label of a step.
  ///
  /// One column stands for two classes.
  ///
  /// - Throws: `EvaluationError` if the label is not that of a class.
  func actualClass(_ example: Int, _ step: Int, of classCount: Int) throws -> Int {
    if columnCount < classCount { return try isPositive(example, 0, step) ? 1 : 0 }
    guard let actual = namedClass(example, step) else {
      throw EvaluationError(
        .label, example: example, step: step,
        "the label \(labelText(example, step)) does not name a class, where one element larger than all others "
          + "was expected; check the label encoding and the labels mask")
    }
    return actual
  }

  /// Returns true if the label of a column is 1, or at least 0.5 if it is smoothed.
  ///
  /// - Throws: `EvaluationError` if the label is not in 0...1.
  func isPositive(_ example: Int, _ column: Int, _ step: Int) throws -> Bool {
    let value = label(example, column, step)
    guard value >= 0, value <= 1 else {  // NaN is neither
      let which = columnCount > 1 ? " of column \(column)" : ""
      throw EvaluationError(
        .label, example: example, step: step,
        "the label [\(value)]\(which) does not name a class, where a value from 0 to 1 was expected; check the label "
          + "encoding and the labels mask")
    }
    return value >= 0.5
  }

  /// Returns the predicted class of a step: the first of those with the largest prediction.
  ///
  /// One column stands for two classes: class 1 is predicted if its prediction is at least `threshold`, or
  /// 0.5 if that is `nil`. With a threshold, the prediction of class 1 also decides for two columns.
  ///
  /// - Throws: `EvaluationError` if a prediction is NaN.
  func predictedClass(_ example: Int, _ step: Int, of classCount: Int, threshold: Float?) throws -> Int {
    var best = 0
    var largest = try number(example, 0, step)
    if columnCount < classCount { return largest >= threshold ?? 0.5 ? 1 : 0 }
    for column in 1..<columnCount {
      let value = try number(example, column, step)
      if value > largest { (best, largest) = (column, value) }
    }
    guard let threshold else { return best }
    return prediction(example, 1, step) >= threshold ? 1 : 0
  }

  /// Returns the number of other classes with a prediction at least as large as that of `actual`.
  ///
  /// One column is the prediction p of class 1; that of class 0 is 1 - p.
  func rank(of actual: Int, _ example: Int, _ step: Int, of classCount: Int) -> Int {
    if columnCount < classCount {
      let positive = prediction(example, 0, step)
      return (actual == 1 ? positive > 0.5 : positive < 0.5) ? 0 : 1
    }
    let own = prediction(example, actual, step)
    return (0..<columnCount).reduce(0) { count, column in
      column != actual && prediction(example, column, step) >= own ? count + 1 : count
    }
  }

  /// Returns the prediction of a column at a step, which may be infinite.
  ///
  /// - Throws: `EvaluationError` if it is NaN.
  func number(_ example: Int, _ column: Int, _ step: Int) throws -> Float {
    let value = prediction(example, column, step)
    guard !value.isNaN else {
      throw EvaluationError(
        .prediction, example: example, step: step,
        "a prediction is NaN; check the features for NaN, and whether the training's score stayed finite")
    }
    return value
  }

  /// Returns the class whose element is larger than all others, none of which may be negative.
  ///
  /// It is `nil` if there is none.
  private func namedClass(_ example: Int, _ step: Int) -> Int? {
    var best = 0
    var largest: Float = 0
    var isUnique = false
    for column in 0..<columnCount {
      let value = label(example, column, step)
      guard value >= 0, value.isFinite else { return nil }  // NaN is not >= 0
      if value > largest {
        (best, largest, isUnique) = (column, value, true)
      } else if value == largest {
        isUnique = false
      }
    }
    return isUnique ? best : nil
  }

  /// Returns the first elements of the label of a step, for messages.
  private func labelText(_ example: Int, _ step: Int) -> String {
    let shown = (0..<min(columnCount, 8)).map { "\(label(example, $0, step))" }.joined(separator: ", ")
    return "[" + shown + (columnCount > 8 ? ", ...]" : "]")
  }
}
