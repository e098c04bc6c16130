import DataSets
import Platform

/// The storage of the best and the latest model.
struct ModelStorage<Model: Checkpointable, Batches: DataSetIterator>: RunStorage {
  private let directory: ModelDirectory
  /// The number of updates after which the latest model was written; `nil`: not yet written in this process.
  private var latest: Int?

  init(_ directory: ModelDirectory) { self.directory = directory }

  // The best epoch of a resumed run may have been in another process.
  var bestModel: String? { Directory.kind(of: directory.best) == .file ? directory.best : nil }
  // An existing file may belong to another run: a run that diverged immediately has written none.
  var latestModel: String? { latest.map { _ in directory.latest } }

  func willDraw(from batches: Batches) {}
  func updateDone(_ trainer: Model, _ run: RunRecord) {}

  mutating func epochDone(_ trainer: Model, _ run: RunRecord, isBest: Bool) throws {
    if isBest { try trainer.write(to: directory.best, run: nil, contract: directory.contract) }
    try finished(trainer, run)
  }

  mutating func finished(_ trainer: Model, _ run: RunRecord) throws {
    if latest == run.progress.iteration { return }
    try trainer.write(to: directory.latest, run: nil, contract: directory.contract)
    latest = run.progress.iteration
  }
}
