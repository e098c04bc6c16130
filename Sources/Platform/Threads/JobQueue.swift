import Glibc

/// What the threads of a pool take their work from.
///
/// `@unchecked Sendable`: `jobs`, `urgent` and `isClosed` are touched only with `monitor` locked.
final class JobQueue: @unchecked Sendable {
  typealias Job = @Sendable () -> Void

  private let monitor = Monitor()
  private var jobs = Fifo()
  private var urgent = Fifo()
  private var isClosed = false

  /// Appends `count` times `job`.
  ///
  /// Urgent jobs go before all others: somebody waits for them now.
  func append(_ job: @escaping Job, count: Int = 1, isUrgent: Bool = false) {
    monitor.whileLocked {
      for _ in 0..<count {
        if isUrgent { urgent.append(job) } else { jobs.append(job) }
      }
    }
    if count == 1 { monitor.wakeOne() } else { monitor.wakeAll() }
  }

  /// The next job, waiting for one; `nil` when the queue has been closed.
  func next() -> Job? {
    monitor.whileLocked {
      while !isClosed {
        if let job = urgent.popFirst() ?? jobs.popFirst() { return job }
        monitor.wait()
      }
      return nil
    }
  }

  /// Lets every thread that waits go home.
  ///
  /// Jobs not begun are dropped: whoever wants their value runs them.
  func close() {
    monitor.whileLocked { isClosed = true }
    monitor.wakeAll()
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
