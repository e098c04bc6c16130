/// The means, squared deviations and errors of pairs (label y, prediction p), mergeable.
///
/// It uses Welford's update and the pairwise merge of Chan, Golub and LeVeque (1979), with sums of squared
/// deviations from the running means. Raw sums of squares would lose all digits of labels far from 0. Means
/// are stored relative to the first pair, so that their accuracy depends on the spread of the values, not on
/// their size: for values around 1e6, merged figures would otherwise agree only to 1e-10.
struct PairMoments: Sendable, Hashable, Codable {
  /// The number of pairs.
  private(set) var count = 0
  /// The sum of (p - y)^2.
  private(set) var squaredError = 0.0
  /// The sum of |p - y|.
  private(set) var absoluteError = 0.0
  /// The sum of p - y.
  private(set) var error = 0.0
  /// The number of pairs with y <= p.
  private(set) var coveredCount = 0
  /// The sum of |y|.
  private(set) var absoluteLabel = 0.0
  /// The sum of |p - y| / ((|p| + |y|) / 2), of which a pair of zeros has 0.
  private(set) var symmetricError = 0.0
  /// The sum of (y - mean y)^2; exactly 0 if all labels are equal.
  private(set) var labelDeviation = 0.0
  /// The sum of (p - mean p)^2; exactly 0 if all predictions are equal.
  private(set) var predictionDeviation = 0.0
  /// The sum of (y - mean y)(p - mean p).
  private(set) var coDeviation = 0.0
  private var firstLabel = 0.0
  private var firstPrediction = 0.0
  /// The mean of y minus the first y.
  private var labelMean = 0.0
  /// The mean of p minus the first p.
  private var predictionMean = 0.0

  /// Adds a pair.
  mutating func add(label: Double, prediction: Double) {
    if count == 0 { (firstLabel, firstPrediction) = (label, prediction) }
    count += 1
    let error = prediction - label
    squaredError += error * error
    absoluteError += error.magnitude
    self.error += error
    if label <= prediction { coveredCount += 1 }
    absoluteLabel += label.magnitude
    let size = (label.magnitude + prediction.magnitude) / 2
    if size > 0 { symmetricError += error.magnitude / size }
    let (label, prediction) = (label - firstLabel, prediction - firstPrediction)
    let labelDelta = label - labelMean
    let predictionDelta = prediction - predictionMean
    labelMean += labelDelta / Double(count)
    predictionMean += predictionDelta / Double(count)
    labelDeviation += labelDelta * (label - labelMean)
    predictionDeviation += predictionDelta * (prediction - predictionMean)
    coDeviation += labelDelta * (prediction - predictionMean)
  }

  /// Adds all pairs of `other`.
  static func += (moments: inout PairMoments, other: PairMoments) {
    guard other.count > 0 else { return }
    guard moments.count > 0 else {
      moments = other
      return
    }
    let count = moments.count + other.count
    let labelDelta = (other.firstLabel - moments.firstLabel) + (other.labelMean - moments.labelMean)
    let predictionDelta =
      (other.firstPrediction - moments.firstPrediction) + (other.predictionMean - moments.predictionMean)
    let share = Double(other.count) / Double(count)
    let weight = Double(moments.count) * share
    moments.squaredError += other.squaredError
    moments.absoluteError += other.absoluteError
    moments.error += other.error
    moments.coveredCount += other.coveredCount
    moments.absoluteLabel += other.absoluteLabel
    moments.symmetricError += other.symmetricError
    moments.labelDeviation += other.labelDeviation + labelDelta * labelDelta * weight
    moments.predictionDeviation += other.predictionDeviation + predictionDelta * predictionDelta * weight
    moments.coDeviation += other.coDeviation + labelDelta * predictionDelta * weight
    moments.labelMean += labelDelta * share
    moments.predictionMean += predictionDelta * share
    moments.count = count
  }
}
