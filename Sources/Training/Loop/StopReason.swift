import Metrics

/// The reason why a run ended.
public enum StopReason: Sendable, Hashable, Codable, CustomStringConvertible {
  /// All its epochs are done.
  case epochsDone
  /// There was no gain for this number of epochs.
  case noImprovement(epochs: Int)
  /// The target value of the metric is reached.
  case reached(Double)
  /// The time limit, in seconds, is reached.
  case timeLimit(seconds: Double)
  /// The score of an update was above the bound.
  case scoreAbove(Double, score: Double)
  /// A score, a gradient or a metric was NaN or infinite, as described in words.
  case notFinite(String)
  /// A reason of a custom condition, in words.
  case other(String)

  /// The reason in words.
  public var description: String {
    switch self {
    case .epochsDone: "all epochs are done"
    case .noImprovement(let epochs): "no improvement for \(epochs) epoch\(epochs == 1 ? "" : "s")"
    case .reached(let value): "the figure \(value.short) is reached"
    case .timeLimit(let seconds): "the time of \(seconds.short) s is over"
    case .scoreAbove(let bound, let score): "the score \(score.short) is above \(bound.short)"
    case .notFinite(let problem): problem
    case .other(let text): text
    }
  }
}
