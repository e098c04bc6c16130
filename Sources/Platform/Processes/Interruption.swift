import Glibc
import Synchronization

/// Turns Ctrl-C and `kill` into an error, so that what is half written is removed on the way out.
///
/// ```swift
/// Interruption.watch()
/// while let batch = try batches.next() {
///   try Interruption.check()
///   try writer.append(batch)
/// }
/// ```
/// A second signal of the same kind ends the process at once, as without `watch`.
public enum Interruption {
  /// SIGINT (Ctrl-C) or SIGTERM (`kill`) has come.
  public struct Signal: Error, Hashable, CustomStringConvertible {
    /// The signal's number.
    public var number: Int32

    /// The signal's name, with the keys that send it.
    public var name: String { number == SIGINT ? "SIGINT (Ctrl-C)" : "SIGTERM" }

    /// What happened, in words.
    public var description: String { "interrupted by \(name): nothing was written; run it again" }

    /// What a shell calls a process that a signal has ended: 130 or 143.
    public var exitCode: Int32 { 128 + number }
  }

  /// The signal that has come; 0: none.
  private static let received = Atomic<Int32>(0)

  /// Notes SIGINT and SIGTERM from now on, for `check` to find.
  ///
  /// A signal that the process was started to ignore (`nohup`) stays ignored.
  public static func watch() {
    _ = received.load(ordering: .relaxed)  // made now: a signal's handler must not be the first to ask for it
    for number in [SIGINT, SIGTERM] where !isIgnored(number) {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { Interruption.received.store($0, ordering: .relaxed) }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESTART) | UInt32(SA_RESETHAND))
      sigaction(number, &action, nil)
    }
  }

  /// Says whether a signal has come.
  ///
  /// - Throws: `Signal` once one has.
  public static func check() throws(Signal) {
    let number = received.load(ordering: .relaxed)
    if number != 0 { throw Signal(number: number) }
  }
}

/// Whether the process ignores a signal, as it may have been started to.
func isIgnored(_ signal: Int32) -> Bool {
  var action = sigaction()
  // The address of SIG_IGN is 1; function pointers cannot be compared.
  return sigaction(signal, nil, &action) == 0
    && unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
}
