/// A latch that threads wait for; it opens once.
///
/// `@unchecked Sendable`: the count is accessed only while `monitor` is locked.
final class Latch: @unchecked Sendable {
  private let monitor = Monitor()
  private var remaining: Int

  /// Makes a latch that opens after `count` calls of `countDown`.
  init(_ count: Int) { remaining = count }

  func countDown() {
    let isOpen = monitor.whileLocked {
      remaining -= 1
      return remaining == 0
    }
    if isOpen { monitor.wakeAll() }
  }

  func wait() {
    monitor.whileLocked {
      while remaining > 0 { monitor.wait() }
    }
  }
}
