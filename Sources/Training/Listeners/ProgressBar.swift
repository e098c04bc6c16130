import Glibc
import Platform

/// A listener that shows the progress of a run: a live bar on a terminal, otherwise one line per epoch.
///
/// ```swift
/// try TrainingLoop(epochs: 40, listeners: [ProgressBar()]).fit(&network, batches)
/// // epoch 1/40: loss 0.12346, 812 examples/s, 00:15 left
/// ```
/// It writes to standard error. The loss is per present label, without the penalty (`BatchLoss.perStep`). A line
/// shows that of the whole epoch, the bar that of the last update. The time left is the epoch's in the bar, the
/// run's in the line. The speed and the times include the work of other listeners. List it before listeners
/// that print, so that their lines follow the epoch's.
public final class ProgressBar: TrainingListener {
  private let display: Display
  private let write: (String) -> Void
  private let now: () -> ContinuousClock.Instant

  private var runLeft: TimeLeft
  private var epochLeft: TimeLeft
  /// The number of examples of the current epoch that were done before the run was resumed in it.
  private var examplesBefore = 0.0
  /// The time at which the bar was last drawn; `nil` while there is no bar on the terminal's line.
  private var drawn: ContinuousClock.Instant?

  /// Makes a progress bar.
  ///
  /// - Parameters:
  ///   - display: A bar or lines; by default the one that suits standard error.
  ///   - write: Takes the text; by default, it goes to standard error.
  ///   - now: The clock, which a test can replace.
  public init(
    display: Display = .standardError,
    write: @escaping (String) -> Void = { StandardStream.error.redraw($0) },
    now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    self.display = display
    self.write = write
    self.now = now
    runLeft = TimeLeft(since: now(), fraction: 0)
    epochLeft = runLeft
  }

  /// Starts the clock at the position of the run, and draws an empty bar.
  public func began(_ progress: TrainingProgress, trainer: some Trainer) {
    runLeft = TimeLeft(since: now(), fraction: progress.fractionOfRun)
    epochLeft = TimeLeft(since: now(), fraction: progress.fractionOfEpoch ?? 0)
    examplesBefore = progress.examplesDone
    // When a run is resumed between two epochs, nothing of the next epoch is done.
    if progress.fractionOfEpoch == 1 { beginEpoch() }
    draw(progress, loss: nil)
  }

  /// Redraws the bar, unless it was drawn very recently.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    // Nobody can see more than 10 frames per second, and every frame is a system call.
    if let drawn, now() - drawn < .milliseconds(100) { return }
    draw(progress, loss: loss.perStep)
  }

  /// Writes the epoch's line, replacing the bar if there is one.
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

  /// Leaves the bar in place, so that the error's message gets its own line.
  public func failed(_ error: any Error) {
    if drawn != nil { write("\n") }
    drawn = nil
  }

  private func draw(_ progress: TrainingProgress, loss: Double?) {
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
      examplesPerSecond: rate(progress, time), loss: loss)
    // Some terminals move to the next line when the last column is written, so it stays free.
    write(Self.lineStart + line.text(width: width - 1, glyphs: glyphs))
    drawn = time
  }

  private func rate(_ progress: TrainingProgress, _ time: ContinuousClock.Instant) -> Double? {
    let gone = epochLeft.gone(at: time)
    let examples = progress.examplesDone - examplesBefore
    return gone > .zero && examples > 0 ? examples / gone.seconds : nil
  }

  /// Moves to the line's first column and erases the rest of the line (ECMA-48 CR, EL).
  private static let lineStart = "\r\u{1B}[K"
}

extension ProgressBar {
  /// The display of progress: drawn on a terminal, or written line by line.
  public enum Display: Sendable {
    /// One line that is redrawn, at most `width()` characters wide.
    case bar(width: @Sendable () -> Int)
    /// The same with ASCII characters only, for terminals that support nothing else.
    case asciiBar(width: @Sendable () -> Int)
    /// One line at the end of each epoch, for log files and pipes.
    case lines

    /// The display that suits standard error: a bar on a terminal, otherwise lines.
    ///
    /// A terminal with `TERM=dumb` cannot redraw a line and does not count as one.
    public static var standardError: Display {
      let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
      return suited(isTerminal: StandardStream.error.isTerminal, term: environment("TERM"), locale: locale) {
        StandardStream.error.width ?? 80  // the width of terminals since the VT100
      }
    }

    /// Returns the display that suits a stream with these properties.
    static func suited(
      isTerminal: Bool, term: String?, locale: String?, width: @escaping @Sendable () -> Int
    ) -> Display {
      guard isTerminal, let term, !term.isEmpty, term != "dumb" else { return .lines }
      let encoding = (locale ?? "").lowercased()
      let isUTF8 = encoding.contains("utf-8") || encoding.contains("utf8")
      return isUTF8 ? .bar(width: width) : .asciiBar(width: width)
    }
  }
}

private func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
