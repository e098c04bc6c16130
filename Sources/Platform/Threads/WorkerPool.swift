import Glibc
import Synchronization

/// A fixed number of threads, shared by reading and training.
///
/// They share it so that they do not compete for the cores. A caller that waits also works: `forEach`
/// processes its own items, and `Pending.value()` runs work that no thread has started. Therefore nothing
/// deadlocks with any number of threads, and results do not depend on that number. The threads end when the
/// pool is dropped.
public final class WorkerPool: Sendable {
  /// The pool of this process, with one thread for each core.
  public static let shared = WorkerPool(threads: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// The number of threads, without that of the caller.
  ///
  /// It is less than requested, even 0, if the system grants no more (`ulimit -u`): then callers do the work.
  public let threadCount: Int
  private let queue: JobQueue

  /// Starts `threads` threads, or as many as the system grants.
  public init(threads: Int) {
    precondition(threads > 0, "a pool needs at least one thread")
    let queue = JobQueue()
    self.queue = queue
    threadCount = (0..<threads).prefix { _ in queue.startThread() }.count
  }

  deinit { queue.close() }

  /// Runs `body(0)`, ..., `body(count - 1)` in parallel, in any order, and returns when all are done.
  ///
  /// The thread of the caller works too. The items run before work that was submitted.
  public func forEach(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    precondition(count >= 0, "a negative number of items")
    if count <= 1 {
      if count == 1 { body(0) }
      return
    }
    let items = Items(count, body)
    queue.append({ items.work() }, count: min(count - 1, threadCount), isUrgent: true)
    items.work()
    items.waitAndRelease()
  }

  /// Runs `work` on a thread of the pool.
  ///
  /// Work starts in the order of submission.
  ///
  /// - Returns: The pending value. If it is dropped, work that has not started is dropped too.
  package func submit<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) -> Pending<Value> {
    let pending = Pending(work)
    if threadCount > 0 { queue.append { [weak pending] in pending?.runIfNotBegun() } }
    return pending
  }
}

/// The items of one `forEach`; each is processed once.
///
/// A thread may run its queued job long after all items are done. Therefore the body is stored here, not in
/// the queued jobs, and is released before `forEach` returns: the caller can then modify what the body
/// captured without a copy.
private final class Items: Sendable {
  /// In a structure: a closure that is itself the value of a mutex is wrapped once more by each access.
  private struct Body: Sendable {
    let process: @Sendable (Int) -> Void
  }

  private let count: Int
  private let taken = Atomic<Int>(0)
  private let done: Latch
  /// The body; `nil` after all items are done.
  private let body: Mutex<Body?>

  init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    self.count = count
    self.body = Mutex(Body(process: body))
    done = Latch(count)
  }

  /// Processes items until none is left.
  func work() {
    while true {
      let item = taken.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
      if item >= count { return }
      run(item)
      done.countDown()
    }
  }

  /// Processes one item.
  ///
  /// It is a separate function, so that this thread has released the body before it counts the item.
  @inline(never) private func run(_ item: Int) {
    guard let body = body.withLock({ $0 }) else {
      preconditionFailure("an item is left, but its body has gone")
    }
    body.process(item)
  }

  /// Waits until all items are done, and releases the body.
  func waitAndRelease() {
    done.wait()
    body.withLock { $0 = nil }
  }
}

/// A value that a thread of a pool computes.
package final class Pending<Value: Sendable>: Sendable {
  private enum State: Sendable {
    case waiting(@Sendable () throws -> Value)
    case running
    case done(Result<Value, any Error>)
  }
  private let state: Mutex<State>
  private let done = Latch(1)

  init(_ work: @escaping @Sendable () throws -> Value) { state = Mutex(.waiting(work)) }

  /// Waits for the value.
  ///
  /// If no thread has started the work, runs it on this thread.
  ///
  /// - Throws: The error of the work.
  package func value() throws -> Value {
    runIfNotBegun()
    done.wait()
    guard case .done(let result) = state.withLock({ $0 }) else {
      preconditionFailure("a pending value is done when its latch has opened")
    }
    return try result.get()
  }

  func runIfNotBegun() {
    let work: (@Sendable () throws -> Value)? = state.withLock { state in
      guard case .waiting(let work) = state else { return nil }
      state = .running
      return work
    }
    guard let work else { return }
    let result = Result { try work() }
    state.withLock { $0 = .done(result) }
    done.countDown()
  }
}
