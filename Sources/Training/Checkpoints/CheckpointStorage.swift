import DataSets
import Platform
import TensorFiles

/// The storage of checkpoints, and of models if requested.
struct CheckpointStorage<Model: Checkpointable, Batches: ResumableDataSetIterator>: RunStorage {
  private let checkpoints: Checkpoints
  private var kept: ModelStorage<Model, Batches>?
  /// The iterator's position before the current batch; `nil` before the first one.
  private var position: Batches.State?
  /// The time of the run at the last check, in seconds.
  private var seconds: Double
  /// The record last written or resumed from; `nil` at the beginning of a run.
  private var last: RunRecord?

  /// Continues from `last`, with the iterator's position at that time.
  init(
    _ checkpoints: Checkpoints, models: ModelDirectory?, from last: RunRecord? = nil,
    position: Batches.State? = nil
  ) {
    self.checkpoints = checkpoints
    kept = models.map { ModelStorage($0) }
    self.last = last
    self.position = position
    seconds = last?.history.seconds ?? 0
  }

  var bestModel: String? { kept?.bestModel }
  var latestModel: String? { kept?.latestModel }

  mutating func willDraw(from batches: Batches) { position = batches.state }

  mutating func updateDone(_ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener]) throws {
    switch checkpoints.interval {
    case .iterations(let count):
      let (number, rest) = run.progress.iteration.quotientAndRemainder(dividingBy: count)
      if rest == 0 { try write(trainer, run, listeners, number: number) }
    case .seconds(let interval):
      let number = (run.history.seconds / interval).rounded(.down)
      let isDue = number > (seconds / interval).rounded(.down)
      seconds = run.history.seconds
      if isDue { try write(trainer, run, listeners, number: Int(number)) }
    case .epochs: break
    }
  }

  mutating func epochDone(
    _ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener], isBest: Bool
  ) throws {
    try kept?.epochDone(trainer, run, listeners, isBest: isBest)
    guard case .epochs(let count) = checkpoints.interval else { return }
    let (number, rest) = run.history.losses.count.quotientAndRemainder(dividingBy: count)
    if rest == 0 { try write(trainer, run, listeners, number: number) }
  }

  mutating func finished(_ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener]) throws {
    try kept?.finished(trainer, run, listeners)
    // Nothing has happened since the last checkpoint: the run was already over, or a checkpoint was due just
    // now.
    if let last, last.progress.iteration == run.progress.iteration, last.isInsideEpoch == run.isInsideEpoch {
      return
    }
    try write(trainer, run, listeners, number: nil)
  }

  /// Writes the checkpoint that is due as number `number`, or for the end of the run (`nil`), and removes
  /// older ones.
  private mutating func write(
    _ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener], number: Int?
  ) throws {
    var run = run
    var states: [String: String] = [:]
    for listener in listeners {
      // Each is asked, since each must have its files on the disk.
      let state = try listener.willCheckpoint(run.progress)
      if let key = listener.checkpointKey { states[key] = state }
    }
    if !states.isEmpty { run.listeners = states }
    run.position = try position.map { try jsonText($0) }
    let iteration = run.progress.iteration
    let wasKept = try checkpoints.names().contains { $0.iteration == iteration && $0.isKept }
    let isKept = wasKept || checkpoints.keepEvery.map { number?.isMultiple(of: $0) ?? false } ?? false
    let name = CheckpointName(
      iteration: iteration, isKept: isKept, fileExtension: checkpoints.fileExtension)
    try trainer.write(
      to: "\(checkpoints.directory)/\(name.text)", run: try run.text(), contract: checkpoints.contract)
    try checkpoints.prune(after: name)
    run.listeners = nil
    last = run
  }
}

/// The storage of the best and the latest model.
struct ModelStorage<Model: Checkpointable, Batches: DataSetIterator>: RunStorage {
  private let directory: ModelDirectory
  /// The number of updates after which the latest model was written; `nil`: not yet written in this process.
  private var latest: Int?

  init(_ directory: ModelDirectory) { self.directory = directory }

  // The best epoch of a resumed run may have been in another process.
  var bestModel: String? { (try? Directory.kind(of: directory.best)) == .file ? directory.best : nil }
  // An existing file may belong to another run: a run that diverged immediately has written none.
  var latestModel: String? { latest.map { _ in directory.latest } }

  func willDraw(from batches: Batches) {}
  func updateDone(_ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener]) {}

  mutating func epochDone(
    _ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener], isBest: Bool
  ) throws {
    if isBest { try trainer.write(to: directory.best, run: nil, contract: directory.contract) }
    try finished(trainer, run, listeners)
  }

  mutating func finished(_ trainer: Model, _ run: RunRecord, _ listeners: [any TrainingListener]) throws {
    if latest == run.progress.iteration { return }
    try trainer.write(to: directory.latest, run: nil, contract: directory.contract)
    latest = run.progress.iteration
  }
}
