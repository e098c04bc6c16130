import Platform

/// Shows how a run goes: a live bar on a terminal, one plain line an epoch elsewhere; on standard error.
///
/// ```swift
/// try TrainingLoop(epochs: 40, listeners: [ProgressBar()]).fit(&network, &batches)
/// // epoch 1/40: score 12.346, loss per step 0.12346, 812 examples/s, 00:15 left
/// ```
/// `score` is per sequence, `loss per step` per present label; of the whole epoch in its line, of the last update in
/// the bar. The time left is the epoch's in the bar, the run's in the line. The speed and the times count what
/// other listeners do too. Give it before listeners that print, so that their lines stand under the epoch's.
public final class ProgressBar: TrainingListener {
  private let display: ProgressDisplay
  private let write: (String) -> Void
  private let now: () -> ContinuousClock.Instant

  private var runLeft: TimeLeft
  private var epochLeft: TimeLeft
  /// The examples of the present epoch that were done before the run was resumed in it.
  private var examplesBefore = 0.0
  /// When the bar was drawn last; `nil` while no bar stands on the terminal's line.
  private var drawn: ContinuousClock.Instant?

  /// Makes a progress bar.
  ///
  /// - Parameters:
  ///   - display: A bar or lines; by default what suits standard error.
  ///   - write: Where the text goes; by default to standard error.
  ///   - now: The clock, so that a test can turn it.
  public init(
    display: ProgressDisplay = .standardError,
    write: @escaping (String) -> Void = { StandardStream.error.write($0) },
    now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    self.display = display
    self.write = write
    self.now = now
    runLeft = TimeLeft(since: now(), fraction: 0)
    epochLeft = runLeft
  }

  /// Starts the clock where the run stands, and draws an empty bar.
  public func began(_ progress: TrainingProgress, trainer: some Trainer) {
    runLeft = TimeLeft(since: now(), fraction: progress.fractionOfRun)
    epochLeft = TimeLeft(since: now(), fraction: progress.fractionOfEpoch ?? 0)
    examplesBefore = progress.examplesDone
    // A run that is resumed between two epochs has nothing done of the one that comes.
    if progress.fractionOfEpoch == 1 { beginEpoch() }
    draw(progress, score: nil)
  }

  /// Draws the bar again, unless that was done a moment ago.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    // More than 10 pictures a second nobody sees, and every one is a system call.
    if let drawn, now() - drawn < .milliseconds(100) { return }
    draw(progress, score: loss.score)
  }

  /// Writes the epoch's line, in the bar's place if there is one.
  public func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
    let end = now()
    let line = EpochLine(
      epoch: progress.epoch + 1, epochCount: progress.epochCount, loss: progress.loss,
      validation: progress.validation, examplesPerSecond: rate(progress, end),
      remaining: runLeft.left(at: end, fraction: progress.fractionOfRun))
    write((drawn == nil ? "" : Self.lineStart) + line.text + "\n")
    drawn = nil
    beginEpoch()
  }

  private func beginEpoch() {
    epochLeft = TimeLeft(since: now(), fraction: 0)
    examplesBefore = 0
  }

  /// Leaves the bar standing, so that the error's message has a line of its own.
  public func failed(_ error: any Error) {
    if drawn != nil { write("\n") }
    drawn = nil
  }

  private func draw(_ progress: TrainingProgress, score: Double?) {
    let width: Int
    let glyphs: ProgressLine.Glyphs
    switch display {
    case .lines: return
    case .bar(let terminalWidth): (width, glyphs) = (terminalWidth(), .blocks)
    case .asciiBar(let terminalWidth): (width, glyphs) = (terminalWidth(), .ascii)
    }
    let time = now()
    let line = ProgressLine(
      epoch: progress.epoch + 1, epochCount: progress.epochCount, batch: progress.batch,
      batchCount: progress.batchCount, fraction: progress.fractionOfEpoch, elapsed: epochLeft.gone(at: time),
      remaining: progress.fractionOfEpoch.flatMap { epochLeft.left(at: time, fraction: $0) },
      examplesPerSecond: rate(progress, time), score: score)
    // Some terminals go to the next line when the last column is written: it stays free.
    write(Self.lineStart + line.text(width: width - 1, glyphs: glyphs))
    drawn = time
  }

  private func rate(_ progress: TrainingProgress, _ time: ContinuousClock.Instant) -> Double? {
    let gone = epochLeft.gone(at: time)
    let examples = progress.examplesDone - examplesBefore
    return gone > .zero && examples > 0 ? examples / gone.seconds : nil
  }

  /// To the line's first column, and everything behind it gone (ECMA-48 CR, EL).
  private static let lineStart = "\r\u{1B}[K"
}
