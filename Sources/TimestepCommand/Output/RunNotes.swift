import Platform
import Synchronization

/// Notes about the data on standard error, each once in a run: a command may read the same data several times.
final class RunNotes: Sendable {
  /// The notes of the command that is running; `nil` outside of `withRun`.
  @TaskLocal private static var ofRun: RunNotes?

  private let written = Mutex<Set<String>>([])

  private init() {}

  /// Calls `body`, the run of a command.
  static func withRun(_ body: () throws -> Void) rethrows {
    try $ofRun.withValue(RunNotes(), operation: body)
  }

  /// Writes a line, unless the run has written it before.
  static func write(_ line: String) {
    let isNew = ofRun?.written.withLock { $0.insert(line).inserted } ?? true
    if isNew { StandardStream.error.write("\(line)\n") }
  }
}
