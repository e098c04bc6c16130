import DataSets
import Platform

/// A directory of checkpoints: how often one is written there, and which of them stay.
///
/// ```swift
/// let checkpoints = Checkpoints("run1", every: .iterations(500), keepLast: 3, keepEvery: 10)
/// try TrainingLoop(epochs: 40).resume(&network, &batches, from: checkpoints)
/// // run1/checkpoint-00005000-kept.safetensors, run1/checkpoint-00008500.safetensors, ...
/// ```
/// A checkpoint is written between two updates, besides when it is due at the end of the run, named by the number of
/// updates. It has its name only when it is complete and on the disk; only then are older ones removed. A process that
/// was killed leaves a temporary file at worst, which the next run in the directory removes. One run at a time writes
/// there: another is refused as long as it lasts.
public struct Checkpoints: Sendable, Hashable {
  /// When a checkpoint is due.
  public enum Interval: Sendable, Hashable {
    /// After every so many updates, 1 or more.
    case iterations(Int)
    /// After every so many epochs, 1 or more.
    case epochs(Int)
    /// After the first update of every so many seconds of training, 0.001 or more.
    case seconds(Double)
  }

  /// The directory; it is made when it is missing.
  public let directory: String
  /// When a checkpoint is due.
  public let interval: Interval
  /// How many of the last checkpoints stay, 1 or more; `nil`: all.
  public let keepLast: Int?
  /// Every so many checkpoints that are due one stays for good; `nil`: none does.
  public let keepEvery: Int?
  /// What the model may rely on about its data, for those who open a checkpoint as a model; `nil`: nothing.
  public let contract: DataContract?
  /// What the files' names end with, without the point.
  public let fileExtension: String

  /// Makes the description of a directory; nothing is looked at or written.
  ///
  /// - Parameters:
  ///   - directory: The directory; it is made when it is missing, its parent is not.
  ///   - interval: When a checkpoint is due.
  ///   - keepLast: How many of the last checkpoints stay, 1 or more; `nil`: all.
  ///   - keepEvery: Every so many checkpoints that are due one stays for good; `nil`: none does.
  ///   - contract: What the model may rely on about its data.
  ///   - fileExtension: What the files' names end with, without the point.
  public init(
    _ directory: String, every interval: Interval, keepLast: Int? = 2, keepEvery: Int? = nil,
    contract: DataContract? = nil, fileExtension: String = "safetensors"
  ) {
    switch interval {
    case .iterations(let count): precondition(count > 0, "a checkpoint every \(count) iterations")
    case .epochs(let count): precondition(count > 0, "a checkpoint every \(count) epochs")
    case .seconds(let seconds):
      // Less than a millisecond is no interval: an update takes longer.
      precondition(seconds >= 0.001 && seconds.isFinite, "a checkpoint every \(seconds) seconds")
    }
    precondition(keepLast ?? 1 > 0, "without any checkpoint there is nothing to resume from")
    precondition(keepEvery ?? 1 > 0, "keeping every \(keepEvery ?? 0)th checkpoint")
    precondition(!fileExtension.contains("/"), "a file extension with a slash")
    self.directory = directory
    self.interval = interval
    self.keepLast = keepLast
    self.keepEvery = keepEvery
    self.contract = contract
    self.fileExtension = fileExtension
  }

  /// The complete checkpoints in the directory, the oldest first; none when there is no directory.
  ///
  /// - Throws: `FileError` when the directory cannot be read.
  public func paths() throws -> [String] { try names().map { "\(directory)/\($0.text)" } }

  /// Removes what a killed process has left behind.
  func removeLeftovers() throws {
    try Directory.removeLeftovers(in: directory) { CheckpointName($0, fileExtension: fileExtension) != nil }
  }

  /// The names of the complete checkpoints, the oldest first.
  func names() throws -> [CheckpointName] {
    if Directory.kind(of: directory) == .missing { return [] }
    return try Directory.unsortedNames(in: directory).compactMap {
      CheckpointName($0, fileExtension: fileExtension)
    }.sorted { $0.iteration < $1.iteration }
  }

  /// Removes the checkpoints that are not to stay, now that `name` is on the disk.
  func prune(after name: CheckpointName) throws {
    try Directory.sync(directory)
    // What is newer than this one was refused as damaged: it is not this run's, and no reason to remove what is.
    let older = try names().filter { $0.iteration <= name.iteration && $0 != name }
    let twins = older.filter { $0.iteration == name.iteration }
    let fleeting = older.filter { !$0.isKept && $0.iteration < name.iteration }
    let surplus = keepLast.map { fleeting.dropLast(name.isKept ? $0 : $0 - 1) } ?? []
    for name in twins + surplus { try Directory.removeFile("\(directory)/\(name.text)") }
  }
}

/// The name of a checkpoint's file: `checkpoint-00000500.safetensors`, or `checkpoint-00000500-kept.safetensors`.
struct CheckpointName: Hashable {
  /// The number of updates made before.
  let iteration: Int
  /// Whether it stays for good.
  let isKept: Bool
  private let fileExtension: String

  /// The name of a checkpoint after `iteration` updates.
  init(iteration: Int, isKept: Bool, fileExtension: String) {
    (self.iteration, self.isKept, self.fileExtension) = (iteration, isKept, fileExtension)
  }

  /// Reads a name; `nil` when it is no checkpoint's.
  init?(_ text: String, fileExtension: String) {
    let prefix = "checkpoint-"
    let suffix = ".\(fileExtension)"
    guard text.hasPrefix(prefix), text.hasSuffix(suffix) else { return nil }
    let parts = text.dropFirst(prefix.count).dropLast(suffix.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard let iteration = parts.first.flatMap({ Int($0) }), parts.count == 1 || parts.dropFirst() == ["kept"]
    else { return nil }
    self.init(iteration: iteration, isKept: parts.count == 2, fileExtension: fileExtension)
    if self.text != text { return nil }
  }

  /// The name, padded so that a plain listing is in order.
  var text: String {
    let digits = String(iteration)
    return "checkpoint-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
      + (isKept ? "-kept." : ".") + fileExtension
  }
}
