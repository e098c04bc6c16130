import Metrics
import Platform

/// A listener that writes the score at an interval of updates, and at the end of every epoch.
///
/// ```swift
/// try TrainingLoop(epochs: 40, listeners: [ScoreListener(every: 100)]).fit(&network, batches)
/// // iteration 100: score 12.346
/// ```
public final class ScoreListener: TrainingListener {
  private let interval: Int
  private let write: (String) -> Void

  /// Makes the listener.
  ///
  /// - Parameters:
  ///   - interval: The number of updates between two lines, 1 or more.
  ///   - write: Takes the lines; by default, they go to standard error.
  public init(
    every interval: Int = 10, write: @escaping (String) -> Void = { StandardStream.error.write($0) }
  ) {
    precondition(interval > 0, "a score every \(interval) updates; at least 1 is needed")
    self.interval = interval
    self.write = write
  }

  /// Writes the score of the update if it is due.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    guard progress.iteration.isMultiple(of: interval) else { return }
    write("iteration \(progress.iteration): score \(loss.score.short)\n")
  }

  /// Writes the score of the epoch, and the metric of its validation.
  public func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
    let validation = progress.validation.map { ", \($0.name) \($0.value.short)" } ?? ""
    write("epoch \(progress.epoch + 1): score \(progress.loss.score.short)\(validation)\n")
  }
}

/// A listener that records scores, for a curve or a test.
///
/// ```swift
/// let scores = ScoreRecorder()
/// try TrainingLoop(epochs: 40, listeners: [scores]).fit(&network, batches)
/// scores.updates.last?.score
/// ```
public final class ScoreRecorder: TrainingListener {
  /// The score of one update.
  public struct Update: Sendable, Hashable, Codable {
    /// The number of the update, from 1.
    public var iteration: Int
    /// The score before the update.
    public var score: Double
  }

  /// The scores of the updates, in order.
  public private(set) var updates: [Update] = []
  /// The losses of the epochs, in order.
  public private(set) var epochs: [BatchLoss] = []
  private let interval: Int

  /// Makes the listener, which records one update in every `interval`, and every epoch.
  public init(every interval: Int = 1) {
    precondition(interval > 0, "a score every \(interval) updates; at least 1 is needed")
    self.interval = interval
  }

  /// Records the update's score if it is due.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    guard progress.iteration.isMultiple(of: interval) else { return }
    updates.append(Update(iteration: progress.iteration, score: loss.score))
  }

  /// Records the epoch's loss.
  public func epochDone(_ progress: TrainingProgress, trainer: some Trainer) { epochs.append(progress.loss) }
}
