/// A loss, in parts that add up over batches and shards.
public struct BatchLoss: Sendable, Hashable, Codable {
  /// The loss summed over the steps present in the labels mask.
  public var sum: Double
  /// The number of those steps.
  public var stepCount: Int
  /// The number of sequences, N.
  public var sequenceCount: Int
  /// The penalty of regularization; not divided by N.
  public var penalty: Double

  /// Makes a loss.
  public init(sum: Double = 0, stepCount: Int = 0, sequenceCount: Int = 0, penalty: Double = 0) {
    self.sum = sum
    self.stepCount = stepCount
    self.sequenceCount = sequenceCount
    self.penalty = penalty
  }

  /// The score, per sequence: sum / N + penalty.
  ///
  /// NaN before anything was added.
  public var score: Double { sum / Double(sequenceCount) + penalty }

  /// The loss per present step, without the penalty.
  ///
  /// NaN before anything was added.
  public var perStep: Double { sum / Double(stepCount) }

  /// Adds sums and counts; the penalty becomes that of `next`.
  public static func += (total: inout BatchLoss, next: BatchLoss) {
    total.sum += next.sum
    total.stepCount += next.stepCount
    total.sequenceCount += next.sequenceCount
    total.penalty = next.penalty
  }
}
