import DataSets
import Training

/// What is worth showing of a training run: its curves, its data, how it ended.
public struct RecordedRun: Sendable {
  /// Something that was found after an epoch.
  public struct EpochEntry<Value: Sendable>: Sendable {
    /// The epoch, from 0.
    public var epoch: Int
    /// What was found.
    public var value: Value
  }

  /// What was found on some data in the course of the run.
  public struct Course: Sendable {
    /// What the data is: "training", "test".
    public var name: String
    /// What was found, in order.
    public var judgements: [EpochEntry<Judgement>]
  }

  /// What the first pass over the data has shown.
  public struct Data: Sendable, Hashable {
    /// The number of batches.
    public var batchCount = 0
    /// The number of series.
    public var exampleCount = 0
    /// The number of cells, a step of an example each, padding included.
    public var cellCount = 0
    /// The number of steps at which features are present.
    public var featureStepCount = 0
    /// The number of steps at which labels are present.
    public var labelStepCount = 0
    /// Whether the pass was seen to its end.
    public var isComplete = false
  }

  /// The score of every update by its number, from 1; of very many, those that a picture shows.
  public internal(set) var updates: [LineChart.Point] = []
  /// The losses of the epochs.
  public internal(set) var losses: [EpochEntry<BatchLoss>] = []
  /// The figures of the loop's validation.
  public internal(set) var validation: [EpochMetric] = []
  /// What judges found.
  public internal(set) var courses: [Course] = []
  /// What the first pass over the data has shown.
  public internal(set) var data = Data()
  /// The masks of the first batch; `nil` before it.
  public internal(set) var firstBatch: MaskPicture?
  /// Whether the run has begun.
  public internal(set) var hasBegun = false
  /// Why the run ended, in words; `nil` while it goes on.
  public internal(set) var ending: String?
  /// Whether it ended because it was done, and not by an error.
  public internal(set) var isFinished = false
  /// The number of updates that an earlier process made, of which scores are not known.
  public internal(set) var resumedAt = 0

  /// Makes the record of a run that has not begun.
  public init() {}
}
