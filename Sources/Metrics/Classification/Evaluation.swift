import DataSets
import Tensors

/// An evaluation of predicted classes: accuracy, precision, recall, F1, confusion matrix and more.
///
/// ```swift
/// var evaluation = Evaluation(classNames: ["calm", "storm"])
/// try evaluation.add(actual: [0, 0, 1, 1], predicted: [0, 1, 1, 1])
/// try evaluation.accuracy              // 0.75
/// try evaluation.f1                    // 0.8, of class 1
/// evaluation.classes[0].recall         // 0.5
/// evaluation.confusion[0, 1]           // 1: a calm taken for a storm
/// ```
/// The predicted class is the one with the largest prediction, or the first of them if several are equal.
/// Series are flattened: every step that is present in the labels mask counts once, as if it stood alone.
///
/// `Evaluation()` takes the number of its classes from the first labels that are added.
///
/// Top-n accuracies must be requested when the evaluation is made:
/// `Evaluation(classNames: names, topCounts: [3, 5])`, and then `try evaluation.topAccuracy(3)`. For two
/// classes a threshold can decide instead of the larger prediction:
/// `Evaluation(classCount: 2, threshold: 0.2)`.
///
/// The evaluations of parts of the data, merged with `+=`, give exactly that of the whole.
public struct Evaluation: Sendable, Hashable, Codable {
  /// The confusion matrix.
  public internal(set) var confusion: ConfusionMatrix
  /// The values of n of the top-n accuracies.
  public let topCounts: [Int]
  /// The smallest prediction of class 1 for which it is predicted, with two classes.
  ///
  /// If it is `nil`, the larger prediction decides.
  public let threshold: Float?
  /// The number of steps whose class has one of the n largest predictions, for each n in `topCounts`.
  private var topHits: [Int]

  /// Makes an empty evaluation of named classes.
  ///
  /// - Parameters:
  ///   - classNames: The names of the classes, in the order of their indices.
  ///   - topCounts: The values of n of the top-n accuracies, each from 1 to the number of classes.
  ///   - threshold: With two classes, the smallest prediction of class 1 for which it is predicted. `nil`:
  ///     0.5 for a single column, and the larger prediction for two columns.
  public init(classNames: [String], topCounts: [Int] = [], threshold: Float? = nil) {
    precondition(
      topCounts.allSatisfy { (1...max(1, classNames.count)).contains($0) },
      "top-n accuracy for n of \(topCounts) among \(classNames.count) classes")
    precondition(
      threshold == nil || classNames.count == 2, "a threshold with \(classNames.count) classes, not 2")
    precondition(threshold?.isNaN != true, "a threshold that is NaN")
    confusion = ConfusionMatrix(classNames: classNames)
    self.topCounts = topCounts
    self.threshold = threshold
    topHits = [Int](repeating: 0, count: topCounts.count)
  }

  /// Makes an empty evaluation of classes named by their indices, from "0".
  ///
  /// The other parameters are those of `init(classNames:topCounts:threshold:)`.
  public init(classCount: Int, topCounts: [Int] = [], threshold: Float? = nil) {
    self.init(
      classNames: (0..<classCount).map(String.init), topCounts: topCounts, threshold: threshold)
  }

  /// Makes an empty evaluation whose number of classes is that of the first labels that are added.
  ///
  /// One column stands for two classes. The classes are named by their indices, from "0".
  public init() {
    confusion = ConfusionMatrix()
    (topCounts, threshold, topHits) = ([], nil, [])
  }

  /// Decodes an evaluation.
  ///
  /// - Throws: `DecodingError` if its parts are inconsistent.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    confusion = try values.decode(ConfusionMatrix.self, forKey: .confusion)
    topCounts = try values.decode([Int].self, forKey: .topCounts)
    threshold = try values.decodeIfPresent(Float.self, forKey: .threshold)
    topHits = try values.decode([Int].self, forKey: .topHits)
    let (total, classes) = (confusion.total, confusion.classCount)
    guard topHits.count == topCounts.count, topHits.allSatisfy({ (0...total).contains($0) }),
      topCounts.allSatisfy({ $0 >= 1 && $0 <= classes }), threshold == nil || classes == 2
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .topHits, in: values,
        debugDescription:
          "hits of \(topHits) for the top counts \(topCounts), or a threshold, do not suit \(total) "
          + "steps of \(classes) classes")
    }
  }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// Labels are one-hot, or smoothed: no element is negative, and one is larger than all others. A single
  /// column stands for two classes: a label of at least 0.5, and a prediction of at least 0.5 (or
  /// `threshold`), mean class 1. Values in padded cells, even NaN, are ignored.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps to count, `[N, T]`; `nil` counts all.
  /// - Throws: `EvaluationError` if a present prediction is NaN, or a present label is not that of a class.
  ///   Then nothing is added.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask? = nil) throws {
    let steps = LabelledSteps(labels: labels, predictions: predictions, mask: mask)
    if confusion.classCount == 0 {
      var sized = Evaluation(classCount: max(2, steps.columnCount))
      try sized.add(labels: labels, predictions: predictions, mask: mask)
      self = sized
      return
    }
    precondition(
      steps.columnCount == confusion.classCount || steps.columnCount == 1 && confusion.classCount == 2,
      "labels \(labels.shape) for an evaluation of \(confusion.classCount) classes")
    var added = empty
    try steps.forEach { example, step in
      let actual = try steps.actualClass(example, step, of: confusion.classCount)
      let predicted = try steps.predictedClass(
        example, step, of: confusion.classCount, threshold: threshold)
      added.confusion.add(actual: actual, predicted: predicted)
      guard !topCounts.isEmpty else { return }
      let rank = steps.rank(of: actual, example, step, of: confusion.classCount)
      for (index, count) in topCounts.enumerated() where rank < count { added.topHits[index] += 1 }
    }
    self += added
  }

  /// Adds actual and predicted class indices, one of each for each step.
  ///
  /// This is not possible with top-n accuracies, because a class index does not rank the other classes.
  public mutating func add(actual: [Int], predicted: [Int]) {
    precondition(topCounts.isEmpty, "class indices for top-n accuracies, which need all classes' predictions")
    precondition(
      actual.count == predicted.count, "\(actual.count) actual classes but \(predicted.count) predicted")
    for (actual, predicted) in zip(actual, predicted) { confusion.add(actual: actual, predicted: predicted) }
  }

  /// Returns the share of steps whose class has one of the `count` largest predictions.
  ///
  /// Ties are resolved against the model: a class ranks below all classes with the same prediction, so that
  /// equal predictions for all classes are never correct. (`accuracy` takes the first of equal predictions,
  /// and may therefore be larger than `topAccuracy(1)`.) A single column p predicts p for class 1 and 1 - p
  /// for class 0; `threshold` is ignored.
  ///
  /// - Parameter count: One of `topCounts`.
  /// - Throws: `EvaluationError` if nothing was evaluated yet.
  public func topAccuracy(_ count: Int) throws -> Double {
    guard let index = topCounts.firstIndex(of: count) else {
      preconditionFailure("top-\(count) accuracy, but those gathered are of \(topCounts)")
    }
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    return Double(topHits[index]) / Double(stepCount)
  }

  /// Adds the steps of another evaluation of the same classes with the same settings.
  ///
  /// An evaluation whose number of classes is not known yet takes that of the other.
  public static func += (evaluation: inout Evaluation, other: Evaluation) {
    if other.confusion.classCount == 0 { return }
    if evaluation.confusion.classCount == 0 { evaluation = other.empty }
    precondition(
      evaluation.topCounts == other.topCounts && evaluation.threshold == other.threshold,
      "evaluations of different top counts or thresholds")
    evaluation.confusion += other.confusion
    for index in evaluation.topHits.indices { evaluation.topHits[index] += other.topHits[index] }
  }
}

extension Evaluation: EvaluationMetric {
  /// An empty evaluation of the same classes with the same settings.
  public var empty: Evaluation {
    if classNames.isEmpty { return Evaluation() }
    return Evaluation(classNames: classNames, topCounts: topCounts, threshold: threshold)
  }

  /// Returns true for one column per class, or a single column for two classes; for any number if the number
  /// of classes is not known yet.
  public func accepts(columnCount: Int) -> Bool {
    classNames.isEmpty || columnCount == classNames.count || columnCount == 1 && classNames.count == 2
  }
}
