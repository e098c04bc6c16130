import DataSets

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

extension BatchLoss {
  /// Adds the loss of a further piece of the same sequences: sums and steps add, but the sequences count
  /// once.
  ///
  /// A batch of 32 series cut into 10 pieces holds 32 sequences, not 320. Adding its pieces this way gives
  /// the same score of an epoch as without cutting: the sum over the steps / N + penalty.
  public mutating func addPiece(_ piece: BatchLoss) {
    sum += piece.sum
    stepCount += piece.stepCount
    sequenceCount = max(sequenceCount, piece.sequenceCount)
    penalty = piece.penalty
  }
}

/// A count of the series of a pass, each counted once, at its first present step.
///
/// A batch of whole series has one series per row. Lanes and endless series come in batches whose rows
/// continue those of the previous batch, and new series begin anywhere; there a series counts in the batch,
/// or piece, in which it begins. A row that already continues in the first batch of a pass counts as one too,
/// so that a pass through the middle of an endless series has one. Rows that hold only padding are not
/// series.
struct SeriesCount: Sendable, Hashable, Codable {
  /// The number of series so far.
  private(set) var count = 0
  /// True for a row in which a series has begun, but no step was present yet; `nil` before the first batch of
  /// the pass.
  ///
  /// There may be padding before a series, even a whole piece of it.
  private var isPending: [Bool]?

  /// Counts the series that a batch, or a piece, of the pass adds.
  mutating func add(_ batch: DataSet) {
    let mask = batch.stepMask
    let starts = batch.seriesStarts
    let before = isPending
    isPending = (0..<batch.exampleCount).map { row in
      var isPending = before.map { row < $0.count && $0[row] } ?? true
      for step in 0..<batch.stepCount {
        if starts[row, step] { isPending = true }
        if isPending && mask[row, step] {
          count += 1
          isPending = false
        }
      }
      return isPending
    }
  }
}
