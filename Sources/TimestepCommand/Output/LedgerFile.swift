import Synchronization
import TensorFiles
import Timestep

/// The decisions about faults, as JSON lines, each once, in the order in which they were made.
///
/// The file is completed when the command ends, even with an error, when it is needed most.
///
/// `@unchecked Sendable`: the writer is accessed only while `state` is locked.
final class LedgerFile: @unchecked Sendable {
  private struct State {
    /// The lines that are already written: every pass makes the same decisions again.
    var known: Set<String> = []
    /// The first write error; `nil` if there was none.
    var failure: (any Error)?
  }

  private let writer: FileWriter
  private let state = Mutex(State())

  /// Begins the file at `path`.
  ///
  /// - Parameter isContinued: True if a run is resumed. It repeats only the decisions after its checkpoint,
  ///   so those in the file stay.
  /// - Throws: `FileError` if the file cannot be written, or its existing contents are not a ledger.
  init(_ path: String, isContinued: Bool = false) throws {
    writer = try FileWriter(path)
    guard isContinued, Directory.kind(of: path) == .file else { return }
    let text = try MappedFile(path).withBytes { String(decoding: $0, as: UTF8.self) }
    for (number, line) in text.split(separator: "\n").enumerated() {
      guard line.hasPrefix("{\"action\":"), line.hasSuffix("}") else {
        throw FileError(
          path: "\(path):\(number + 1)",
          problem:
            "expected a line of a ledger, as --ledger writes it, found something else; name another file")
      }
      append(line: String(line))
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Appends a decision, unless it is already in the file.
  func append(_ entry: Ledger.Entry) {
    do {
      append(line: try jsonText(entry))
    } catch {
      state.withLock { $0.failure = $0.failure ?? error }
    }
  }

  private func append(line: String) {
    state.withLock { state in
      guard state.failure == nil, state.known.insert(line).inserted else { return }
      do {
        try writer.write(line + "\n")
      } catch {
        state.failure = error
      }
    }
  }

  /// The number of decisions so far.
  var count: Int { state.withLock { $0.known.count } }

  /// Gives the file its name.
  ///
  /// - Throws: Any earlier error of writing.
  func close() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
    try writer.commit()
  }
}

/// Calls `body`, then gives the ledger its name, even if `body` throws.
func keeping<Result>(_ ledger: LedgerFile?, _ body: () throws -> Result) throws -> Result {
  let result: Result
  do {
    result = try body()
  } catch {
    try ledger?.close()
    throw error
  }
  try ledger?.close()
  return result
}
