import DataSets

/// What a run leaves on the disk, and when: the loop's one way to files.
protocol RunStorage<Model, Batches> {
  associatedtype Model: Trainer
  associatedtype Batches: DataSetIterator

  /// A batch is about to be drawn.
  mutating func willDraw(from batches: Batches)
  /// An update was made, and the listeners know.
  mutating func updateDone(_ trainer: Model, _ run: RunRecord) throws
  /// An epoch is done, and the listeners know.
  mutating func epochDone(_ trainer: Model, _ run: RunRecord, isBest: Bool) throws
  /// The run is over; its parameters are good.
  mutating func finished(_ trainer: Model, _ run: RunRecord) throws
  /// Where the model of the run's best epoch is; `nil` when there is none.
  var bestModel: String? { get }
  /// Where the model that was written last is; `nil` when this process has written none.
  var latestModel: String? { get }
}

/// Keeps nothing: for trainers that cannot be written down, and runs that need not be.
struct NoStorage<Model: Trainer, Batches: DataSetIterator>: RunStorage {
  func willDraw(from batches: Batches) {}
  func updateDone(_ trainer: Model, _ run: RunRecord) {}
  func epochDone(_ trainer: Model, _ run: RunRecord, isBest: Bool) {}
  func finished(_ trainer: Model, _ run: RunRecord) {}
  var bestModel: String? { nil }
  var latestModel: String? { nil }
}
