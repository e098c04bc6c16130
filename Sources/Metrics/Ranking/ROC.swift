import DataSets
import Tensors

/// The exact receiver operating characteristic (ROC) of one class.
///
/// It shows how well predictions rank the steps of the class above all others, for all thresholds.
///
/// ```swift
/// var roc = ROC()
/// try roc.add(actual: [true, true, false, false], scores: [0.9, 0.4, 0.6, 0.1])
/// try roc.area                 // 0.75: three of the four pairs are ranked correctly
/// try roc.averagePrecision     // 0.8333
/// roc.counts(from: 0.5)        // TP 1, FP 1, FN 1, TN 1
/// ``` Labels and predictions have one binary column for the class, or two columns, of which the second is
/// the class. Predictions may be on any scale. Series are flattened: each step that is present in the labels
/// mask counts once.
///
/// There are no bins: all predictions are kept, 4 bytes for each step, and each figure sorts them in O(n log
/// n). Areas are computed from integer counts, so that parts of the data, merged with `+=`, give exactly the
/// areas of the whole.
///
/// T. Fawcett, *An introduction to ROC analysis*, Pattern Recognition Letters 27 (2006).
public struct ROC: EvaluationMetric, Hashable, Codable {
  /// The predictions of the steps of the class, in the order in which they were added.
  public private(set) var positiveScores: [Float] = []
  /// The predictions of the other steps, in the order in which they were added.
  public private(set) var negativeScores: [Float] = []

  /// Makes an empty ROC.
  public init() {}

  /// Decodes a ROC.
  ///
  /// - Throws: `DecodingError` if a prediction is not finite.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    positiveScores = try values.decode([Float].self, forKey: .positiveScores)
    negativeScores = try values.decode([Float].self, forKey: .negativeScores)
    guard (positiveScores + negativeScores).allSatisfy(\.isFinite) else {
      throw DecodingError.dataCorruptedError(
        forKey: .positiveScores, in: values, debugDescription: "a prediction that is NaN or infinite")
    }
  }

  /// The number of steps of the class.
  public var positiveCount: Int { positiveScores.count }

  /// The number of other steps.
  public var negativeCount: Int { negativeScores.count }

  /// The number of steps added so far.
  public var stepCount: Int { positiveCount + negativeCount }

  /// An empty ROC.
  public var empty: ROC { ROC() }

  /// Returns true for one or two columns.
  public func accepts(columnCount: Int) -> Bool { columnCount == 1 || columnCount == 2 }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// Labels of one column must be in 0...1, and are positive if they are at least 0.5; labels of two columns
  /// are one-hot. Values in padded cells, even NaN, are ignored.
  ///
  /// - Parameters:
  ///   - labels: `[N, 1, T]`, `[N, 2, T]`, `[N, 1]` or `[N, 2]`, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps to count, `[N, T]`; `nil` counts all.
  /// - Throws: `EvaluationError` if a present prediction is NaN or infinite, or a present label is not that
  ///   of a class. Then nothing is added.
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

  /// Adds actual values and predictions, one of each for each step.
  ///
  /// - Throws: `EvaluationError` if one is NaN or infinite; its `example` is the index. Then nothing is
  ///   added.
  public mutating func add(actual: [Bool], scores: [Float]) throws {
    precondition(actual.count == scores.count, "\(actual.count) labels but \(scores.count) predictions")
    var added = ROC()
    for (index, score) in scores.enumerated() {
      guard score.isFinite else { throw EvaluationError.notFinite(score, example: index) }
      added.append(score, isPositive: actual[index])
    }
    self += added
  }

  /// Adds the steps of another ROC.
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
  /// Returns the prediction of a column at a step.
  ///
  /// - Throws: `EvaluationError` if it is NaN or infinite.
  func finiteNumber(_ example: Int, _ column: Int, _ step: Int) throws -> Float {
    let value = try number(example, column, step)
    guard value.isFinite else { throw EvaluationError.notFinite(value, example: example, step: step) }
    return value
  }
}

extension EvaluationError {
  /// Makes the error for a prediction that is NaN or infinite.
  static func notFinite(_ value: Float, example: Int, step: Int? = nil) -> EvaluationError {
    EvaluationError(
      .prediction, example: example, step: step,
      "a prediction is \(value == value ? "\(value)" : "NaN"); check the features for NaN, and whether the training's "
        + "score stayed finite")
  }
}
