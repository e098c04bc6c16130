/// The history of a run so far: everything that stopping conditions depend on.
///
/// It is a value, and it is written to checkpoints, so that a resumed run makes the same decisions as an
/// uninterrupted one.
public struct TrainingHistory: Sendable, Hashable, Codable {
  /// The number of parameter updates.
  public internal(set) var iterationCount = 0
  /// The loss of every epoch that is done, in order.
  public internal(set) var losses: [BatchLoss] = []
  /// The metrics by which epochs are compared, in order.
  ///
  /// They are those of the loop's validation, for the epochs that had one; without a validation, each epoch's
  /// score on the training data.
  public internal(set) var metrics: [EpochMetric] = []
  /// The direction in which the metrics improve.
  public internal(set) var objective: EpochMetric.Objective
  /// The loss before the last update; `nil` before the first one.
  public internal(set) var lastLoss: BatchLoss?
  /// The seconds of training so far; in a resumed run, those before the checkpoint are included.
  public internal(set) var seconds = 0.0
  /// The reason why the last score is NaN or infinite, in words; `nil` while it is finite.
  public internal(set) var divergence: String?
  /// The number of epochs that were done when the kept models were evaluated again; `nil`: they never were.
  ///
  /// Those of them that have no metric since then were never measured by it.
  var evaluatedAgainAfter: Int?

  // The keys in checkpoints.
  private enum CodingKeys: String, CodingKey {
    case iterationCount, losses, lastLoss, seconds, divergence, evaluatedAgainAfter
    case metrics = "figures"
    case objective = "direction"
  }

  /// Makes the history of a run that has not begun.
  public init(objective: EpochMetric.Objective = .minimize) { self.objective = objective }

  /// The best metric, the first one of equals; `nil` while there is none that is a number.
  public var best: EpochMetric? {
    var best: EpochMetric?
    for metric in metrics where objective.isBetter(metric.value, than: best?.value) { best = metric }
    return best
  }

  /// Returns the number of epochs since the last one that was better than all before it by more than
  /// `minimum`.
  ///
  /// Epochs whose models were gone when those that were kept were evaluated again do not count.
  ///
  /// - Parameter minimum: The largest gain that does not count as one, in the metric's unit; after such a
  ///   gain, later epochs are still compared with the earlier metric.
  public func epochsWithoutGain(above minimum: Double = 0) -> Int {
    guard let last = metrics.last else { return 0 }
    var reference: EpochMetric?  // the metric that later ones are compared with; nil before the first number
    for metric in metrics
    where objective.isBetter(metric.value, than: reference?.value, byMoreThan: minimum) { reference = metric }
    // All metrics are NaN: no epoch had a gain.
    let first = (reference?.epoch ?? -1) + 1
    let known = min(max(first, evaluatedAgainAfter ?? 0), last.epoch + 1)
    let measured = metrics.count { first..<known ~= $0.epoch }
    return measured + last.epoch + 1 - known
  }
}
