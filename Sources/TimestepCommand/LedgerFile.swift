import Synchronization
import TensorFiles
import Timestep

/// The decisions about faults, as JSON lines, in the order in which they were come to, each once.
///
/// It is written when the command ends, by an error too: then it is wanted most.
///
/// `@unchecked Sendable`: the writer is touched only with `state` locked.
final class LedgerFile: @unchecked Sendable {
  private struct State {
    /// What is written already: every pass comes to the same decisions again.
    var known: Set<LedgerEntry> = []
    /// The first write that failed; `nil` while all went well.
    var failure: (any Error)?
  }

  private let writer: FileWriter
  private let state = Mutex(State())

  /// Begins the file at `path`.
  init(_ path: String) throws { writer = try FileWriter(path) }

  /// Appends a decision that was not come to before.
  func append(_ entry: LedgerEntry) {
    state.withLock { state in
      guard state.failure == nil, state.known.insert(entry).inserted else { return }
      do {
        try writer.write(try jsonText(entry) + "\n")
      } catch {
        state.failure = error
      }
    }
  }

  /// The number of decisions so far.
  var count: Int { state.withLock { $0.known.count } }

  /// Gives the file its name.
  ///
  /// - Throws: What writing has thrown.
  func close() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
    try writer.commit()
  }
}

/// Does `body`, then gives the ledger its name, whether `body` threw or not.
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
