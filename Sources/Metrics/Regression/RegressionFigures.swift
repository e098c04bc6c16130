/// The regression figures of one column, with labels y, predictions p, and their number n.
///
/// If all labels are equal, there is no variation to explain, and the figures relative to it are `nil`.
public struct RegressionFigures: Sendable, Hashable, Codable {
  /// The name of the column.
  public var name: String
  /// The mean squared error (MSE): sum (p - y)^2 / n.
  public var meanSquaredError: Double
  /// The mean absolute error (MAE): sum |p - y| / n.
  public var meanAbsoluteError: Double
  /// The relative squared error (RSE): sum (p - y)^2 / sum (y - mean y)^2; `nil` if all labels are equal.
  public var relativeSquaredError: Double?
  /// Pearson's r: sum (y - mean y)(p - mean p) / sqrt(sum (y - mean y)^2 sum (p - mean p)^2).
  ///
  /// `nil` if all labels, or all predictions, are equal.
  public var correlation: Double?

  /// The root mean squared error (RMSE), in the unit of the column.
  public var rootMeanSquaredError: Double { meanSquaredError.squareRoot() }

  /// R^2 = 1 - RSE; `nil` if all labels are equal.
  ///
  /// 1 is perfect, 0 is as good as the mean of the labels, and below 0 is worse.
  public var rSquared: Double? { relativeSquaredError.map { 1 - $0 } }

  /// Computes the figures from the moments of at least one pair.
  init(name: String, _ moments: PairMoments) {
    self.name = name
    let count = Double(moments.count)
    meanSquaredError = moments.squaredError / count
    meanAbsoluteError = moments.absoluteError / count
    let (label, prediction) = (moments.labelDeviation, moments.predictionDeviation)
    relativeSquaredError = label > 0 ? moments.squaredError / label : nil
    // Two roots, because the product of two small deviations can underflow. Rounding must not exceed +-1.
    correlation =
      label > 0 && prediction > 0
      ? max(-1, min(1, moments.coDeviation / (label.squareRoot() * prediction.squareRoot()))) : nil
  }
}
