import Sequences
import Synchronization
import TensorFiles
import Timestep

/// The decisions of a `DecisionLog`, as JSON lines, in the order in which they were made.
///
/// A line is in the file as soon as the decision is made, so that it is there whatever ends the command. As a listener
/// of a training it syncs the file before each checkpoint, which contains its length and checksum: a resumed run checks
/// these lines and removes those after them, so that its ledger is that of an uninterrupted run.
///
/// `@unchecked Sendable`: everything is accessed only while `state` is locked.
final class LedgerFile: @unchecked Sendable {
  private struct State {
    /// The file; `nil` until the first decision, unless it exists.
    var log: LineLog?
    /// The lines that a run that is resumed has kept: it makes the same decisions again.
    var kept: Set<String> = []
    /// The lines of the file, in order, of which a run that is resumed keeps some.
    var earlier: [String] = []
    /// The decisions of a run that is resumed, until its checkpoint is known; `nil` then, and for other runs.
    var early: [String]?
    /// The checksum of all lines of the file.
    var checksum = Checksum()
    /// The number of bytes that the checkpoint of a run that is resumed builds on; `nil`: unknown.
    var length: Int?
    /// The first write error; `nil` if there was none.
    var failure: (any Error)?
  }

  private let path: String
  private let state = Mutex(State())

  /// Begins the file at `path`, which is created with its first line.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - isContinued: True if a run is resumed: lines stay, until its checkpoint says which.
  /// - Throws: `FileError` if the file cannot be written, another process writes to it, or its existing contents are
  ///   not a ledger.
  init(_ path: String, isContinued: Bool = false) throws {
    self.path = path
    let lines = isContinued ? try Self.lines(of: path) : []
    let isThere = try Directory.kind(of: path) == .file
    try state.withLock { state in
      if isContinued { (state.early, state.earlier) = ([], lines) }
      if isThere { state.log = try LineLog(path, keeping: isContinued ? nil : 0) }
    }
  }

  /// Returns the complete lines of a ledger; none if there is no file.
  private static func lines(of path: String) throws -> [String] {
    guard try Directory.isPlainFile(path) else { return [] }
    let text = try MappedFile(path).withBytes { String(decoding: $0, as: UTF8.self) }
    // A run that was killed may have left a part of a line.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    for (number, line) in lines.enumerated() {
      guard line.hasPrefix("{\"action\":"), line.hasSuffix("}") else {
        throw FileError(
          path: "\(path):\(number + 1)",
          problem:
            "expected a line of a ledger, as --ledger writes it, found something else; name another file")
      }
    }
    return lines.map(String.init)
  }

  /// Appends a decision, unless it is among the lines that a resumed run has kept.
  func append(_ entry: Ledger.Entry) {
    state.withLock { state in
      guard state.failure == nil else { return }
      do {
        let line = try jsonText(entry)
        if state.early != nil { state.early?.append(line) } else { try append(line, &state) }
      } catch {
        state.failure = error
      }
    }
  }

  private func append(_ line: String, _ state: inout State) throws {
    if state.kept.contains(line) { return }
    try log(&state).append(line)
    state.checksum.combine("\(line)\n")
    Interruption.consequence = Interruption.consequence.replacing(
      "nothing was written", with: "only the ledger was written")
  }

  private func log(_ state: inout State) throws -> LineLog {
    if let log = state.log { return log }
    let log = try LineLog(path, keeping: 0)
    state.log = log
    return log
  }

  /// Keeps the first `length` bytes of an existing ledger, and appends the decisions made since the start.
  private func begin(keeping length: Int, _ state: inout State) throws {
    guard let early = state.early else { return }
    state.early = nil
    try state.log?.cut(to: length)
    let kept = Self.beginning(of: state.earlier, length)
    state.kept = Set(kept)
    state.checksum = Self.checksum(of: kept)
    state.earlier = []
    for line in early { try append(line, &state) }
  }

  /// Returns the first lines, which have `length` bytes together with their line feeds.
  private static func beginning(of lines: [String], _ length: Int) -> ArraySlice<String> {
    var bytes = 0
    return lines.prefix { line in
      defer { bytes += line.utf8.count + 1 }
      return bytes < length
    }
  }

  private static func checksum(of lines: some Sequence<String>) -> Checksum {
    lines.reduce(into: Checksum()) { $0.combine("\($1)\n") }
  }

  /// Completes the file.
  ///
  /// - Throws: Any earlier error of writing.
  func close() throws {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      // A run that ended before its checkpoint was known removes no lines.
      try begin(keeping: state.earlier.reduce(0) { $0 + $1.utf8.count + 1 }, &state)
      try log(&state).sync()
      state.log = nil
    }
  }
}

extension LedgerFile: TrainingListener {
  var checkpointKey: String? { "ledger" }

  /// Syncs the file, and returns its length and checksum.
  func willCheckpoint(_ progress: TrainingProgress) throws -> String? {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      try state.log?.sync()
      return "\(state.log?.length ?? 0) \(state.checksum.text)"
    }
  }

  func restore(_ text: String) throws {
    try state.withLock { state in
      let parts = text.split(separator: " ")
      guard let length = parts.first.flatMap({ Int($0) }) else { return }
      let lengths = state.earlier.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.utf8.count + 1) }
      guard lengths.contains(length) || state.log == nil && length == 0 else {
        throw FileError(
          path: path,
          problem: "expected the ledger of the run that is resumed, with \(length) bytes or more, found "
            + "\(lengths.last ?? 0); give that run's ledger")
      }
      let checksum = Self.checksum(of: Self.beginning(of: state.earlier, length))
      // A checkpoint of an earlier version has none.
      guard parts.count == 1 || parts[1] == checksum.text || state.earlier.isEmpty else {
        throw FileError(
          path: path,
          problem:
            "expected the ledger of the run that is resumed, found other contents in its first \(length) bytes; "
            + "give that run's ledger")
      }
      state.length = length
    }
  }

  func began(_ progress: TrainingProgress, trainer: some Trainer) throws {
    try state.withLock { state in
      if progress.iteration > 0, state.length == nil, !state.earlier.isEmpty {
        throw FileError(
          path: path,
          problem: "expected no ledger, as the run that is resumed kept none before its checkpoint, found "
            + "\(pluralized(state.earlier.count, "line")); name another file")
      }
      try begin(keeping: state.length ?? 0, &state)
    }
  }
}
