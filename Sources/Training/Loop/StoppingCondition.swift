/// Decides when a run ends early.
///
/// The loop asks after every update, after every epoch, and before a resumed run goes on. A condition is a function of the run's
/// history and keeps nothing itself, so that a resumed run stops where the uninterrupted one would have:
/// ```swift
/// struct EnoughUpdates: StoppingCondition {
///   func reason(_ history: TrainingHistory) -> StopReason? {
///     history.iterationCount < 10_000 ? nil : .other("10,000 updates are done")
///   }
/// }
/// try TrainingLoop(epochs: 500, stopping: [EnoughUpdates(), NoImprovement(epochs: 10)]).fit(&network, &batches)
/// ```
public protocol StoppingCondition: Sendable {
  /// Why the run should end now; `nil` to go on.
  func reason(_ history: TrainingHistory) -> StopReason?
}

/// Stops when no epoch was better than the best before it for a number of epochs.
public struct NoImprovement: StoppingCondition {
  /// The number of epochs, 1 or more.
  public let epochs: Int
  /// A gain up to this one counts as none, in the figure's unit.
  public let minimum: Double

  /// Makes the condition.
  ///
  /// - Parameters:
  ///   - epochs: The number of epochs without a gain, 1 or more.
  ///   - minimum: A gain up to this one counts as none, in the figure's unit; 0 or more.
  public init(epochs: Int, minimum: Double = 0) {
    precondition(epochs > 0, "no improvement for \(epochs) epochs")
    precondition(minimum >= 0, "an improvement of at least \(minimum)")
    self.epochs = epochs
    self.minimum = minimum
  }

  /// The reason once that many epochs brought no gain.
  public func reason(_ history: TrainingHistory) -> StopReason? {
    history.epochsWithoutGain(above: minimum) >= epochs ? .noImprovement(epochs: epochs) : nil
  }
}

/// Stops when an epoch's figure is as good as wanted.
public struct TargetReached: StoppingCondition {
  /// The figure that is wanted.
  public let value: Double

  /// Makes the condition.
  public init(_ value: Double) {
    precondition(!value.isNaN, "a figure that is no number")
    self.value = value
  }

  /// The reason once a figure is as good as wanted, or better.
  public func reason(_ history: TrainingHistory) -> StopReason? {
    guard let best = history.best, history.direction.gain(of: best.value, over: value) >= 0 else {
      return nil
    }
    return .reached(value)
  }
}

/// Stops after a time of training, by the loop's clock.
///
/// The time before a checkpoint counts; that between the end of one process and the resuming one does not.
public struct TimeLimit: StoppingCondition {
  /// The time.
  public let limit: Duration

  /// Makes the condition.
  public init(_ limit: Duration) {
    precondition(limit > .zero, "a time limit of \(limit)")
    self.limit = limit
  }

  /// The reason once the time is over.
  public func reason(_ history: TrainingHistory) -> StopReason? {
    history.seconds >= limit.seconds ? .timeLimit(seconds: limit.seconds) : nil
  }
}

/// Stops when an update's score is above a bound: the run goes wrong, and its time is better spent otherwise.
public struct ScoreAbove: StoppingCondition {
  /// The bound.
  public let bound: Double

  /// Makes the condition.
  public init(_ bound: Double) {
    precondition(!bound.isNaN, "a bound that is no number")
    self.bound = bound
  }

  /// The reason once the last update's score is above the bound.
  public func reason(_ history: TrainingHistory) -> StopReason? {
    guard let score = history.lastLoss?.score, score > bound else { return nil }
    return .scoreAbove(bound, score: score)
  }
}

/// Stops when a score, a gradient or an epoch's figure is NaN or infinite.
///
/// Without this condition such a score or gradient is an error, and such a figure an epoch without improvement.
public struct NotFinite: StoppingCondition {
  /// Makes the condition.
  public init() {}

  /// The reason once something is not finite.
  public func reason(_ history: TrainingHistory) -> StopReason? {
    if let divergence = history.divergence { return .notFinite(divergence) }
    guard let last = history.figures.last, !last.value.isFinite else { return nil }
    return .notFinite("the \(last.name) after epoch \(last.epoch + 1) is \(last.value)")
  }
}
