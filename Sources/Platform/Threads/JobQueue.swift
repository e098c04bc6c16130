import Glibc

/// The queue of jobs of a thread pool.
///
/// `@unchecked Sendable`: `jobs`, `urgent` and `isClosed` are accessed only while `monitor` is locked.
final class JobQueue: @unchecked Sendable {
  typealias Job = @Sendable () -> Void

  private let monitor = Monitor()
  private var jobs = Fifo()
  private var urgent = Fifo()
  private var isClosed = false

  /// Appends `job` `count` times.
  ///
  /// Urgent jobs run before all others, because a caller is waiting for them.
  func append(_ job: @escaping Job, count: Int = 1, isUrgent: Bool = false) {
    monitor.whileLocked {
      for _ in 0..<count {
        if isUrgent { urgent.append(job) } else { jobs.append(job) }
      }
    }
    if count == 1 { monitor.wakeOne() } else { monitor.wakeAll() }
  }

  /// Waits for the next job and removes it; `nil` if the queue was closed.
  func next() -> Job? {
    monitor.whileLocked {
      while !isClosed {
        if let job = urgent.popFirst() ?? jobs.popFirst() { return job }
        monitor.wait()
      }
      return nil
    }
  }

  /// Ends all threads of the queue.
  ///
  /// Jobs that have not started are dropped. Callers that need their values run them.
  func close() {
    monitor.whileLocked { isClosed = true }
    monitor.wakeAll()
  }

  /// Starts a detached thread that runs jobs until the queue is closed.
  ///
  /// - Returns: False if there can be no further thread.
  func startThread() -> Bool {
    startDetachedThread { while let job = self.next() { job() } }
  }
}

/// Starts a detached thread that runs `body`.
///
/// - Returns: False if there can be no further thread.
@discardableResult
func startDetachedThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(Body(body))
  let code = pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
      return nil
    }, argument.toOpaque())
  guard code == 0 else {
    argument.release()
    return false
  }
  pthread_detach(thread)
  return true
}

/// A first-in, first-out queue.
///
/// It releases each job when it is removed, and the storage of removed jobs from time to time.
private struct Fifo {
  private var elements: [JobQueue.Job?] = []
  private var first = 0

  mutating func append(_ job: @escaping JobQueue.Job) { elements.append(job) }

  mutating func popFirst() -> JobQueue.Job? {
    guard first < elements.count else { return nil }
    let job = elements[first].take()
    first += 1
    // With prefetching the queue may never be empty; without this its storage would grow forever.
    if first == elements.count || first > max(64, elements.count / 2) {
      elements.removeFirst(first)
      first = 0
    }
    return job
  }
}
