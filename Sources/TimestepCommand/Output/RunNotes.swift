import Platform
import Synchronization

/// Notes about the data on standard error, each once in a run: a command may read the same data several times.
final class RunNotes: Sendable {
  /// The notes of the command that is running; `nil` outside of `withRun`.
  @TaskLocal private static var ofRun: RunNotes?

  private let written = Mutex<Set<String>>([])

  /// True if notes are dropped.
  private let isSilent: Bool

  private init(isSilent: Bool = false) { self.isSilent = isSilent }

  /// Calls `body`, the run of a command.
  static func withRun(_ body: () throws -> Void) rethrows {
    try $ofRun.withValue(RunNotes(), operation: body)
  }

  /// Calls `body`, which reads data on trial: its notes are dropped.
  static func withoutNotes<Result>(_ body: () throws -> Result) rethrows -> Result {
    try $ofRun.withValue(RunNotes(isSilent: true), operation: body)
  }

  /// Writes a line, unless the run has written it before.
  static func write(_ line: String) {
    if ofRun?.isSilent == true { return }
    let isNew = ofRun?.written.withLock { $0.insert(line).inserted } ?? true
    if isNew { StandardStream.error.write("\(line)\n") }
  }
}
