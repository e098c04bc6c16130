/// A range that a figure would lie in for most samples of as many series.
public struct ConfidenceInterval: Sendable, Hashable, Codable {
  /// The ends of the interval.
  public var lower, upper: Double
  /// The number of resamples in which the figure was not defined, and which say nothing.
  public var undefinedCount: Int

  /// Makes the percentile interval of a figure's values in the resamples; `nil` if it was defined in none of them.
  ///
  /// The ends are the (1 - level / 100) / 2 quantiles from both sides, interpolated linearly between the values.
  ///
  /// - Parameters:
  ///   - level: The percentage of the values inside, more than 0 and less than 100.
  ///   - figures: The figure in every resample; `nil` where it is not defined.
  public init?(_ level: Double, of figures: [Double?]) {
    precondition(
      level > 0 && level < 100, "an interval of \(level) %; expected more than 0 and less than 100")
    let values = figures.compactMap { $0 }.sorted()
    if values.isEmpty { return nil }
    func quantile(_ share: Double) -> Double {
      let position = share * Double(values.count - 1)
      let below = Int(position)
      let above = min(below + 1, values.count - 1)
      return values[below] + (position - Double(below)) * (values[above] - values[below])
    }
    let tail = (1 - level / 100) / 2
    (lower, upper) = (quantile(tail), quantile(1 - tail))
    undefinedCount = figures.count - values.count
  }
}
