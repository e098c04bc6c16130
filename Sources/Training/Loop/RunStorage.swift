import DataSets

/// The storage of a run's files: the loop's only access to the disk.
protocol RunStorage<Model, Batches> {
  associatedtype Model: Trainer
  associatedtype Batches: DataSetIterator

  /// Called before a batch is read.
  mutating func willDraw(from batches: Batches)
  /// Called after an update, once the listeners have been called.
  mutating func updateDone(_ trainer: Model, _ run: RunRecord) throws
  /// Called after an epoch, once the listeners have been called.
  mutating func epochDone(_ trainer: Model, _ run: RunRecord, isBest: Bool) throws
  /// Called at the end of a run whose parameters have not diverged.
  mutating func finished(_ trainer: Model, _ run: RunRecord) throws
  /// The path of the model of the run's best epoch; `nil` if there is none.
  var bestModel: String? { get }
  /// The path of the model that was written last; `nil` if this process has written none.
  var latestModel: String? { get }
}

/// A storage that stores nothing: for trainers that cannot be saved, and runs that need not be.
struct NoStorage<Model: Trainer, Batches: DataSetIterator>: RunStorage {
  func willDraw(from batches: Batches) {}
  func updateDone(_ trainer: Model, _ run: RunRecord) {}
  func epochDone(_ trainer: Model, _ run: RunRecord, isBest: Bool) {}
  func finished(_ trainer: Model, _ run: RunRecord) {}
  var bestModel: String? { nil }
  var latestModel: String? { nil }
}
