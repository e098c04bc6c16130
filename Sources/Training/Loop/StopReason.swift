import Metrics

/// Why a run ended.
public enum StopReason: Sendable, Hashable, Codable, CustomStringConvertible {
  /// All its epochs are done.
  case epochsDone
  /// No gain for so many epochs.
  case noImprovement(epochs: Int)
  /// The figure that was wanted is reached.
  case reached(Double)
  /// The time is over, in seconds.
  case timeLimit(seconds: Double)
  /// An update's score was above the bound.
  case scoreAbove(Double, score: Double)
  /// A score, a gradient or a figure was NaN or infinite; what and where, in words.
  case notFinite(String)
  /// A reason of the user's own condition, in words.
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
