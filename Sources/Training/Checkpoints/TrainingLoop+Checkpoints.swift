import DataSets
import FoundationEssentials
import Platform

/// The handling of a newest checkpoint that cannot be restored.
public enum DamagedCheckpoint {
  /// Stop with an error that names it.
  case refuse
  /// Pass the error that names it to the closure, and continue from the previous checkpoint.
  case passOver((TrainingError) -> Void)
}

extension TrainingLoop {
  /// Trains `trainer` on `epochs` passes over `batches`, and stores the best and the latest model on disk.
  ///
  /// - Returns: The summary, as without models, with the paths of the models.
  /// - Throws: The same errors as without models, and any error of writing them; `FileError` if another run
  ///   is writing to the directory.
  @discardableResult
  public func fit<Model: Checkpointable, Batches: DataSetIterator>(
    _ trainer: inout Model, _ batches: inout Batches, models: ModelDirectory
  ) throws -> TrainingSummary {
    try alone(nil, models) {
      try run(&trainer, &batches, from: newRun(batches), ModelStorage<Model, Batches>(models))
    }
  }

  /// Trains `trainer` on `epochs` passes over `batches`, and writes checkpoints from which the run can be
  /// resumed.
  ///
  /// - Parameters:
  ///   - trainer: The trainer.
  ///   - batches: The data.
  ///   - checkpoints: The directory and interval of the checkpoints.
  ///   - models: The directory of the best and the latest model; `nil`: they are not stored.
  /// - Throws: The same errors as without checkpoints, and any error of writing them; `TrainingError` if the
  ///   directory already holds checkpoints, `FileError` if another run is writing there.
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

  /// Resumes the run whose checkpoints are in a directory, or begins it if there are none.
  ///
  /// The continuation is bit-identical to an uninterrupted run: parameters, updater, iteration, epoch, order
  /// of the data, and the position inside the epoch, even between the pieces of a batch. Trainer and batches
  /// must have been made in the same way as before; the loop may have another number of epochs and other
  /// conditions.
  ///
  /// - Parameters:
  ///   - trainer: Restored from the checkpoint; made with the same configuration.
  ///   - batches: Restored to the checkpoint's position; the same data with the same options.
  ///   - checkpoints: The directory of existing and further checkpoints.
  ///   - models: The directory of the best and the latest model; `nil`: they are not stored.
  ///   - damaged: The handling of a newest checkpoint that cannot be restored.
  /// - Throws: The errors of `fit`; `TrainingError`, naming the checkpoint, if the newest one cannot be
  ///   restored or belongs to other data. Trainer and batches are then unchanged. `FileError` if another run
  ///   is writing to a directory.
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

  /// Calls `body` as the only run that writes to these directories, which are created if they are missing.
  ///
  /// - Throws: `FileError` if they cannot be created, or another run is writing there; and any error of
  ///   `body`.
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

  /// Restores one checkpoint.
  ///
  /// - Throws: `UnusableCheckpoint` if the file is damaged; `TrainingError` if it belongs to another run.
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
      // Valid, but of another trainer: so are the older ones, and none of them may be removed.
      throw error
    } catch {
      // Many errors begin with the path itself.
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

  /// Checks that the metrics of a run and of this loop are comparable.
  private func checkFigures(_ run: RunRecord, _ path: String) throws {
    let name = validation?.name ?? "score"
    guard let other = run.history.figures.last?.name, other != name else { return }
    throw TrainingError(
      .checkpoint,
      "\(path): the run was judged by its \(other), this loop judges by \(name); give it the same validation")
  }

  /// The error of a damaged checkpoint, so that an older one may be tried.
  private struct UnusableCheckpoint: Error { var error: TrainingError }
}
