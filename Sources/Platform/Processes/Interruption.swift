import Glibc
import Synchronization

/// Turns the signals that ask a process to end into an error, so that incomplete files are removed while the error
/// propagates.
///
/// ```swift
/// Interruption.watch()
/// while let batch = try batches.next() {
///   try Interruption.check()
///   try writer.append(batch)
/// }
/// ```
/// If nothing calls `check` within a second, a thread of its own removes the temporary files and ends the
/// process: so it ends soon, whatever it is doing. A second signal of the same kind ends it immediately, as without
/// `watch`.
package enum Interruption {
  /// The error that SIGINT (Ctrl-C), SIGTERM (`kill`) or SIGHUP (the terminal has gone) was received.
  package struct Signal: Error, Hashable, CustomStringConvertible {
    /// The number of the signal.
    package var number: Int32

    /// The name of the signal, with the keys that send it.
    package var name: String {
      switch number {
      case SIGINT: "SIGINT (Ctrl-C)"
      case SIGHUP: "SIGHUP"
      default: "SIGTERM"
      }
    }

    /// The message, with the consequence and the remedy.
    package var description: String { "interrupted by \(name): \(Interruption.consequence)" }

    /// The exit code that shells report for a process ended by the signal: 129, 130 or 143.
    package var exitCode: Int32 { 128 + number }
  }

  /// The signal that was received, or 0.
  private static let received = Atomic<Int32>(0)
  /// True once `check` has thrown it.
  private static let isNoticed = Atomic<Bool>(false)
  private static let words = Mutex("nothing was written; run it again")
  /// Wakes the thread that ends the process.
  private static let alarm = Alarm()

  /// What an interruption now means for the user, and the remedy, for the message.
  package static var consequence: String {
    get { words.withLock { $0 } }
    set { words.withLock { $0 = newValue } }
  }

  /// Records SIGINT, SIGTERM and SIGHUP from now on, for `check`.
  ///
  /// A signal that the process was started to ignore (`nohup`) stays ignored. SIGXFSZ is ignored from now on, so that
  /// a file that reaches the limit of sizes is an error, like a full disk.
  package static func watch() {
    // Initialized now, because the signal handler must not do it.
    _ = received.load(ordering: .relaxed)
    alarm.startThread()
    signal(SIGXFSZ, SIG_IGN)
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        Interruption.received.store(number, ordering: .relaxed)
        Interruption.alarm.sound()
      }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESTART) | UInt32(SA_RESETHAND))
      sigaction(number, &action, nil)
    }
  }

  /// Throws if a signal was received.
  ///
  /// - Throws: `Signal`.
  package static func check() throws(Signal) {
    let number = received.load(ordering: .relaxed)
    if number == 0 { return }
    isNoticed.store(true, ordering: .relaxed)
    throw Signal(number: number)
  }

  /// Ends the process unless `check` has thrown the signal in time, or the process has not ended by itself then.
  fileprivate static func endProcess() {
    for attempt in 0..<100 {
      if attempt >= 10, !isNoticed.load(ordering: .relaxed) { break }
      usleep(100_000)
    }
    let signal = Signal(number: received.load(ordering: .relaxed))
    TemporaryPaths.removeAll {
      StandardStream.error.write("\(signal)\n")
      _exit(signal.exitCode)
    }
  }
}

/// A semaphore that a signal handler may raise, and the thread that waits for it.
///
/// `@unchecked Sendable`: the semaphore is designed to be shared, and lives as long as the process.
private final class Alarm: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  /// Wakes the thread.
  func sound() { sem_post(semaphore) }

  /// Starts the thread; without one, only `check` ends the process.
  func startThread() {
    startDetachedThread { [self] in
      while sem_wait(semaphore) != 0 {}
      Interruption.endProcess()
    }
  }
}

/// Returns true if the process ignores a signal, because it was started to do so.
func isIgnored(_ signal: Int32) -> Bool {
  var action = sigaction()
  // The address of SIG_IGN is 1; function pointers cannot be compared.
  return sigaction(signal, nil, &action) == 0
    && unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
}
