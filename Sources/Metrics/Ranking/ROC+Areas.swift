import Glibc

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
