/// Predictions of steps of a class and of others, from the largest down: how many of each lie at or above each value.
///
/// One entry for each distinct prediction, so that no figure depends on the order of steps whose predictions tie.
struct RankedCounts {
  /// The distinct predictions, falling.
  private(set) var thresholds: [Float] = []
  /// The number of positive steps predicted at or above each threshold; the last is the number of all.
  private(set) var truePositives: [Int] = []
  /// The number of negative steps predicted at or above each threshold; the last is the number of all.
  private(set) var falsePositives: [Int] = []

  /// Ranks finite predictions.
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
