import Metrics
import Platform

/// A listener that reports the speed of training, and the share of time spent waiting for data.
///
/// ```swift
/// try TrainingLoop(epochs: 40, listeners: [PerformanceListener(every: 100)]).fit(&network, batches)
/// // iteration 100: 812 examples/s, 25 batches/s, 50 updates/s, 3% of the time waiting for data
/// ```
/// A line covers the time since the previous line. A high share of waiting means that reading is the
/// bottleneck: more threads, saved batches, or a longer prefetch then help, and a faster network does not.
public final class PerformanceListener: TrainingListener {
  /// The counts and times between two lines.
  public struct Figures: Sendable, Hashable {
    /// The number of the last update, from 1.
    public var iteration: Int
    /// The time between the two lines, in seconds.
    public var seconds: Double
    /// The number of examples; for a batch that is cut into pieces, the share of the pieces done.
    public var examples: Double
    /// The number of batches; for one that is cut into pieces, the share of the pieces done.
    public var batches: Double
    /// The number of updates.
    public var updates: Int
    /// The time spent waiting for batches, in seconds.
    public var waitingSeconds: Double

    /// The share of the time that was spent waiting for batches, 0...1; 0 when no time has passed.
    public var waitingShare: Double { seconds > 0 ? min(1, waitingSeconds / seconds) : 0 }

    /// The text of the line.
    var text: String {
      func rate(_ count: Double) -> String { seconds > 0 ? ProgressLine.rate(count / seconds) : "?" }
      return "iteration \(iteration): \(rate(examples)) examples/s, \(rate(batches)) batches/s, "
        + "\(rate(Double(updates))) updates/s, \((waitingShare * 100).fixed(0))% of the time waiting for data"
    }
  }

  /// The counts and times of all lines so far, in order.
  public private(set) var figures: [Figures] = []
  private let interval: Int
  private let write: (String) -> Void
  private let now: () -> ContinuousClock.Instant
  /// The progress and the time of the last line.
  private var before: (progress: TrainingProgress, time: ContinuousClock.Instant)
  /// The counts and times of epochs that have ended since the last line.
  private var ended = Figures(
    iteration: 0, seconds: 0, examples: 0, batches: 0, updates: 0, waitingSeconds: 0)

  /// Makes the listener.
  ///
  /// - Parameters:
  ///   - interval: The number of updates between two lines, 1 or more.
  ///   - write: Takes the lines; by default, they go to standard error.
  ///   - now: The clock, which a test can replace. Waiting times use the loop's clock.
  public init(
    every interval: Int = 100, write: @escaping (String) -> Void = { StandardStream.error.write($0) },
    now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    precondition(interval > 0, "figures every \(interval) updates; at least 1 is needed")
    self.interval = interval
    self.write = write
    self.now = now
    before = (TrainingProgress(epochCount: 1), now())
  }

  /// Starts the clock.
  public func began(_ progress: TrainingProgress, trainer: some Trainer) { restart(at: progress) }

  /// Writes a line if the update is due.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    guard progress.iteration.isMultiple(of: interval) else { return }
    count(progress)
    ended.iteration = progress.iteration
    ended.seconds = (now() - before.time).seconds
    figures.append(ended)
    write(ended.text + "\n")
    restart(at: progress)
  }

  /// Adds the epoch's counts and times since the last line.
  public func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
    count(progress)
    // The next epoch counts from zero, so the values to subtract from it do too.
    before.progress = TrainingProgress(epoch: progress.epoch + 1, epochCount: progress.epochCount)
  }

  private func restart(at progress: TrainingProgress) {
    before = (progress, now())
    ended = Figures(iteration: 0, seconds: 0, examples: 0, batches: 0, updates: 0, waitingSeconds: 0)
  }

  private func count(_ progress: TrainingProgress) {
    // A run that is resumed between two epochs begins with the progress of a finished epoch.
    let from = before.progress.epoch == progress.epoch ? before.progress : TrainingProgress(epochCount: 1)
    ended.examples += progress.examplesDone - from.examplesDone
    ended.batches += progress.batchesDone - from.batchesDone
    ended.updates += progress.updateCount - from.updateCount
    ended.waitingSeconds += progress.waitingSeconds - from.waitingSeconds
  }
}
