import Glibc
import Synchronization

/// A fixed number of threads, shared by reading and training so that they do not compete for the cores.
///
/// Whoever waits helps: `forEach` works on its own items, and `Pending.value()` runs work that no thread has
/// begun. So nothing deadlocks, whatever the number of threads, and no result depends on it. The threads end
/// when the pool is dropped.
public final class WorkerPool: Sendable {
  /// The pool of this process: one thread a core.
  public static let shared = WorkerPool(threads: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// The number of threads beside the caller's.
  public let threadCount: Int
  private let queue = JobQueue()

  /// Starts `threads` threads.
  public init(threads: Int) {
    precondition(threads > 0, "a pool needs at least one thread")
    threadCount = threads
    for _ in 0..<threads { queue.startThread() }
  }

  deinit { queue.close() }

  /// Runs `body(0)`, ..., `body(count - 1)`, in any order and at the same time, and returns when all are done.
  ///
  /// The caller's thread works too. Goes before work that was only submitted.
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

  /// Has `work` done by a thread of the pool, in the order of submission.
  ///
  /// - Returns: The value to come. Dropping it drops work that has not begun.
  public func submit<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) -> Pending<Value> {
    let pending = Pending(work)
    queue.append { [weak pending] in pending?.runIfNotBegun() }
    return pending
  }
}

/// The items of one `forEach`, handed out once each.
///
/// A helper may come to its share of the work long after all of it is done. So the body lives here and not in the
/// queued jobs, and is let go before `forEach` returns: whoever then changes what the body captured need not copy it.
private final class Items: Sendable {
  private let count: Int
  private let taken = Atomic<Int>(0)
  private let done: Latch
  /// `nil` when every item is done.
  private let body: Mutex<(@Sendable (Int) -> Void)?>

  init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    self.count = count
    self.body = Mutex(body)
    done = Latch(count)
  }

  /// Does items until none is left.
  func work() {
    while true {
      let item = taken.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
      if item >= count { return }
      run(item)
      done.countDown()
    }
  }

  /// A function of its own, so that this thread has let go of the body before it counts the item as done.
  @inline(never) private func run(_ item: Int) {
    guard let body = body.withLock({ $0 }) else {
      preconditionFailure("an item is left, but its body has gone")
    }
    body(item)
  }

  /// Returns when all items are done and nothing here or in the queue holds the body.
  func waitAndRelease() {
    done.wait()
    body.withLock { $0 = nil }
  }
}

/// A value that a thread of a pool makes.
public final class Pending<Value: Sendable>: Sendable {
  private enum State: Sendable {
    case waiting(@Sendable () throws -> Value)
    case running
    case done(Result<Value, any Error>)
  }
  private let state: Mutex<State>
  private let done = Latch(1)

  init(_ work: @escaping @Sendable () throws -> Value) { state = Mutex(.waiting(work)) }

  /// The value, or the error that making it threw.
  ///
  /// Runs the work here when no thread has begun it.
  public func value() throws -> Value {
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
