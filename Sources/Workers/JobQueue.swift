import Glibc

/// What the threads of a pool take their work from; unsafe code of the pool lives here.
///
/// `@unchecked Sendable`: `jobs`, `urgent` and `isClosed` are touched only with `mutex` held.
final class JobQueue: @unchecked Sendable {
  typealias Job = @Sendable () -> Void

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs = Fifo()
  private var urgent = Fifo()
  private var isClosed = false

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

  /// Appends `count` times `job`.
  ///
  /// Urgent jobs go before all others: somebody waits for them now.
  func append(_ job: @escaping Job, count: Int = 1, isUrgent: Bool = false) {
    pthread_mutex_lock(mutex)
    for _ in 0..<count {
      if isUrgent { urgent.append(job) } else { jobs.append(job) }
    }
    pthread_mutex_unlock(mutex)
    if count == 1 { pthread_cond_signal(changed) } else { pthread_cond_broadcast(changed) }
  }

  /// The next job, waiting for one; `nil` when the queue has been closed.
  func next() -> Job? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isClosed {
      if let job = urgent.popFirst() ?? jobs.popFirst() { return job }
      pthread_cond_wait(changed, mutex)
    }
    return nil
  }

  /// Lets every thread that waits go home.
  ///
  /// Jobs not begun are dropped: whoever wants their value runs them.
  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_mutex_unlock(mutex)
    pthread_cond_broadcast(changed)
  }

  /// Starts a detached thread that works until the queue is closed.
  func startThread() {
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { queue in
        guard let queue else { return nil }
        let mine = Unmanaged<JobQueue>.fromOpaque(queue).takeRetainedValue()
        while let job = mine.next() { job() }
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    precondition(code == 0, "no thread could be created: \(String(cString: strerror(code)))")
    pthread_detach(thread)
  }
}

/// First in, first out.
///
/// A job is let go as soon as it is taken, and so is the storage before it in time.
private struct Fifo {
  private var elements: [JobQueue.Job?] = []
  private var first = 0

  mutating func append(_ job: @escaping JobQueue.Job) { elements.append(job) }

  mutating func popFirst() -> JobQueue.Job? {
    guard first < elements.count else { return nil }
    let job = elements[first].take()
    first += 1
    // A queue that prefetching keeps filled never empties: without this its storage would grow for ever.
    if first == elements.count || first > max(64, elements.count / 2) {
      elements.removeFirst(first)
      first = 0
    }
    return job
  }
}

/// Something to wait for, once.
///
/// `@unchecked Sendable`: the count is touched only with `mutex` held.
final class Latch: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var remaining: Int

  init(_ count: Int) {
    remaining = count
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  func countDown() {
    pthread_mutex_lock(mutex)
    remaining -= 1
    if remaining == 0 { pthread_cond_broadcast(changed) }
    pthread_mutex_unlock(mutex)
  }

  func wait() {
    pthread_mutex_lock(mutex)
    while remaining > 0 { pthread_cond_wait(changed, mutex) }
    pthread_mutex_unlock(mutex)
  }
}
