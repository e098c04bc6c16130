/// A point of a ROC curve: what deciding for the class from `threshold` on brings.
public struct ROCPoint: Sendable, Hashable, Codable {
  /// The smallest prediction that is decided for; `nil`: none is.
  public var threshold: Float?
  /// FP / (FP + TN), to the right.
  public var falsePositiveRate: Double
  /// TP / (TP + FN), upwards: the recall.
  public var truePositiveRate: Double
}

/// A point of a precision-recall curve: what deciding for the class from `threshold` on brings.
public struct PrecisionRecallPoint: Sendable, Hashable, Codable {
  /// The smallest prediction that is decided for.
  public var threshold: Float
  /// TP / (TP + FN), to the right.
  public var recall: Double
  /// TP / (TP + FP), upwards.
  public var precision: Double
}

extension ROC {
  /// The ROC curve, from (0, 0) to (1, 1), a point for every distinct prediction from the largest down.
  ///
  /// Trapezoids under it have the area `area`.
  ///
  /// - Throws: `EvaluationError` when there is no step of the class, or no other.
  public var curve: [ROCPoint] {
    get throws {
      let ranked = try ranked(needingNegatives: "ROC curve")
      let (positives, negatives) = (Double(ranked.positiveCount), Double(ranked.negativeCount))
      return [ROCPoint(threshold: nil, falsePositiveRate: 0, truePositiveRate: 0)]
        + ranked.thresholds.indices.map { index in
          ROCPoint(
            threshold: ranked.thresholds[index],
            falsePositiveRate: Double(ranked.falsePositives[index]) / negatives,
            truePositiveRate: Double(ranked.truePositives[index]) / positives)
        }
    }
  }

  /// The precision-recall curve, by rising recall, a point for every distinct prediction from the largest down.
  ///
  /// The last point decides for the class always: its recall is 1, its precision the share of steps of the class.
  ///
  /// - Throws: `EvaluationError` when there is no step of the class.
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

  /// The counts when deciding for the class from `threshold` on.
  public func counts(from threshold: Float) -> BinaryCounts {
    let hits = positiveScores.reduce(0) { $1 >= threshold ? $0 + 1 : $0 }
    let alarms = negativeScores.reduce(0) { $1 >= threshold ? $0 + 1 : $0 }
    return BinaryCounts(
      truePositives: hits, falsePositives: alarms, falseNegatives: positiveCount - hits,
      trueNegatives: negativeCount - alarms)
  }

  /// The prediction to decide from so that a figure is largest, the largest prediction of equals.
  ///
  /// ```swift
  /// let threshold = try roc.threshold(maximizing: \.f1)
  /// var evaluation = Evaluation(classCount: 2, threshold: threshold)   // of other data
  /// ```
  /// - Throws: `EvaluationError` when nothing was evaluated yet, or the figure is 0/0 at every prediction.
  public func threshold(maximizing figure: (BinaryCounts) -> Double?) throws -> Float {
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    let ranked = RankedCounts(positives: positiveScores, negatives: negativeScores)
    var best: (threshold: Float, figure: Double)?  // nil until a figure exists
    for index in ranked.thresholds.indices {
      let (hits, alarms) = (ranked.truePositives[index], ranked.falsePositives[index])
      let counts = BinaryCounts(
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
  /// The areas as text; "-" for one that does not exist.
  public var description: String {
    guard stepCount > 0 else { return "nothing evaluated yet" }
    func text(_ figure: Double?) -> String { figure?.fixed(4) ?? "-" }
    return "AUC \(text(try? area)), average precision \(text(try? averagePrecision)), AUPRC "
      + "\(text(try? areaUnderPrecisionRecall)) of \(positiveCount) steps of the class and \(negativeCount) others"
  }
}
