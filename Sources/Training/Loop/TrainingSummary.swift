/// The outcome of a run.
public struct TrainingSummary: Sendable, Hashable, Codable {
  /// The number of parameter updates.
  public var iterationCount: Int
  /// The loss of each epoch that is done, in order: `losses.last?.score` is the score at the end.
  public var losses: [BatchLoss]
  /// The reason why the run ended.
  public var reason: StopReason
  /// The metrics of the loop's validation, in order; without a validation, each epoch's score.
  public var metrics: [EpochMetric]
  /// The epoch with the best metric, and the metric; `nil` if no epoch has one that is a number.
  public var best: EpochMetric?
  /// The path of the best epoch's model; `nil` if models are not stored, or no epoch was best.
  public var bestModel: String?
  /// The path of the latest model: that at the end, or, if the run diverged, that of the last epoch before.
  ///
  /// `nil` if models are not stored, or if the run diverged before this process had written one.
  public var latestModel: String?

  private enum CodingKeys: String, CodingKey {
    case iterationCount, losses, reason, best, bestModel, latestModel
    case metrics = "figures"
  }

  /// Makes a summary, by default an empty one.
  public init(
    iterationCount: Int = 0, losses: [BatchLoss] = [], reason: StopReason = .epochsDone,
    metrics: [EpochMetric] = [],
    best: EpochMetric? = nil, bestModel: String? = nil, latestModel: String? = nil
  ) {
    self.iterationCount = iterationCount
    self.losses = losses
    self.reason = reason
    self.metrics = metrics
    self.best = best
    self.bestModel = bestModel
    self.latestModel = latestModel
  }
}
