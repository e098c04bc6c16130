import Glibc
import Synchronization

/// Turns Ctrl-C and `kill` into an error, so that incomplete files are removed while the error propagates.
///
/// ```swift
/// Interruption.watch()
/// while let batch = try batches.next() {
///   try Interruption.check()
///   try writer.append(batch)
/// }
/// ```
/// A second signal of the same kind ends the process immediately, as without `watch`.
package enum Interruption {
  /// The error that SIGINT (Ctrl-C) or SIGTERM (`kill`) was received.
  package struct Signal: Error, Hashable, CustomStringConvertible {
    /// The number of the signal.
    package var number: Int32

    /// The name of the signal, with the keys that send it.
    package var name: String { number == SIGINT ? "SIGINT (Ctrl-C)" : "SIGTERM" }

    /// The message, with the remedy.
    package var description: String { "interrupted by \(name): nothing was written; run it again" }

    /// The exit code that shells report for a process ended by the signal: 130 or 143.
    package var exitCode: Int32 { 128 + number }
  }

  /// The signal that was received, or 0.
  private static let received = Atomic<Int32>(0)

  /// Records SIGINT and SIGTERM from now on, for `check`.
  ///
  /// A signal that the process was started to ignore (`nohup`) stays ignored.
  package static func watch() {
    _ = received.load(ordering: .relaxed)  // initialized now, because the signal handler must not do it
    for number in [SIGINT, SIGTERM] where !isIgnored(number) {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { Interruption.received.store($0, ordering: .relaxed) }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESTART) | UInt32(SA_RESETHAND))
      sigaction(number, &action, nil)
    }
  }

  /// Throws if a signal was received.
  ///
  /// - Throws: `Signal`.
  package static func check() throws(Signal) {
    let number = received.load(ordering: .relaxed)
    if number != 0 { throw Signal(number: number) }
  }
}

/// Returns true if the process ignores a signal, because it was started to do so.
func isIgnored(_ signal: Int32) -> Bool {
  var action = sigaction()
  // The address of SIG_IGN is 1; function pointers cannot be compared.
  return sigaction(signal, nil, &action) == 0
    && unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
}
