import DataSets
import Platform
import TensorFiles

/// A listener that writes a JSON line for every piece that is trained on, so that runs can be compared.
///
/// ```swift
/// try TrainingLoop(epochs: 10, listeners: [JournalListener("run.jsonl")]).fit(&network, batches)
/// ```
/// `JournalComparison` compares them. Each update's line is passed to the kernel as a whole. A resumed run
/// continues after the line of its checkpoint and removes the lines after it, so that a run that was killed
/// and resumed has the same journal as an uninterrupted one. A run from the beginning replaces the journal; a
/// file that is not a journal is rejected, and so is one that another process writes to.
public final class JournalListener: TrainingListener {
  /// The journal's path.
  public let path: String
  private var log: LineLog?
  /// The checksum of all lines of the journal.
  private var checksum = Checksum()
  /// The checksum that the lines before the checkpoint of the resumed run had; `nil`: unknown.
  private var expected: String?
  /// The piece that is being trained on; its line is written when the score is known.
  private var pending: JournalEntry?

  /// True if a run from the beginning replaces a file of any kind.
  private let isReplacing: Bool

  /// Makes a listener that writes to `path`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isReplacing: True if a run from the beginning replaces a file of any kind, not only a journal.
  public init(_ path: String, replacing isReplacing: Bool = false) {
    (self.path, self.isReplacing) = (path, isReplacing)
  }

  /// Opens the journal at the position of the run.
  ///
  /// - Throws: `FileError` if it cannot be written, is not a journal, or lacks lines that the checkpoint's
  ///   run had.
  public func began(_ progress: TrainingProgress, trainer: some Trainer) throws {
    pending = nil
    checksum = Checksum()
    var length = 0
    if isReplacing, progress.iteration == 0 {
      // Nothing of it stays.
    } else if try Directory.isPlainFile(path) {
      let journal = try JournalFile(path)
      let count = journal.entries.prefix { $0.isDone(at: progress) }.count
      try check(journal.entries.prefix(count), progress)
      if progress.iteration > 0, count > 0 { length = journal.ends[count - 1] }
      checksum = journal.checksum(ofFirst: length)
      try checkContents(progress)
    } else if try Directory.kind(of: path) == .missing {
      try check([], progress)
    }
    log = try LineLog(path, keeping: length)
  }

  private func check(_ entries: ArraySlice<JournalEntry>, _ progress: TrainingProgress) throws {
    let last = entries.last { $0.score != nil }?.iteration ?? 0
    guard progress.iteration > 0, last != progress.iteration else { return }
    throw FileError(
      path: path,
      problem:
        "expected the journal of the run that is resumed, with a line of its update \(progress.iteration); "
        + "found \(last == 0 ? "none" : "update \(last) as the last before it"); give that run's journal")
  }

  private func checkContents(_ progress: TrainingProgress) throws {
    guard let expected, progress.iteration > 0, checksum.text != expected else { return }
    throw FileError(
      path: path,
      problem: "expected the journal of the run that is resumed, found other contents before update "
        + "\(progress.iteration); give that run's journal")
  }

  /// Records the piece.
  public func willTrain(on piece: DataSet, _ progress: TrainingProgress, trainer: some Trainer) throws {
    try writePending()
    pending = JournalEntry(piece, progress)
  }

  /// The key of the journal's checksum in checkpoints.
  public var checkpointKey: String? { "journal" }

  /// Syncs the journal to the disk, and returns its checksum.
  public func willCheckpoint(_ progress: TrainingProgress) throws -> String? {
    try writePending()
    try log?.sync()
    return checksum.text
  }

  /// Takes the checksum of the journal of the run that is resumed.
  public func restore(_ state: String) { expected = state }

  /// Writes the piece's line with its score.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) throws {
    pending?.score = loss.score
    if let report = (trainer as? any UpdateReporting)?.lastUpdate {
      pending?.learningRate = report.learningRate
      pending?.gradientNorms = report.gradientNorms
    }
    try writePending()
  }

  /// Writes the line of a piece that made no update.
  public func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws { try writePending() }

  /// Writes the line of a piece whose score was not finite.
  public func finished(_ summary: TrainingSummary, trainer: some Trainer) throws {
    try writePending()
    log = nil
  }

  /// Writes the line of the piece that the run failed on.
  public func failed(_ error: any Error) {
    // The run's own error is the one to report.
    try? writePending()
    log = nil
  }

  private func writePending() throws {
    guard let entry = pending else { return }
    pending = nil
    let line = try jsonText(entry)
    try log?.append(line)
    checksum.combine("\(line)\n")
  }
}
