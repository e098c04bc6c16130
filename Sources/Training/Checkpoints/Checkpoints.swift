import DataSets
import Platform

/// A directory of checkpoints, with the interval at which they are written and the rule by which they stay.
///
/// ```swift
/// let checkpoints = Checkpoints("run1", every: .iterations(500), keepLast: 3, keepEvery: 10)
/// try TrainingLoop(epochs: 40).resume(&network, batches, from: checkpoints)
/// // run1/checkpoint-00005000-kept.safetensors, run1/checkpoint-00008500.safetensors, ...
/// ```
/// A checkpoint is written between two updates, when it is due and at the end of the run, and named by the
/// number of updates. It gets its name only when it is complete and on the disk; only then are older ones
/// removed. A process that is killed leaves at most a temporary file, which the next run in the directory
/// removes. Only one run at a time can write to the directory: another one is rejected in the meantime.
public struct Checkpoints: Sendable, Hashable {
  /// The interval between checkpoints.
  public enum Interval: Sendable, Hashable {
    /// After this number of updates, 1 or more.
    case iterations(Int)
    /// After this number of epochs, 1 or more.
    case epochs(Int)
    /// After the first update past each such number of seconds of training, 0.001 or more.
    case seconds(Double)
  }

  /// The directory; it is created if it is missing.
  public let directory: String
  /// The interval between checkpoints.
  public let interval: Interval
  /// The number of latest checkpoints that stay, 1 or more; `nil`: all.
  public let keepLast: Int?
  /// One in this many due checkpoints stays permanently; `nil`: none.
  public let keepEvery: Int?
  /// The properties of its data that a checkpoint opened as a model may rely on; `nil`: none.
  public let contract: DataContract?
  /// The extension of the files' names, without the dot.
  public let fileExtension: String

  /// Makes the description of a directory; nothing is read or written.
  ///
  /// - Parameters:
  ///   - directory: The directory; it is created if it is missing, but its parent is not.
  ///   - interval: The interval between checkpoints.
  ///   - keepLast: The number of latest checkpoints that stay, 1 or more; `nil`: all.
  ///   - keepEvery: One in this many due checkpoints stays permanently; `nil`: none.
  ///   - contract: The properties of its data that the model may rely on.
  ///   - fileExtension: The extension of the files' names, without the dot.
  public init(
    _ directory: String, every interval: Interval, keepLast: Int? = 2, keepEvery: Int? = nil,
    contract: DataContract? = nil, fileExtension: String = "safetensors"
  ) {
    switch interval {
    case .iterations(let count):
      precondition(count > 0, "a checkpoint every \(count) iterations; at least 1 is needed")
    case .epochs(let count):
      precondition(count > 0, "a checkpoint every \(count) epochs; at least 1 is needed")
    case .seconds(let seconds):
      // Less than a millisecond is not a useful interval: an update takes longer.
      precondition(
        seconds >= 0.001 && seconds.isFinite,
        "a checkpoint every \(seconds) seconds; at least 0.001 is needed")
    }
    precondition(
      keepLast ?? 1 > 0,
      "keepLast is \(keepLast ?? 0), but a run can only be resumed from a checkpoint; at least 1 is needed")
    precondition(keepEvery ?? 1 > 0, "keepEvery is \(keepEvery ?? 0); at least 1 is needed")
    precondition(
      !fileExtension.contains("/"),
      "the file extension \(fileExtension) contains a slash; give a name without one")
    self.directory = directory
    self.interval = interval
    self.keepLast = keepLast
    self.keepEvery = keepEvery
    self.contract = contract
    self.fileExtension = fileExtension
  }

  /// Returns the complete checkpoints in the directory, the oldest first; none if there is no directory.
  ///
  /// - Throws: `FileError` if the directory cannot be read.
  public func paths() throws -> [String] { try names().map { "\(directory)/\($0.text)" } }

  /// Removes temporary files that a killed process has left.
  func removeLeftovers() throws {
    try Directory.removeLeftovers(in: directory) { CheckpointName($0, fileExtension: fileExtension) != nil }
  }

  /// Returns the names of the complete checkpoints, the oldest first.
  func names() throws -> [CheckpointName] {
    if try Directory.kind(of: directory) == .missing { return [] }
    return try Directory.unsortedNames(in: directory).compactMap {
      CheckpointName($0, fileExtension: fileExtension)
    }.sorted { $0.iteration < $1.iteration }
  }

  /// Removes the checkpoints that are no longer needed, now that `name` is on the disk.
  func prune(after name: CheckpointName) throws {
    try Directory.sync(directory)
    // Newer checkpoints were rejected as damaged: they do not belong to this run, and do not justify removing
    // its own.
    let older = try names().filter { $0.iteration <= name.iteration && $0 != name }
    let twins = older.filter { $0.iteration == name.iteration }
    let fleeting = older.filter { !$0.isKept && $0.iteration < name.iteration }
    let surplus = keepLast.map { fleeting.dropLast(name.isKept ? $0 : $0 - 1) } ?? []
    for name in twins + surplus { try Directory.removeFile("\(directory)/\(name.text)") }
  }
}

extension Checkpoints {
  /// Returns true if a file of this name in a directory of checkpoints is one.
  package static func isCheckpoint(_ name: String) -> Bool {
    CheckpointName(name, fileExtension: "safetensors") != nil
  }
}

/// The name of a checkpoint's file: `checkpoint-00000500.safetensors`, or
/// `checkpoint-00000500-kept.safetensors`.
struct CheckpointName: Hashable {
  /// The number of updates made before.
  let iteration: Int
  /// True if the checkpoint stays permanently.
  let isKept: Bool
  private let fileExtension: String

  /// Makes the name of a checkpoint after `iteration` updates.
  init(iteration: Int, isKept: Bool, fileExtension: String) {
    (self.iteration, self.isKept, self.fileExtension) = (iteration, isKept, fileExtension)
  }

  /// Parses a name; `nil` if it is not that of a checkpoint.
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
