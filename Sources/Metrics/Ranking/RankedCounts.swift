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
