import DataSets
import Tensors

/// How well classes were predicted: gathers time steps, and gives accuracy, precision, recall, F1, confusions.
///
/// ```swift
/// var evaluation = Evaluation(classNames: ["calm", "storm"])
/// try evaluation.add(actual: [0, 0, 1, 1], predicted: [0, 1, 1, 1])
/// try evaluation.accuracy              // 0.75
/// try evaluation.f1                    // 0.8, of class 1
/// evaluation.classes[0].recall         // 0.5
/// evaluation.confusion[0, 1]           // 1: a calm taken for a storm
/// ```
/// The predicted class is the one with the largest prediction, the first of equals. Series are flattened: every step
/// that is present in the labels mask counts once, as if it stood alone.
///
/// Evaluations of parts of the data add up with `+=` to the evaluation of the whole, exactly.
public struct Evaluation: Sendable, Hashable {
  /// How often each class was taken for each.
  public internal(set) var confusion: ConfusionMatrix

  /// Makes an evaluation of classes that have names.
  public init(classNames: [String]) { confusion = ConfusionMatrix(classNames: classNames) }

  /// Makes an evaluation of classes named by their indices, from "0".
  public init(classCount: Int) { self.init(classNames: (0..<classCount).map(String.init)) }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// A label is one-hot: none of its elements is negative, and one of them is larger than all others, so that a
  /// smoothed label serves too. A single column stands for two classes: label and prediction are of class 1 from
  /// 0.5 on. What padded cells hold, NaN too, changes nothing.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps that count, `[N, T]`; `nil`: all.
  /// - Throws: `EvaluationError` when a present prediction is NaN, or a present label no class. Nothing is then added.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask? = nil) throws {
    let steps = LabelledSteps(labels: labels, predictions: predictions, mask: mask)
    precondition(
      steps.columnCount == confusion.classCount || steps.columnCount == 1 && confusion.classCount == 2,
      "labels \(labels.shape) for an evaluation of \(confusion.classCount) classes")
    var added = ConfusionMatrix(classNames: confusion.classNames)
    try steps.forEach { example, step in
      guard let actual = steps.actualClass(example, step, of: confusion.classCount) else {
        throw EvaluationError(
          .label, example: example, step: step,
          "the label \(steps.labelText(example, step)) names no class, where one element larger than all others "
            + "was expected; check the label encoding and the labels mask")
      }
      guard let predicted = steps.predictedClass(example, step, of: confusion.classCount) else {
        throw EvaluationError(
          .prediction, example: example, step: step,
          "a prediction is NaN; check the features for NaN, and whether the training's score stayed finite")
      }
      added.add(actual: actual, predicted: predicted)
    }
    confusion += added
  }

  /// Adds predictions as class indices, one a step.
  public mutating func add(actual: [Int], predicted: [Int]) {
    precondition(
      actual.count == predicted.count, "\(actual.count) actual classes but \(predicted.count) predicted")
    for (actual, predicted) in zip(actual, predicted) { confusion.add(actual: actual, predicted: predicted) }
  }

  /// Adds what another evaluation of the same classes has gathered.
  public static func += (evaluation: inout Evaluation, other: Evaluation) {
    evaluation.confusion += other.confusion
  }
}

extension LabelledSteps {
  /// The class that a step's label names; `nil` when it names none.
  ///
  /// One column stands for two classes.
  fileprivate func actualClass(_ example: Int, _ step: Int, of classCount: Int) -> Int? {
    if columnCount < classCount {
      let value = label(example, 0, step)
      return value >= 0 && value <= 1 ? (value >= 0.5 ? 1 : 0) : nil
    }
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

  /// The class that is predicted for a step; `nil` when a prediction is NaN.
  ///
  /// One column stands for two classes.
  fileprivate func predictedClass(_ example: Int, _ step: Int, of classCount: Int) -> Int? {
    var best = 0
    var largest = prediction(example, 0, step)
    guard !largest.isNaN else { return nil }
    if columnCount < classCount { return largest >= 0.5 ? 1 : 0 }
    for column in 1..<columnCount {
      let value = prediction(example, column, step)
      guard !value.isNaN else { return nil }
      if value > largest { (best, largest) = (column, value) }
    }
    return best
  }

  /// A step's label as a message shows it, its first elements.
  fileprivate func labelText(_ example: Int, _ step: Int) -> String {
    let shown = (0..<min(columnCount, 8)).map { "\(label(example, $0, step))" }.joined(separator: ", ")
    return "[" + shown + (columnCount > 8 ? ", ...]" : "]")
  }
}
