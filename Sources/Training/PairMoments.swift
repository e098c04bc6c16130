/// The means, squared deviations and errors of pairs (label y, prediction p), in one pass and mergeable.
///
/// Welford's update and the pairwise merge of Chan, Golub and LeVeque (1979): sums of squared deviations from the
/// running means. Raw sums of squares would lose all digits of labels far from 0.
struct PairMoments: Sendable, Hashable {
  /// The number of pairs.
  private(set) var count = 0
  /// sum (p - y)^2.
  private(set) var squaredError = 0.0
  /// sum |p - y|.
  private(set) var absoluteError = 0.0
  /// sum (y - mean y)^2; exactly 0 when all labels are equal.
  private(set) var labelDeviation = 0.0
  /// sum (p - mean p)^2; exactly 0 when all predictions are equal.
  private(set) var predictionDeviation = 0.0
  /// sum (y - mean y)(p - mean p).
  private(set) var coDeviation = 0.0
  private var labelMean = 0.0
  private var predictionMean = 0.0

  /// Adds a pair.
  mutating func add(label: Double, prediction: Double) {
    count += 1
    let error = prediction - label
    squaredError += error * error
    absoluteError += error.magnitude
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
    let count = moments.count + other.count
    let labelDelta = other.labelMean - moments.labelMean
    let predictionDelta = other.predictionMean - moments.predictionMean
    let share = Double(other.count) / Double(count)
    let weight = Double(moments.count) * share
    moments.squaredError += other.squaredError
    moments.absoluteError += other.absoluteError
    moments.labelDeviation += other.labelDeviation + labelDelta * labelDelta * weight
    moments.predictionDeviation += other.predictionDeviation + predictionDelta * predictionDelta * weight
    moments.coDeviation += other.coDeviation + labelDelta * predictionDelta * weight
    moments.labelMean += labelDelta * share
    moments.predictionMean += predictionDelta * share
    moments.count = count
  }
}
