/// What has happened in a run so far: all that a decision to stop goes by.
///
/// It is a value, and it is written into checkpoints, so a resumed run decides as the uninterrupted one would have.
public struct TrainingHistory: Sendable, Hashable, Codable {
  /// The number of parameter updates.
  public internal(set) var iterationCount = 0
  /// The loss of every epoch that is done, in order.
  public internal(set) var losses: [BatchLoss] = []
  /// The figures by which epochs are compared, in order.
  ///
  /// They are those of the loop's validation, of the epochs that had one; without a validation each epoch's score on
  /// the training data.
  public internal(set) var figures: [EpochMetric] = []
  /// Which figures are better.
  public internal(set) var direction: Objective
  /// The loss of the last update, before it; `nil` before the first.
  public internal(set) var lastLoss: BatchLoss?
  /// The seconds of training so far; of a resumed run, those before the checkpoint included.
  public internal(set) var seconds = 0.0
  /// Why the last score is NaN or infinite, in words; `nil` while it is a number.
  public internal(set) var divergence: String?

  /// Makes the history of a run that has not begun.
  public init(direction: Objective = .minimize) { self.direction = direction }

  /// The best figure, the first one of equals; `nil` while there is none that is a number.
  public var best: EpochMetric? {
    var best: EpochMetric?
    for figure in figures where !figure.value.isNaN {
      if let sofar = best, !(direction.gain(of: figure.value, over: sofar.value) > 0) { continue }
      best = figure
    }
    return best
  }

  /// The number of epochs since the last one that was better than all before it by more than `minimum`.
  ///
  /// - Parameter minimum: A gain up to this one is none, and what is compared with stays the figure before it; in the
  ///   figure's unit.
  public func epochsWithoutGain(above minimum: Double = 0) -> Int {
    guard let last = figures.last else { return 0 }
    var reference: EpochMetric?  // the figure that later ones are compared with; nil before the first number
    for figure in figures where !figure.value.isNaN {
      if let known = reference, !(direction.gain(of: figure.value, over: known.value) > minimum) { continue }
      reference = figure
    }
    // Nothing but NaN: no epoch had a gain.
    return last.epoch - (reference?.epoch ?? -1)
  }
}
