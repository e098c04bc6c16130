import Glibc

/// A mutex and the condition that waits with it: what `Synchronization.Mutex` has no word for.
///
/// `@unchecked Sendable`: the two POSIX objects are made to be shared, and live as long as the value.
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

  /// Runs `body` while no other thread does.
  func whileLocked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Lets others in until one of them wakes this thread; called inside `whileLocked`.
  func wait() { pthread_cond_wait(changed, mutex) }

  /// Wakes one thread that waits.
  func wakeOne() { pthread_cond_signal(changed) }

  /// Wakes all threads that wait.
  func wakeAll() { pthread_cond_broadcast(changed) }
}
