/// What a run came to.
public struct TrainingSummary: Sendable, Hashable, Codable {
  /// The number of parameter updates.
  public var iterationCount: Int
  /// The loss of each epoch, in order: `losses.last?.score` is the score at the end.
  public var losses: [BatchLoss]

  /// Makes a summary, of nothing by default.
  public init(iterationCount: Int = 0, losses: [BatchLoss] = []) {
    self.iterationCount = iterationCount
    self.losses = losses
  }
}
