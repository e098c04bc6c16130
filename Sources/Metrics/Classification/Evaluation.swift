import DataSets
import Tensors

/// How well classes were predicted: gathers time steps, and gives accuracy, precision, recall, F1, confusions and more.
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
/// Top-n accuracy is gathered for the n that are named when the evaluation is made:
/// `Evaluation(classNames: names, topCounts: [3, 5])`, then `try evaluation.topAccuracy(3)`. Yes and no, and two
/// classes, may be decided elsewhere than where the larger prediction is: `Evaluation(classCount: 2, threshold: 0.2)`.
///
/// Evaluations of parts of the data add up with `+=` to the evaluation of the whole, exactly.
public struct Evaluation: Sendable, Hashable, Codable {
  /// How often each class was taken for each.
  public internal(set) var confusion: ConfusionMatrix
  /// The n of the top-n accuracies that are gathered.
  public let topCounts: [Int]
  /// The prediction of class 1, of two, from which on it is decided for; `nil`: where it is the larger.
  public let threshold: Float?
  /// The number of steps whose class is among the first n, for each of `topCounts`.
  private var topHits: [Int]

  /// Makes an evaluation of classes that have names.
  ///
  /// - Parameters:
  ///   - classNames: The names of the classes, by index.
  ///   - topCounts: The n of the top-n accuracies to gather, each from 1 to the number of classes.
  ///   - threshold: With two classes, the prediction of class 1 from which on it is decided for; `nil`: 0.5 of a single
  ///     column, the larger of two.
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

  /// Makes an evaluation of classes named by their indices, from "0".
  ///
  /// The parameters are those of `init(classNames:topCounts:threshold:)`.
  public init(classCount: Int, topCounts: [Int] = [], threshold: Float? = nil) {
    self.init(
      classNames: (0..<classCount).map(String.init), topCounts: topCounts, threshold: threshold)
  }

  /// Reads an evaluation.
  ///
  /// - Throws: `DecodingError` when its parts do not go together.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    confusion = try values.decode(ConfusionMatrix.self, forKey: .confusion)
    topCounts = try values.decode([Int].self, forKey: .topCounts)
    threshold = try values.decodeIfPresent(Float.self, forKey: .threshold)
    topHits = try values.decode([Int].self, forKey: .topHits)
    let (total, classes) = (confusion.total, confusion.classCount)
    guard topHits.count == topCounts.count, topHits.allSatisfy({ (0...total).contains($0) }),
      topCounts.allSatisfy({ (1...classes).contains($0) }), threshold == nil || classes == 2
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
  /// A label is one-hot: none of its elements is negative, and one of them is larger than all others, so that a
  /// smoothed label serves too. A single column stands for two classes: label and prediction are of class 1 from
  /// 0.5 (or the prediction from `threshold`) on. What padded cells hold, NaN too, changes nothing.
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

  /// Adds predictions as class indices, one a step.
  ///
  /// A class index ranks no other classes, so that top-n accuracies cannot be gathered this way.
  public mutating func add(actual: [Int], predicted: [Int]) {
    precondition(topCounts.isEmpty, "class indices for top-n accuracies, which need all classes' predictions")
    precondition(
      actual.count == predicted.count, "\(actual.count) actual classes but \(predicted.count) predicted")
    for (actual, predicted) in zip(actual, predicted) { confusion.add(actual: actual, predicted: predicted) }
  }

  /// The share of steps whose class has one of the `count` largest predictions.
  ///
  /// Ties are resolved against the model: a class counts as behind every class of equal prediction, so that predicting
  /// the same for all classes finds nothing. (`accuracy` takes the first of equals, and may so be above
  /// `topAccuracy(1)`.) A single column p predicts p for class 1 and 1 - p for class 0; a `threshold` has no say.
  ///
  /// - Parameter count: One of `topCounts`.
  /// - Throws: `EvaluationError` when nothing was evaluated yet.
  public func topAccuracy(_ count: Int) throws -> Double {
    guard let index = topCounts.firstIndex(of: count) else {
      preconditionFailure("top-\(count) accuracy, but those gathered are of \(topCounts)")
    }
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    return Double(topHits[index]) / Double(stepCount)
  }

  /// Adds what another evaluation of the same classes and settings has gathered.
  public static func += (evaluation: inout Evaluation, other: Evaluation) {
    precondition(
      evaluation.topCounts == other.topCounts && evaluation.threshold == other.threshold,
      "evaluations of different top counts or thresholds")
    evaluation.confusion += other.confusion
    for index in evaluation.topHits.indices { evaluation.topHits[index] += other.topHits[index] }
  }
}

extension Evaluation: EvaluationMetric {
  /// An evaluation of the same classes and settings that has gathered nothing.
  public var empty: Evaluation {
    Evaluation(classNames: classNames, topCounts: topCounts, threshold: threshold)
  }

  /// Whether there is a column for each class, or one for two classes.
  public func accepts(columnCount: Int) -> Bool {
    columnCount == classNames.count || columnCount == 1 && classNames.count == 2
  }
}
