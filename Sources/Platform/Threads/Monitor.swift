import Glibc

/// A mutex with a condition variable, which `Synchronization.Mutex` does not have.
///
/// `@unchecked Sendable`: the two POSIX objects are designed to be shared, and live as long as the value.
final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` with the mutex locked.
  func whileLocked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Unlocks the mutex until another thread wakes this one.
  ///
  /// Call it inside `whileLocked`.
  func wait() { pthread_cond_wait(changed, mutex) }

  /// Wakes one waiting thread.
  func wakeOne() { pthread_cond_signal(changed) }

  /// Wakes all waiting threads.
  func wakeAll() { pthread_cond_broadcast(changed) }
}

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
