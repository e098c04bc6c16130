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
  ///   - judgedAnew: Not `nil`: the models that the run has kept are evaluated again, because it was measured by
  ///     another metric, or on other validation data, which is otherwise an error. The closure gets their metrics,
  ///     which replace those of all epochs so far.
  /// - Throws: The errors of `fit`; `TrainingError`, naming the checkpoint, if the newest one cannot be
  ///   restored or belongs to other data. The trainer is then unchanged. `FileError` if another run is writing
  ///   to a directory.
  @discardableResult
  public func resume<Model: Checkpointable, Batches: DataSetSource>(
    _ trainer: inout Model, _ batches: Batches, from checkpoints: Checkpoints,
    models: ModelDirectory? = nil, damaged: DamagedCheckpoint = .refuse,
    judgedAnew: (([EpochMetric]) -> Void)? = nil
  ) throws -> TrainingSummary where Batches.Iterator: ResumableDataSetIterator {
    var iterator = batches.makeIterator()
    return try alone(checkpoints, models) {
      for name in try checkpoints.names().reversed() {
        do {
          let path = "\(checkpoints.directory)/\(name.text)"
          var (restored, placed) = (trainer, iterator)
          let (found, position) = try restore(from: path, &restored, &placed)
          var run = found
          if let judgedAnew {
            try judgeAnew(&run, restored, models)
            // First: whatever ends the command now, the next one knows what the epochs were measured by.
            try restored.write(to: path, run: run.text(), contract: checkpoints.contract)
            judgedAnew(run.history.metrics)
          } else {
            try checkMetrics(run, path)
            try checkBestModel(of: run, path, models)
          }
          run.history.objective = objective
          if let models, !run.isInsideEpoch, let best = run.history.best,
            best.epoch == run.history.losses.indices.last
          {
            // The run may have been killed before it wrote its best model, or judged by other data.
            try restored.write(to: models.best, run: nil, contract: models.contract)
          }
          (trainer, iterator) = (restored, placed)
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
    let run: RunRecord
    let position: Batches.State?
    do {
      guard let text = try trainer.restore(from: path) else {
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
    if let position {
      do {
        try batches.restore(position)
      } catch {
        throw TrainingError(
          .checkpoint, "\(path): the checkpoint does not belong to these batches: \(error)")
      }
    }
    return (run, position)
  }

  /// Checks that the metrics of a run and of this loop are comparable.
  private func checkMetrics(_ run: RunRecord, _ path: String) throws {
    guard let other = run.history.metrics.last?.name else { return }
    let name = validation?.name ?? "score"
    let problem: String
    if other != name {
      problem = "were measured by \(other), but this loop measures them by \(name)"
    } else if let before = run.validationData, let data = validation?.data, before != data {
      problem = "were measured on other validation data"
    } else {
      return
    }
    let remedy =
      validation == nil ? "" : ", or evaluate the models that it has kept again (\(Remedy.judgeAnew))"
    throw TrainingError(
      .checkpoint,
      "\(path): the epochs of this run \(problem); resume with the same validation\(remedy)")
  }

  /// Evaluates the models that a run has kept again, by the validation of this loop: that of the best epoch, and that
  /// of the checkpoint if it was written at the end of an epoch.
  ///
  /// Other epochs have no metric then, because their models are gone.
  private func judgeAnew<Model: Checkpointable>(
    _ run: inout RunRecord, _ trainer: Model, _ models: ModelDirectory?
  ) throws {
    let last = run.isInsideEpoch ? nil : run.history.losses.indices.last
    let best = run.history.best?.epoch
    run.history.metrics = []
    run.history.evaluatedAgainAfter = run.history.losses.count
    run.history.objective = objective
    run.validationData = validation?.data
    guard let validation else { return }
    if let best, best != last, let models, try Directory.kind(of: models.best) == .file {
      var kept = trainer
      _ = try kept.restore(from: models.best)
      let value = try validation.figure(kept)
      run.history.metrics.append(EpochMetric(epoch: best, name: validation.name, value: value))
    }
    guard let last else { return }
    let value = try validation.figure(trainer)
    run.history.metrics.append(EpochMetric(epoch: last, name: validation.name, value: value))
  }

  /// Rejects a run whose best model was removed: nothing could replace it.
  private func checkBestModel(of run: RunRecord, _ path: String, _ models: ModelDirectory?) throws {
    guard let models, let best = run.history.best, best.epoch != run.history.losses.indices.last,
      // A run that stored no models before has none.
      try Directory.kind(of: models.latest) == .file, try Directory.kind(of: models.best) == .missing
    else { return }
    let remedy = validation == nil ? "" : ", or evaluate the last model alone (\(Remedy.judgeAnew))"
    throw TrainingError(
      .checkpoint,
      "\(models.best): expected the model of epoch \(best.epoch + 1), the best of the run in \(path), found no file; "
        + "restore the file\(remedy)")
  }

  /// The error of a damaged checkpoint, so that an older one may be tried.
  private struct UnusableCheckpoint: Error { var error: TrainingError }
}
