import DataSets
import FoundationEssentials
import Platform

extension TrainingLoop {
  /// The handling of a newest checkpoint that cannot be restored.
  public enum DamagedCheckpoint {
    /// Stop with an error that names it.
    case refuse
    /// Pass the error that names it to the closure, and continue from the previous checkpoint.
    case passOver((TrainingError) -> Void)
  }

  /// Trains `trainer` on `epochs` passes over `batches`, and stores the best and the latest model on disk.
  ///
  /// - Returns: The summary, as without models, with the paths of the models.
  /// - Throws: The same errors as without models, and any error of writing them; `FileError` if another run
  ///   is writing to the directory.
  @discardableResult
  public func fit<Model: Checkpointable, Batches: DataSetSource>(
    _ trainer: inout Model, _ batches: Batches, models: ModelDirectory
  ) throws -> TrainingSummary {
    try alone(nil, models) {
      try run(&trainer, batches.makeIterator(), ModelStorage<Model, Batches.Iterator>(models))
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
  public func fit<Model: Checkpointable, Batches: DataSetSource>(
    _ trainer: inout Model, _ batches: Batches, checkpoints: Checkpoints, models: ModelDirectory? = nil
  ) throws -> TrainingSummary where Batches.Iterator: ResumableDataSetIterator {
    try alone(checkpoints, models) {
      if let old = try checkpoints.paths().last {
        throw TrainingError(
          .checkpoint,
          "\(old): a new run needs a directory without checkpoints, but this one contains those of another run; "
            + "resume that run, or choose another directory")
      }
      return try run(
        &trainer, batches.makeIterator(),
        CheckpointStorage<Model, Batches.Iterator>(checkpoints, models: models))
    }
  }

  /// Resumes the run whose checkpoints are in a directory, or begins it if there are none.
  ///
  /// The continuation is bit-identical to an uninterrupted run: parameters, updater, iteration, epoch, order
  /// of the data, and the position inside the epoch, even between the pieces of a batch. Trainer and batches
  /// must have been made in the same way as before; the loop may have a different number of epochs and other
  /// conditions.
  ///
  /// - Parameters:
  ///   - trainer: Restored from the checkpoint; made with the same configuration.
  ///   - batches: The same data with the same options; the loop restores its iterator to the checkpoint's
  ///     position.
  ///   - checkpoints: The directory of existing and further checkpoints.
  ///   - models: The directory of the best and the latest model; `nil`: they are not stored.
  ///   - damaged: The handling of a newest checkpoint that cannot be restored.
  /// - Throws: The errors of `fit`; `TrainingError`, naming the checkpoint, if the newest one cannot be
  ///   restored or belongs to other data. The trainer is then unchanged. `FileError` if another run is writing
  ///   to a directory.
  @discardableResult
  public func resume<Model: Checkpointable, Batches: DataSetSource>(
    _ trainer: inout Model, _ batches: Batches, from checkpoints: Checkpoints,
    models: ModelDirectory? = nil, damaged: DamagedCheckpoint = .refuse
  ) throws -> TrainingSummary where Batches.Iterator: ResumableDataSetIterator {
    var iterator = batches.makeIterator()
    return try alone(checkpoints, models) {
      for name in try checkpoints.names().reversed() {
        do {
          let (run, position) = try restore(
            from: "\(checkpoints.directory)/\(name.text)", &trainer, &iterator)
          // The run may have been killed before it removed what this checkpoint has replaced.
          try checkpoints.prune(after: name)
          return try self.run(
            &trainer, iterator, from: run,
            CheckpointStorage(checkpoints, models: models, from: run, position: position))
        } catch let unusable as UnusableCheckpoint {
          guard case .passOver(let tell) = damaged else { throw unusable.error }
          tell(unusable.error)
        }
      }
      return try run(
        &trainer, iterator, CheckpointStorage<Model, Batches.Iterator>(checkpoints, models: models))
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
  private func restore<Model: Checkpointable, Batches: ResumableDataSetIterator>(
    from path: String, _ trainer: inout Model, _ batches: inout Batches
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
          "\(path): the checkpoint cannot be restored: \(reason); remove it to resume from the one before it, or "
            + "start again in another directory"))
    }
    try checkFigures(run, path)
    run.history.objective = objective
    var placed = batches
    if let position {
      do {
        try placed.restore(position)
      } catch {
        throw TrainingError(
          .checkpoint, "\(path): the checkpoint does not belong to these batches: \(error)")
      }
    }
    (trainer, batches) = (restored, placed)
    return (run, position)
  }

  /// Checks that the metrics of a run and of this loop are comparable.
  private func checkFigures(_ run: RunRecord, _ path: String) throws {
    let name = validation?.name ?? "score"
    guard let other = run.history.metrics.last?.name, other != name else { return }
    throw TrainingError(
      .checkpoint,
      "\(path): the epochs of this run were measured by \(other), but this loop measures them by \(name); resume with "
        + "the same validation")
  }

  /// The error of a damaged checkpoint, so that an older one may be tried.
  private struct UnusableCheckpoint: Error { var error: TrainingError }
}
