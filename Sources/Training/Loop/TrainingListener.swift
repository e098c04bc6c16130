import DataSets

/// An observer of a run: the loop calls it between updates, when nothing accesses the trainer.
///
/// Every requirement has a default that does nothing, so a listener implements only the calls that it needs:
/// ```swift
/// final class ScorePrinter: TrainingListener {
///   func epochDone(_ progress: TrainingProgress, trainer: some Trainer) { print(progress.loss.score) }
/// }
/// ```
/// Every call passes the trainer, so a listener can evaluate it on held-out data, or save it if it is
/// `Checkpointable`. A listener is a class, so that its creator can read its results afterwards. Listeners
/// are called in the order in which the loop was given them, on the training thread: slow listeners slow down
/// training. An error thrown by one ends the run, after `failed` was called on all.
public protocol TrainingListener: AnyObject {
  /// The name under which checkpoints store the listener's state; `nil`: it has none.
  ///
  /// Each listener of a run needs its own.
  var checkpointKey: String? { get }

  /// Called before a checkpoint is written, between two updates.
  ///
  /// A resumed run continues after this call: what the listener has written by then must be on the disk when the call
  /// returns, so that even a power failure leaves no checkpoint that is ahead of it.
  ///
  /// - Returns: The state, as text, that `restore` gets in the resumed run; `nil`: none.
  func willCheckpoint(_ progress: TrainingProgress) throws -> String?

  /// Called before `began` when the run resumes from a checkpoint with a state of this listener.
  func restore(_ state: String) throws

  /// Called when the run begins, or resumes from a checkpoint: no batch was read yet in this process.
  ///
  /// `progress` is the position of the run: in a resumed run, the epoch and the update of its checkpoint.
  func began(_ progress: TrainingProgress, trainer: some Trainer) throws

  /// Called before a piece of a batch is trained on.
  ///
  /// - Parameters:
  ///   - piece: The data that the trainer is given next; the whole batch if it is not cut.
  ///   - progress: The position of the run: `progress.piece` pieces of the batch are done.
  ///   - trainer: The trainer.
  func willTrain(on piece: DataSet, _ progress: TrainingProgress, trainer: some Trainer) throws

  /// Called after one parameter update.
  ///
  /// A piece with nothing to learn from makes no update, and no call.
  ///
  /// - Parameters:
  ///   - loss: The loss of the piece, before the update.
  ///   - progress: The position of the run; `progress.iteration` is 1 at the first call.
  ///   - trainer: The trainer.
  func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) throws

  /// Called at the end of an epoch whose metric is better than those of all epochs before.
  ///
  /// All listeners are called before `epochDone` of the first: when a user reads that an epoch was the best, its model
  /// can be on the disk.
  func bestEpochDone(_ progress: TrainingProgress, trainer: some Trainer) throws

  /// Called at the end of an epoch; `progress.loss` is the loss of the whole epoch.
  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws

  /// Called at the end of the run; `summary.reason` is the reason.
  func finished(_ summary: TrainingSummary, trainer: some Trainer) throws

  /// Called when the run has ended with an error, which `fit` throws next.
  func failed(_ error: any Error)
}

extension TrainingListener {
  /// `nil`: no state.
  public var checkpointKey: String? { nil }

  /// Does nothing.
  public func willCheckpoint(_ progress: TrainingProgress) -> String? { nil }

  /// Does nothing.
  public func restore(_ state: String) {}

  /// Does nothing.
  public func began(_ progress: TrainingProgress, trainer: some Trainer) {}

  /// Does nothing.
  public func willTrain(on piece: DataSet, _ progress: TrainingProgress, trainer: some Trainer) {}

  /// Does nothing.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {}

  /// Does nothing.
  public func bestEpochDone(_ progress: TrainingProgress, trainer: some Trainer) {}

  /// Does nothing.
  public func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {}

  /// Does nothing.
  public func finished(_ summary: TrainingSummary, trainer: some Trainer) {}

  /// Does nothing.
  public func failed(_ error: any Error) {}
}
