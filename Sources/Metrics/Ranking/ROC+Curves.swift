/// A point of a ROC curve: the rates if the class is predicted from `threshold` upwards.
public struct ROCPoint: Sendable, Hashable, Codable {
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

extension ROC {
  /// The ROC curve, from (0, 0) to (1, 1), with a point for each distinct prediction from the largest down.
  ///
  /// The area of the trapezoids under it is `area`.
  ///
  /// - Throws: `EvaluationError` if there are no steps of the class, or no other steps.
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
  public func counts(from threshold: Float) -> BinaryCounts {
    let hits = positiveScores.reduce(0) { $1 >= threshold ? $0 + 1 : $0 }
    let alarms = negativeScores.reduce(0) { $1 >= threshold ? $0 + 1 : $0 }
    return BinaryCounts(
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
  public func threshold(maximizing figure: (BinaryCounts) -> Double?) throws -> Float {
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    let ranked = RankedCounts(positives: positiveScores, negatives: negativeScores)
    var best: (threshold: Float, figure: Double)?  // nil until a figure is defined
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
  /// The areas as text; "-" for an undefined one.
  public var description: String {
    guard stepCount > 0 else { return "nothing evaluated yet" }
    func text(_ figure: Double?) -> String { figure?.fixed(4) ?? "-" }
    return "AUC \(text(try? area)), average precision \(text(try? averagePrecision)), AUPRC "
      + "\(text(try? areaUnderPrecisionRecall)) of \(positiveCount) steps of the class and \(negativeCount) others"
  }
}
