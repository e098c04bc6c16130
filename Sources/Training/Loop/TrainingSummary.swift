/// What a run came to.
public struct TrainingSummary: Sendable, Hashable, Codable {
  /// The number of parameter updates.
  public var iterationCount: Int
  /// The loss of each epoch that is done, in order: `losses.last?.score` is the score at the end.
  public var losses: [BatchLoss]
  /// Why it ended.
  public var reason: StopReason
  /// The figures of the loop's validation, in order; without a validation each epoch's score.
  public var figures: [EpochMetric]
  /// The epoch with the best figure, and the figure; `nil` when no epoch has one that is a number.
  public var best: EpochMetric?
  /// Where the best epoch's model is; `nil` when models are not kept, or no epoch was best.
  public var bestModel: String?
  /// Where the latest model is: that at the end, or, of a run that has diverged, that of the last epoch before.
  ///
  /// `nil` when models are not kept, and when the run has diverged before this process had written one.
  public var latestModel: String?

  /// Makes a summary, of nothing by default.
  public init(
    iterationCount: Int = 0, losses: [BatchLoss] = [], reason: StopReason = .epochsDone,
    figures: [EpochMetric] = [],
    best: EpochMetric? = nil, bestModel: String? = nil, latestModel: String? = nil
  ) {
    self.iterationCount = iterationCount
    self.losses = losses
    self.reason = reason
    self.figures = figures
    self.best = best
    self.bestModel = bestModel
    self.latestModel = latestModel
  }
}
