import DataSets
import Glibc
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
/// ```
/// Labels and predictions have one binary column for the class, or two columns, of which the second is
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

extension ROC {
  /// A point of a ROC curve: the rates if the class is predicted from `threshold` upwards.
  public struct Point: Sendable, Hashable, Codable {
    /// The smallest prediction for which the class is predicted; `nil`: it is never predicted.
    public var threshold: Float?
    /// The false-positive rate FP / (FP + TN), on the x axis.
    public var falsePositiveRate: Double
    /// The true-positive rate TP / (TP + FN), on the y axis; it is the recall.
    public var truePositiveRate: Double
  }

  /// A point of a precision-recall curve: the figures if the class is predicted from `threshold` upwards.
  public struct PrecisionRecallPoint: Sendable, Hashable, Codable {
    /// The smallest prediction for which the class is predicted.
    public var threshold: Float
    /// The recall TP / (TP + FN), on the x axis.
    public var recall: Double
    /// The precision TP / (TP + FP), on the y axis.
    public var precision: Double
  }

  /// The ROC curve, from (0, 0) to (1, 1), with a point for each distinct prediction from the largest down.
  ///
  /// The area of the trapezoids under it is `area`.
  ///
  /// - Throws: `EvaluationError` if there are no steps of the class, or no other steps.
  public var curve: [Point] {
    get throws {
      let ranked = try ranked(needingNegatives: "ROC curve")
      let (positives, negatives) = (Double(ranked.positiveCount), Double(ranked.negativeCount))
      return [Point(threshold: nil, falsePositiveRate: 0, truePositiveRate: 0)]
        + ranked.thresholds.indices.map { index in
          Point(
            threshold: ranked.thresholds[index],
            falsePositiveRate: Double(ranked.falsePositives[index]) / negatives,
            truePositiveRate: Double(ranked.truePositives[index]) / positives)
        }
    }
  }

  /// The precision-recall curve by increasing recall.
  ///
  /// It has a point for each distinct prediction, from the largest down. At the last point the class is
  /// always predicted: its recall is 1, and its precision is the share of steps of the class.
  ///
  /// - Throws: `EvaluationError` if there is no step of the class.
  public var precisionRecallCurve: [PrecisionRecallPoint] {
    get throws {
      let ranked = try ranked("precision-recall curve")
      return ranked.thresholds.indices.map { index in
        let hits = Double(ranked.truePositives[index])
        return PrecisionRecallPoint(
          threshold: ranked.thresholds[index], recall: hits / Double(ranked.positiveCount),
          precision: hits / (hits + Double(ranked.falsePositives[index])))
      }
    }
  }

  /// Returns the counts if the class is predicted from `threshold` upwards.
  public func counts(from threshold: Float) -> BinaryEvaluation.Counts {
    let hits = positiveScores.reduce(0) { $1 >= threshold ? $0 + 1 : $0 }
    let alarms = negativeScores.reduce(0) { $1 >= threshold ? $0 + 1 : $0 }
    return BinaryEvaluation.Counts(
      truePositives: hits, falsePositives: alarms, falseNegatives: positiveCount - hits,
      trueNegatives: negativeCount - alarms)
  }

  /// Returns the threshold that maximizes a figure, or the largest of them if several are equal.
  ///
  /// ```swift
  /// let threshold = try roc.threshold(maximizing: \.f1)
  /// var evaluation = Evaluation(classCount: 2, threshold: threshold)   // of other data
  /// ```
  /// - Throws: `EvaluationError` if nothing was evaluated yet, or the figure is 0/0 at all thresholds.
  public func threshold(maximizing figure: (BinaryEvaluation.Counts) -> Double?) throws -> Float {
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    let ranked = RankedCounts(positives: positiveScores, negatives: negativeScores)
    var best: (threshold: Float, figure: Double)?  // nil until a figure is defined
    for index in ranked.thresholds.indices {
      let (hits, alarms) = (ranked.truePositives[index], ranked.falsePositives[index])
      let counts = BinaryEvaluation.Counts(
        truePositives: hits, falsePositives: alarms, falseNegatives: positiveCount - hits,
        trueNegatives: negativeCount - alarms)
      guard let value = figure(counts), value > best?.figure ?? -.infinity else { continue }
      best = (ranked.thresholds[index], value)
    }
    guard let best else {
      throw EvaluationError(
        .oneClass,
        "the figure is 0/0 at every threshold of \(positiveCount) steps of the class and \(negativeCount) others; "
          + "evaluate data that has both")
    }
    return best.threshold
  }
}

extension ROC: CustomStringConvertible {
  /// The areas as text; "-" for an undefined one.
  public var description: String {
    guard stepCount > 0 else { return "nothing evaluated yet" }
    func text(_ figure: Double?) -> String { figure?.fixed(4) ?? "-" }
    return "AUC \(text(try? area)), average precision \(text(try? averagePrecision)), AUPRC "
      + "\(text(try? areaUnderPrecisionRecall)) of \(positiveCount) steps of the class and \(negativeCount) others"
  }
}

extension ROC {
  /// The area under the ROC curve (AUC).
  ///
  /// It is the share of the pairs of a step of the class and another step that are ranked correctly, with
  /// ties counting one half (Mann and Whitney, 1947). This is the area of the trapezoids over all distinct
  /// predictions. 1 is perfect, 0.5 is chance. It is exact, because pairs are counted in integers.
  ///
  /// - Throws: `EvaluationError` if there are no steps of the class, or no other steps.
  public var area: Double {
    get throws {
      let ranked = try ranked(needingNegatives: "area under the ROC curve")
      var twicePairs = 0
      var (hits, alarms) = (0, 0)
      for (nextHits, nextAlarms) in zip(ranked.truePositives, ranked.falsePositives) {
        twicePairs += (nextAlarms - alarms) * (hits + nextHits)
        (hits, alarms) = (nextHits, nextAlarms)
      }
      return Double(twicePairs) / 2 / (Double(hits) * Double(alarms))
    }
  }

  /// The average precision (AP): the mean precision at all thresholds, weighted by the recall they add.
  ///
  /// It is sum (R_k - R_(k-1)) P_k over the distinct predictions from the largest down: a step function
  /// without interpolation (`average_precision_score` in scikit-learn). Chance is the share of steps of the
  /// class.
  ///
  /// - Throws: `EvaluationError` if there is no step of the class.
  public var averagePrecision: Double {
    get throws {
      let ranked = try ranked("average precision")
      var sum = 0.0
      var hits = 0
      for (nextHits, alarms) in zip(ranked.truePositives, ranked.falsePositives) where nextHits > hits {
        sum += Double(nextHits - hits) * (Double(nextHits) / Double(nextHits + alarms))
        hits = nextHits
      }
      return sum / Double(hits)
    }
  }

  /// The area under the precision-recall curve (AUPRC), with the interpolation of Davis and Goadrich.
  ///
  /// Between two thresholds, false positives grow in proportion to true positives, so that the precision is a
  /// curve, not a line (J. Davis and M. Goadrich, *The relationship between Precision-Recall and ROC curves*,
  /// ICML 2006). It is integrated in closed form. At recall 0 the precision is that of the largest
  /// prediction. Without ties the area is close to `averagePrecision`; trapezoids would be too optimistic.
  ///
  /// - Throws: `EvaluationError` if there is no step of the class.
  public var areaUnderPrecisionRecall: Double {
    get throws {
      let ranked = try ranked("area under the precision-recall curve")
      var sum = 0.0
      var (hits, alarms) = (0.0, 0.0)
      for (count, falseCount) in zip(ranked.truePositives, ranked.falsePositives) {
        let (nextHits, nextAlarms) = (Double(count), Double(falseCount))
        let gain = nextHits - hits
        if gain > 0 {
          // The integral over x, the true positives, of x / (x + y) with y = offset + slope x, the false
          // positives: (gain - offset ln(end / start) / (1 + slope)) / (1 + slope), where start and end are x
          // + y.
          let slope = (nextAlarms - alarms) / gain
          let offset = alarms - slope * hits
          let start = hits + alarms
          let bend = start > 0 ? offset / (1 + slope) * log1p((gain + nextAlarms - alarms) / start) : 0
          sum += (gain - bend) / (1 + slope)
        }
        (hits, alarms) = (nextHits, nextAlarms)
      }
      return sum / hits
    }
  }

  /// Ranks the predictions, of which at least one must be of the class.
  func ranked(_ figure: String) throws -> RankedCounts {
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    guard positiveCount > 0 else {
      throw EvaluationError(
        .oneClass,
        "none of \(negativeCount) steps is of the class, so there is no \(figure); evaluate data that has some"
      )
    }
    return RankedCounts(positives: positiveScores, negatives: negativeScores)
  }

  /// Ranks the predictions, of which at least one must be of the class, and at least one not.
  func ranked(needingNegatives figure: String) throws -> RankedCounts {
    if stepCount > 0, negativeCount == 0 {
      throw EvaluationError(
        .oneClass,
        "all \(positiveCount) steps are of the class, so there is no \(figure); evaluate data that has others too"
      )
    }
    return try ranked(figure)
  }
}

/// The numbers of steps of a class, and of other steps, with predictions at or above each threshold.
///
/// There is one entry for each distinct prediction, so that no figure depends on the order of steps with
/// equal predictions.
struct RankedCounts {
  /// The distinct predictions, in decreasing order.
  private(set) var thresholds: [Float] = []
  /// The number of positive steps with predictions at or above each threshold.
  ///
  /// The last one counts all positive steps.
  private(set) var truePositives: [Int] = []
  /// The number of negative steps with predictions at or above each threshold.
  ///
  /// The last one counts all negative steps.
  private(set) var falsePositives: [Int] = []

  /// Ranks predictions, which must be finite.
  init(positives: [Float], negatives: [Float]) {
    let positives = positives.sorted(by: >)
    let negatives = negatives.sorted(by: >)
    var (hits, alarms) = (0, 0)
    while hits < positives.count || alarms < negatives.count {
      var threshold = -Float.infinity
      if hits < positives.count { threshold = positives[hits] }
      if alarms < negatives.count { threshold = max(threshold, negatives[alarms]) }
      while hits < positives.count && positives[hits] == threshold { hits += 1 }
      while alarms < negatives.count && negatives[alarms] == threshold { alarms += 1 }
      thresholds.append(threshold)
      truePositives.append(hits)
      falsePositives.append(alarms)
    }
  }

  /// The number of positive steps.
  var positiveCount: Int { truePositives.last ?? 0 }

  /// The number of negative steps.
  var negativeCount: Int { falsePositives.last ?? 0 }
}
