import DataSets
import Tensors

/// How well predictions rank the steps of a class above all others, whatever the threshold: ROC, exact.
///
/// ```swift
/// var roc = ROC()
/// try roc.add(actual: [true, true, false, false], scores: [0.9, 0.4, 0.6, 0.1])
/// try roc.area                 // 0.75: three of the four pairs are ranked rightly
/// try roc.averagePrecision     // 0.8333
/// roc.counts(from: 0.5)        // TP 1, FP 1, FN 1, TN 1
/// ```
/// Labels and predictions are of one column, the class yes or no, or of two, of which the second is the class. A
/// prediction may be on any scale. Series are flattened: every step that is present in the labels mask counts once.
///
/// Nothing is binned: every prediction is kept, 4 bytes a step, and a figure sorts them, O(n log n). Areas go by counts of
/// pairs, whole numbers, so that parts of the data add up with `+=` to exactly the areas of the whole.
///
/// T. Fawcett, *An introduction to ROC analysis*, Pattern Recognition Letters 27 (2006).
public struct ROC: EvaluationMetric, Hashable, Codable {
  /// The predictions of the steps that are of the class, in the order added.
  public private(set) var positiveScores: [Float] = []
  /// The predictions of the other steps, in the order added.
  public private(set) var negativeScores: [Float] = []

  /// Makes a ROC of nothing.
  public init() {}

  /// Reads a ROC.
  ///
  /// - Throws: `DecodingError` when a prediction is not finite.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    positiveScores = try values.decode([Float].self, forKey: .positiveScores)
    negativeScores = try values.decode([Float].self, forKey: .negativeScores)
    guard (positiveScores + negativeScores).allSatisfy(\.isFinite) else {
      throw DecodingError.dataCorruptedError(
        forKey: .positiveScores, in: values, debugDescription: "a prediction that is NaN or infinite")
    }
  }

  /// The number of steps that are of the class.
  public var positiveCount: Int { positiveScores.count }

  /// The number of the other steps.
  public var negativeCount: Int { negativeScores.count }

  /// The number of steps gathered.
  public var stepCount: Int { positiveCount + negativeCount }

  /// A ROC of nothing.
  public var empty: ROC { ROC() }

  /// Whether it is one column or two.
  public func accepts(columnCount: Int) -> Bool { columnCount == 1 || columnCount == 2 }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// A label of one column lies in 0...1, and is yes from 0.5 on; of two columns it is one-hot. What padded cells hold,
  /// NaN too, changes nothing.
  ///
  /// - Parameters:
  ///   - labels: `[N, 1, T]` or `[N, 2, T]`, or without T, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps that count, `[N, T]`; `nil`: all.
  /// - Throws: `EvaluationError` when a present prediction is NaN or infinite, or a present label no class. Nothing is
  ///   then added.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask? = nil) throws {
    let steps = LabelledSteps(labels: labels, predictions: predictions, mask: mask)
    precondition(
      accepts(columnCount: steps.columnCount),
      "labels \(labels.shape), where one or two columns were expected")
    var added = ROC()
    try steps.forEach { example, step in
      let actual = try steps.actualClass(example, step, of: 2)
      let scores = try (0..<steps.columnCount).map { try steps.finiteNumber(example, $0, step) }
      added.append(scores[scores.count - 1], isPositive: actual == 1)
    }
    self += added
  }

  /// Adds predictions, one a step.
  ///
  /// - Throws: `EvaluationError` when one is NaN or infinite; its `example` is the index. Nothing is then added.
  public mutating func add(actual: [Bool], scores: [Float]) throws {
    precondition(actual.count == scores.count, "\(actual.count) labels but \(scores.count) predictions")
    var added = ROC()
    for (index, score) in scores.enumerated() {
      guard score.isFinite else { throw EvaluationError.notFinite(score, example: index) }
      added.append(score, isPositive: actual[index])
    }
    self += added
  }

  /// Adds what another has gathered.
  public static func += (roc: inout ROC, other: ROC) {
    roc.positiveScores += other.positiveScores
    roc.negativeScores += other.negativeScores
  }

  /// Adds a finite prediction.
  mutating func append(_ score: Float, isPositive: Bool) {
    if isPositive { positiveScores.append(score) } else { negativeScores.append(score) }
  }
}

extension LabelledSteps {
  /// The prediction of a column at a step.
  ///
  /// - Throws: `EvaluationError` when it is NaN or infinite.
  func finiteNumber(_ example: Int, _ column: Int, _ step: Int) throws -> Float {
    let value = try number(example, column, step)
    guard value.isFinite else { throw EvaluationError.notFinite(value, example: example, step: step) }
    return value
  }
}

extension EvaluationError {
  /// The error of a prediction that is NaN or infinite.
  static func notFinite(_ value: Float, example: Int, step: Int? = nil) -> EvaluationError {
    EvaluationError(
      .prediction, example: example, step: step,
      "a prediction is \(value == value ? "\(value)" : "NaN"); check the features for NaN, and whether the training's "
        + "score stayed finite")
  }
}
