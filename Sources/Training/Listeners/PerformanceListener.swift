import Metrics
import Platform

/// Tells how fast training goes, and how much of its time it waits for data.
///
/// ```swift
/// try TrainingLoop(epochs: 40, listeners: [PerformanceListener(every: 100)]).fit(&network, &batches)
/// // iteration 100: 812 examples/s, 25 batches/s, 50 updates/s, 3% of the time waiting for data
/// ```
/// A line is about the time since the line before it. Much waiting says that reading is the narrow place: more
/// threads, saved batches, or a longer prefetch help then, and a faster network does not.
public final class PerformanceListener: TrainingListener {
  /// What was done between two lines.
  public struct Figures: Sendable, Hashable {
    /// The number of the update at the end, from 1.
    public var iteration: Int
    /// The time that it took, in seconds.
    public var seconds: Double
    /// The examples; of a batch that is cut into pieces, the share of the pieces done.
    public var examples: Double
    /// The batches, likewise.
    public var batches: Double
    /// The updates.
    public var updates: Int
    /// The time spent waiting for batches, in seconds.
    public var waitingSeconds: Double

    /// The share of the time that was spent waiting for batches, 0...1; 0 when no time has passed.
    public var waitingShare: Double { seconds > 0 ? min(1, waitingSeconds / seconds) : 0 }

    /// The line.
    var text: String {
      func rate(_ count: Double) -> String { seconds > 0 ? ProgressLine.rate(count / seconds) : "?" }
      return "iteration \(iteration): \(rate(examples)) examples/s, \(rate(batches)) batches/s, "
        + "\(rate(Double(updates))) updates/s, \((waitingShare * 100).fixed(0))% of the time waiting for data"
    }
  }

  /// What all lines so far were made of, in order.
  public private(set) var figures: [Figures] = []
  private let interval: Int
  private let write: (String) -> Void
  private let now: () -> ContinuousClock.Instant
  /// Where the run stood at the last line, and when.
  private var before: (progress: TrainingProgress, time: ContinuousClock.Instant)
  /// What epochs that have ended since the last line add to it.
  private var ended = Figures(
    iteration: 0, seconds: 0, examples: 0, batches: 0, updates: 0, waitingSeconds: 0)

  /// Makes the listener.
  ///
  /// - Parameters:
  ///   - interval: A line every so many updates, 1 or more.
  ///   - write: Where the lines go; by default to standard error.
  ///   - now: The clock, so that a test can turn it. Waiting times go by the loop's.
  public init(
    every interval: Int = 100, write: @escaping (String) -> Void = { StandardStream.error.write($0) },
    now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    precondition(interval > 0, "figures every \(interval) updates")
    self.interval = interval
    self.write = write
    self.now = now
    before = (TrainingProgress(epochCount: 1), now())
  }

  /// Starts the clock.
  public func began(_ progress: TrainingProgress, trainer: some Trainer) { restart(at: progress) }

  /// Writes a line when it is its turn.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    guard progress.iteration.isMultiple(of: interval) else { return }
    count(progress)
    ended.iteration = progress.iteration
    ended.seconds = (now() - before.time).seconds
    figures.append(ended)
    write(ended.text + "\n")
    restart(at: progress)
  }

  /// Counts what the epoch has had since the last line.
  public func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
    count(progress)
    // The next epoch counts from zero, and so does what is subtracted from it.
    before.progress = TrainingProgress(epoch: progress.epoch + 1, epochCount: progress.epochCount)
  }

  private func restart(at progress: TrainingProgress) {
    before = (progress, now())
    ended = Figures(iteration: 0, seconds: 0, examples: 0, batches: 0, updates: 0, waitingSeconds: 0)
  }

  private func count(_ progress: TrainingProgress) {
    // A run that is resumed between two epochs begins with the progress of one that is done.
    let from = before.progress.epoch == progress.epoch ? before.progress : TrainingProgress(epochCount: 1)
    ended.examples += progress.examplesDone - from.examplesDone
    ended.batches += progress.batchesDone - from.batchesDone
    ended.updates += progress.updateCount - from.updateCount
    ended.waitingSeconds += progress.waitingSeconds - from.waitingSeconds
  }
}
