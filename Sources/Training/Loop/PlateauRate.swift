/// A learning rate that falls whenever no epoch was better than the best before it for some epochs.
///
/// ```swift
/// var loop = TrainingLoop(epochs: 100, validation: .accuracy(on: heldOut))
/// loop.plateau = PlateauRate(factor: 0.5, epochs: 3)
/// ```
/// The rate follows from the metrics of the epochs that are done, so that a resumed run has that of the uninterrupted one.
public struct PlateauRate: Sendable, Hashable {
  /// The factor by which the rate is multiplied each time, above 0 and at most 1.
  public let factor: Float
  /// The number of epochs without a gain after which the rate falls, 1 or more.
  public let epochs: Int

  /// Makes the rule.
  public init(factor: Float, epochs: Int) {
    precondition(factor > 0 && factor <= 1, "a factor of \(factor); expected above 0 and at most 1")
    precondition(epochs > 0, "a plateau of \(epochs) epochs; at least 1 is needed")
    (self.factor, self.epochs) = (factor, epochs)
  }

  /// Returns the factor of the learning rate after the epochs of a run.
  public func scale(after history: TrainingHistory) -> Float {
    var best: Double?
    var (scale, waited) = (Float(1), 0)
    for metric in history.metrics {
      let isBetter = history.objective.isBetter(metric.value, than: best)
      if isBetter { best = metric.value }
      waited = isBetter ? 0 : waited + 1
      if waited == epochs { (scale, waited) = (scale * factor, 0) }
    }
    return scale
  }
}

extension PlateauRate {
  /// Gives a trainer the rate that follows from a run.
  func apply<Model: Trainer>(to trainer: inout Model, after history: TrainingHistory) {
    guard var scaled = trainer as? any RateScaling else {
      preconditionFailure(
        "\(Model.self) has no learning rate that a loop can scale (RateScaling); leave out the plateau")
    }
    scaled.rateScale = scale(after: history)
    if let scaled = scaled as? Model { trainer = scaled }
  }
}
