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
