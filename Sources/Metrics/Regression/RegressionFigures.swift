/// How well one column of numbers was predicted; y are the labels, p the predictions, n their number.
///
/// Labels that are all equal leave nothing to explain: the figures relative to their spread are `nil` then.
public struct RegressionFigures: Sendable, Hashable, Codable {
  /// The column's name.
  public var name: String
  /// MSE: sum (p - y)^2 / n.
  public var meanSquaredError: Double
  /// MAE: sum |p - y| / n.
  public var meanAbsoluteError: Double
  /// RSE: sum (p - y)^2 / sum (y - mean y)^2; `nil` when all labels are equal.
  public var relativeSquaredError: Double?
  /// Pearson's r: sum (y - mean y)(p - mean p) / sqrt(sum (y - mean y)^2 sum (p - mean p)^2).
  ///
  /// `nil` when all labels, or all predictions, are equal.
  public var correlation: Double?

  /// RMSE: the square root of the mean squared error, in the column's unit.
  public var rootMeanSquaredError: Double { meanSquaredError.squareRoot() }

  /// R^2 = 1 - RSE: 1 is perfect, 0 as good as the labels' mean, below 0 worse; `nil` when all labels are equal.
  public var rSquared: Double? { relativeSquaredError.map { 1 - $0 } }

  /// The figures of moments of at least one pair.
  init(name: String, _ moments: PairMoments) {
    self.name = name
    let count = Double(moments.count)
    meanSquaredError = moments.squaredError / count
    meanAbsoluteError = moments.absoluteError / count
    let (label, prediction) = (moments.labelDeviation, moments.predictionDeviation)
    relativeSquaredError = label > 0 ? moments.squaredError / label : nil
    // Two roots, because the product of two small deviations can underflow; rounding must not pass +-1.
    correlation =
      label > 0 && prediction > 0
      ? max(-1, min(1, moments.coDeviation / (label.squareRoot() * prediction.squareRoot()))) : nil
  }
}
