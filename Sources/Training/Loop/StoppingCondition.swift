import Metrics

/// A condition that can end a run early.
///
/// The loop checks it after every update, after every epoch, and before a resumed run continues. A condition
/// is a function of the run's history and keeps no state of its own, so that a resumed run stops where the
/// uninterrupted one would have:
/// ```swift
/// struct EnoughUpdates: StoppingCondition {
///   func reason(_ history: TrainingHistory) -> StopReason? {
///     history.iterationCount < 10_000 ? nil : .other("10,000 updates are done")
///   }
/// }
/// let loop = TrainingLoop(epochs: 500, stopping: [EnoughUpdates(), NoImprovement(epochs: 10)])
/// try loop.fit(&network, batches)
/// ```
public protocol StoppingCondition: Sendable {
  /// Returns the reason why the run should end now; `nil` to continue.
  func reason(_ history: TrainingHistory) -> StopReason?
}

/// A condition that stops when no epoch was better than the best before it for a number of epochs.
public struct NoImprovement: StoppingCondition {
  /// The number of epochs, 1 or more.
  public let epochs: Int
  /// The largest gain that does not count as one, in the metric's unit.
  public let minimum: Double

  /// Makes the condition.
  ///
  /// - Parameters:
  ///   - epochs: The number of epochs without a gain, 1 or more.
  ///   - minimum: The largest gain that does not count as one, in the metric's unit; 0 or more.
  public init(epochs: Int, minimum: Double = 0) {
    precondition(epochs > 0, "no improvement for \(epochs) epochs; at least 1 is needed")
    precondition(minimum >= 0, "an improvement of at least \(minimum); it must not be negative")
    self.epochs = epochs
    self.minimum = minimum
  }

  /// Returns the reason once there was no gain for that many epochs.
  public func reason(_ history: TrainingHistory) -> StopReason? {
    history.epochsWithoutGain(above: minimum) >= epochs ? .noImprovement(epochs: epochs) : nil
  }
}

/// A condition that stops when an epoch's metric reaches a target.
public struct TargetReached: StoppingCondition {
  /// The target.
  public let value: Double

  /// Makes the condition.
  public init(_ value: Double) {
    precondition(!value.isNaN, "a figure that is not a number")
    self.value = value
  }

  /// Returns the reason once the metric is as good as the target, or better.
  public func reason(_ history: TrainingHistory) -> StopReason? {
    guard let best = history.best, history.objective.gain(of: best.value, over: value) >= 0 else {
      return nil
    }
    return .reached(value)
  }
}

/// A condition that stops after a time of training, by the loop's clock.
///
/// The time before a checkpoint counts; the time between the end of one process and the start of the resuming
/// one does not.
public struct TimeLimit: StoppingCondition {
  /// The time.
  public let limit: Duration

  /// Makes the condition.
  public init(_ limit: Duration) {
    precondition(limit > .zero, "a time limit of \(limit); it must be above 0")
    self.limit = limit
  }

  /// Returns the reason once the time is over.
  public func reason(_ history: TrainingHistory) -> StopReason? {
    history.seconds >= limit.seconds ? .timeLimit(seconds: limit.seconds) : nil
  }
}

/// A condition that stops when an update's score is above a bound, because the run is diverging.
public struct ScoreAbove: StoppingCondition {
  /// The bound.
  public let bound: Double

  /// Makes the condition.
  public init(_ bound: Double) {
    precondition(!bound.isNaN, "a bound that is not a number")
    self.bound = bound
  }

  /// Returns the reason once the last update's score is above the bound.
  public func reason(_ history: TrainingHistory) -> StopReason? {
    guard let score = history.lastLoss?.score, score > bound else { return nil }
    return .scoreAbove(bound, score: score)
  }
}

/// A condition that stops when a score, a gradient or an epoch's metric is NaN or infinite.
///
/// Without this condition, such a score or gradient is an error, and such a metric counts as an epoch without
/// improvement.
public struct NotFinite: StoppingCondition {
  /// Makes the condition.
  public init() {}

  /// Returns the reason once something is not finite.
  public func reason(_ history: TrainingHistory) -> StopReason? {
    if let divergence = history.divergence { return .notFinite(divergence) }
    guard let last = history.metrics.last, !last.value.isFinite else { return nil }
    return .notFinite("the \(last.name) after epoch \(last.epoch + 1) is \(last.value)")
  }
}

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
