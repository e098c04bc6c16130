import DataSets

/// Watches a run: the loop calls it between updates, with nothing held inside the trainer.
///
/// Every requirement has a default that does nothing, so a listener writes only what it wants to hear:
/// ```swift
/// final class ScorePrinter: TrainingListener {
///   func epochDone(_ progress: TrainingProgress, trainer: some Trainer) { print(progress.loss.score) }
/// }
/// ```
/// The trainer is at hand in every call, so a listener can evaluate it on held-out data, or write it down when it is
/// `Checkpointable`. It is a class, so that whoever made it can read afterwards what it has gathered.
/// Listeners are called in the order in which the loop was given them, on the thread that trains: what takes long
/// makes training wait. An error thrown by one ends the run, after `failed` was called on all.
public protocol TrainingListener: AnyObject {
  /// The run begins, or goes on from a checkpoint: no batch was drawn yet in this process.
  ///
  /// `progress` is where the run stands: of a resumed one, in the epoch and at the update of its checkpoint.
  func began(_ progress: TrainingProgress, trainer: some Trainer) throws

  /// A piece of a batch is about to be trained on.
  ///
  /// - Parameters:
  ///   - piece: The very data that the trainer is given next; the whole batch when it is not cut.
  ///   - progress: Where the run stands: `progress.piece` pieces of the batch are done.
  ///   - trainer: What is trained.
  func willTrain(on piece: DataSet, _ progress: TrainingProgress, trainer: some Trainer) throws

  /// One parameter update was made.
  ///
  /// A piece with nothing to learn from makes no update, and no call.
  ///
  /// - Parameters:
  ///   - loss: The loss of the piece, before the update.
  ///   - progress: Where the run stands; `progress.iteration` is 1 at the first call.
  ///   - trainer: What is trained.
  func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) throws

  /// An epoch is over; `progress.loss` is the loss of all of it.
  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws

  /// The run is over; `summary.reason` says why.
  func finished(_ summary: TrainingSummary, trainer: some Trainer) throws

  /// The run has ended with an error, which `fit` throws next.
  func failed(_ error: any Error)
}

extension TrainingListener {
  /// Does nothing.
  public func began(_ progress: TrainingProgress, trainer: some Trainer) {}

  /// Does nothing.
  public func willTrain(on piece: DataSet, _ progress: TrainingProgress, trainer: some Trainer) {}

  /// Does nothing.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {}

  /// Does nothing.
  public func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {}

  /// Does nothing.
  public func finished(_ summary: TrainingSummary, trainer: some Trainer) {}

  /// Does nothing.
  public func failed(_ error: any Error) {}
}
