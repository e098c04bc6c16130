import Platform

/// A listener that reports, at an interval of updates, the remaining time of the run if it makes all its
/// epochs.
///
/// ```swift
/// try TrainingLoop(epochs: 40, listeners: [TimeLeftListener(every: 1000)]).fit(&network, batches)
/// // iteration 1000, epoch 3/40: 00:41 gone, 10:15 left
/// ```
/// The estimate is based on the progress since the run began, or was resumed.
public final class TimeLeftListener: TrainingListener {
  private let interval: Int
  private let write: (String) -> Void
  private let now: () -> ContinuousClock.Instant
  private var estimate: TimeLeft

  /// Makes the listener.
  ///
  /// - Parameters:
  ///   - interval: The number of updates between two lines, 1 or more.
  ///   - write: Takes the lines; by default, they go to standard error.
  ///   - now: The clock, which a test can replace.
  public init(
    every interval: Int = 100, write: @escaping (String) -> Void = { StandardStream.error.write($0) },
    now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    precondition(interval > 0, "the time left every \(interval) updates; at least 1 is needed")
    self.interval = interval
    self.write = write
    self.now = now
    estimate = TimeLeft(since: now(), fraction: 0)
  }

  /// Starts the clock at the position of the run.
  public func began(_ progress: TrainingProgress, trainer: some Trainer) {
    estimate = TimeLeft(since: now(), fraction: progress.fractionOfRun)
  }

  /// Writes a line if the update is due.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    guard progress.iteration.isMultiple(of: interval) else { return }
    let time = now()
    let left = estimate.left(at: time, fraction: progress.fractionOfRun)?.clockText ?? "?"
    write(
      "iteration \(progress.iteration), epoch \(progress.epoch + 1)/\(progress.epochCount): "
        + "\(estimate.gone(at: time).clockText) gone, \(left) left\n")
  }
}

/// An estimate of the remaining time of an epoch or a run, which may have been started anywhere inside it.
struct TimeLeft {
  /// The time at which the clock was started.
  private let start: ContinuousClock.Instant
  /// The share that was already done at that time, 0...1.
  private let fraction: Double

  /// Starts the clock at `start`, when `fraction` was done.
  init(since start: ContinuousClock.Instant, fraction: Double) {
    (self.start, self.fraction) = (start, fraction)
  }

  /// Returns the time since the start.
  func gone(at time: ContinuousClock.Instant) -> Duration { time - start }

  /// Returns the time left when `fraction` is done at `time`; `nil` while nothing was done since the start.
  func left(at time: ContinuousClock.Instant, fraction: Double) -> Duration? {
    guard fraction > self.fraction else { return fraction >= 1 ? .zero : nil }
    return gone(at: time) * (max(0, 1 - fraction) / (fraction - self.fraction))
  }
}
