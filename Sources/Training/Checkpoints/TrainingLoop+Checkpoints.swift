import DataSets
import FoundationEssentials
import Platform

/// What to do about a newest checkpoint that cannot be taken up.
public enum DamagedCheckpoint {
  /// Stop with an error that names it.
  case refuse
  /// Tell the closure, with the error that names it, and go on from the one before it.
  case passOver((TrainingError) -> Void)
}

extension TrainingLoop {
  /// Trains `trainer` on `epochs` passes over `batches`, and keeps the best and the latest model on disk.
  ///
  /// - Returns: As without models, and where they are.
  /// - Throws: As without models, and what writing them throws; `FileError` when another run is writing in the directory.
  @discardableResult
  public func fit<Model: Checkpointable, Batches: DataSetIterator>(
    _ trainer: inout Model, _ batches: inout Batches, models: ModelDirectory
  ) throws -> TrainingSummary {
    try alone(nil, models) {
      try run(&trainer, &batches, from: newRun(batches), ModelStorage<Model, Batches>(models))
    }
  }

  /// Trains `trainer` on `epochs` passes over `batches`, and writes checkpoints to go on from.
  ///
  /// - Parameters:
  ///   - trainer: What is trained.
  ///   - batches: What it is trained on.
  ///   - checkpoints: When and where they are written.
  ///   - models: Where the best and the latest model are kept; `nil`: nowhere.
  /// - Throws: As without checkpoints, and what writing them throws; `TrainingError` when the directory holds
  ///   checkpoints already, `FileError` when another run is writing there.
  @discardableResult
  public func fit<Model: Checkpointable, Batches: ResumableDataSetIterator>(
    _ trainer: inout Model, _ batches: inout Batches, checkpoints: Checkpoints, models: ModelDirectory? = nil
  ) throws -> TrainingSummary {
    try alone(checkpoints, models) {
      if let old = try checkpoints.paths().last {
        throw TrainingError(
          .checkpoint,
          "\(old): the directory holds checkpoints of a run already; go on with it (resume), or choose another "
            + "directory")
      }
      return try run(
        &trainer, &batches, from: newRun(batches),
        CheckpointStorage<Model, Batches>(checkpoints, models: models))
    }
  }

  /// Goes on with the run whose checkpoints are in a directory, or begins it when there are none.
  ///
  /// What follows is bit-identical to what would have followed without interruption: parameters, updater, iteration,
  /// epoch, order of the data, and the place inside the epoch, in the middle of a batch's pieces too. Trainer and
  /// batches must have been made as they were then; the loop may have another number of epochs and other conditions.
  ///
  /// - Parameters:
  ///   - trainer: Takes up what the checkpoint holds; made with the same configuration.
  ///   - batches: Take up the checkpoint's position; the same data with the same options.
  ///   - checkpoints: Where the checkpoints are, and further ones are written.
  ///   - models: Where the best and the latest model are kept; `nil`: nowhere.
  ///   - damaged: What to do when the newest checkpoint cannot be taken up.
  /// - Throws: As `fit`; `TrainingError` when the newest checkpoint cannot be taken up, or belongs to other data, naming
  ///   it. Trainer and batches are then as they were. `FileError` when another run is writing in a directory.
  @discardableResult
  public func resume<Model: Checkpointable, Batches: ResumableDataSetIterator>(
    _ trainer: inout Model, _ batches: inout Batches, from checkpoints: Checkpoints,
    models: ModelDirectory? = nil,
    damaged: DamagedCheckpoint = .refuse
  ) throws -> TrainingSummary {
    try alone(checkpoints, models) {
      for path in try checkpoints.paths().reversed() {
        do {
          let (run, position) = try takeUp(path, &trainer, &batches)
          return try self.run(
            &trainer, &batches, from: run,
            CheckpointStorage(checkpoints, models: models, from: run, position: position))
        } catch let unusable as UnusableCheckpoint {
          guard case .passOver(let tell) = damaged else { throw unusable.error }
          tell(unusable.error)
        }
      }
      return try run(
        &trainer, &batches, from: newRun(batches),
        CheckpointStorage<Model, Batches>(checkpoints, models: models))
    }
  }

  /// Does `body` as the only run that writes in these directories, which are made where they are missing.
  ///
  /// - Throws: `FileError` when they cannot be made, or another run is writing there; and what `body` throws.
  private func alone<Result>(
    _ checkpoints: Checkpoints?, _ models: ModelDirectory?, _ body: () throws -> Result
  ) throws -> Result {
    let directories = [checkpoints?.directory, models?.path].compactMap { $0 }
    for directory in directories { try Directory.create(directory) }
    let lock = try DirectoryLock(directories)
    try checkpoints?.removeLeftovers()
    try models?.removeLeftovers()
    return try withExtendedLifetime(lock, body)
  }

  /// Takes up one checkpoint.
  ///
  /// - Throws: `UnusableCheckpoint` when the file is damaged; `TrainingError` when it is another run's.
  private func takeUp<Model: Checkpointable, Batches: ResumableDataSetIterator>(
    _ path: String, _ trainer: inout Model, _ batches: inout Batches
  ) throws -> (RunRecord, Batches.State?) {
    var restored = trainer
    var run: RunRecord
    let position: Batches.State?
    do {
      guard let text = try restored.restore(from: path) else {
        throw RunRecord.Damage(problem: "it is a model without a run")
      }
      run = try RunRecord(text)
      position = try run.position.map { try JSONDecoder().decode(Batches.State.self, from: Data($0.utf8)) }
    } catch let error as TrainingError {
      // Sound, but of another trainer: the one before it is too, and none of them is to be removed.
      throw error
    } catch {
      // Many an error begins with the path itself.
      let problem = "\(error)"
      let reason = problem.hasPrefix("\(path): ") ? problem.dropFirst(path.count + 2) : problem[...]
      throw UnusableCheckpoint(
        error: TrainingError(
          .checkpoint,
          "\(path): the checkpoint cannot be taken up: \(reason); remove it to go on from the one before it, or "
            + "begin anew in another directory"))
    }
    try checkFigures(run, path)
    run.history.direction = newRun(batches).history.direction
    var placed = batches
    if let position {
      do {
        try placed.restore(position)
      } catch {
        throw TrainingError(
          .checkpoint, "\(path): the checkpoint does not go with these batches: \(error)")
      }
    }
    (trainer, batches) = (restored, placed)
    return (run, position)
  }

  /// Figures of a run and of this loop must be comparable.
  private func checkFigures(_ run: RunRecord, _ path: String) throws {
    let name = validation?.name ?? "score"
    guard let other = run.history.figures.last?.name, other != name else { return }
    throw TrainingError(
      .checkpoint,
      "\(path): the run was judged by its \(other), this loop judges by \(name); give it the same validation")
  }

  /// A checkpoint that is damaged, so that an older one might do.
  private struct UnusableCheckpoint: Error { var error: TrainingError }
}
