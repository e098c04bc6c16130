import Glibc
import Platform
import Synchronization
import Testing

/// Counts how often each number occurred, from any thread.
private final class Tally: Sendable {
  private let counts: Mutex<[Int]>
  init(_ count: Int) { counts = Mutex([Int](repeating: 0, count: count)) }
  func add(_ index: Int) { counts.withLock { $0[index] += 1 } }
  var all: [Int] { counts.withLock { $0 } }
}

private struct Fault: Error, Equatable { var number: Int }

@Suite(.timeLimit(.minutes(1))) struct WorkerPoolTests {
  @Test(arguments: [1, 2, 5], [0, 1, 2, 3, 1000])
  func forEachDoesEveryItemOnce(threads: Int, count: Int) {
    let pool = WorkerPool(threads: threads)
    let tally = Tally(count)
    pool.forEach(count) { tally.add($0) }
    // It is done when it returns; nothing waits here.
    #expect(tally.all == [Int](repeating: 1, count: count))
  }

  /// The stack does not grow with the items that were processed before.
  @Test func forEachDoesMillionsOfItems() {
    let sum = Atomic<Int>(0)
    WorkerPool(threads: 2).forEach(2_000_000) { sum.add($0, ordering: .relaxed) }
    #expect(sum.load(ordering: .relaxed) == 1_999_999_000_000)
  }

  @Test(arguments: [1, 2, 5]) func submittedWorkReturnsItsValue(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    let pending = (0..<200).map { number in pool.submit { number * number } }
    #expect(try pending.map { try $0.value() } == (0..<200).map { $0 * $0 })
    // Asking twice gives the same, without doing the work twice.
    let tally = Tally(1)
    let once = pool.submit { tally.add(0) }
    try once.value()
    try once.value()
    #expect(tally.all == [1])
  }

  @Test(arguments: [1, 2, 5]) func errorsAreThrownWhereTheValueIsRequested(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    let pending = (0..<50).map { number in
      pool.submit { () throws -> Int in
        if number % 3 == 0 { throw Fault(number: number) }
        return number
      }
    }
    for (number, pending) in pending.enumerated() {
      if number % 3 == 0 {
        #expect(throws: Fault(number: number)) { try pending.value() }
        #expect(throws: Fault(number: number)) { try pending.value() }
      } else {
        #expect(try pending.value() == number)
      }
    }
  }

  /// Reading submits batches, a batch may use `forEach`, and training uses `forEach` meanwhile: all of it nested.
  @Test(arguments: [1, 2, 5]) func nestingDoesNotDeadlock(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    let tally = Tally(20 * 10)
    let pending = (0..<20).map { outer in
      pool.submit {
        pool.forEach(10) { inner in
          pool.forEach(3) { _ in tally.add(outer * 10 + inner) }
        }
        return try pool.submit { outer }.value()
      }
    }
    pool.forEach(20) { _ = try? pending[$0].value() }
    #expect(try pending.map { try $0.value() } == Array(0..<20))
    #expect(tally.all == [Int](repeating: 3, count: 200))
  }

  @Test func workDroppedBeforeItStartsDoesNotRun() throws {
    let pool = WorkerPool(threads: 1)
    let gate = Gate()
    let first = pool.submit { gate.wait() }
    let tally = Tally(1)
    _ = pool.submit { tally.add(0) }
    let last = pool.submit { 1 }
    gate.open()
    try first.value()
    #expect(try last.value() == 1)
    #expect(tally.all == [0])
  }

  @Test func valuesRemainAfterThePoolIsReleased() throws {
    let gate = Gate()
    var pool: WorkerPool? = WorkerPool(threads: 1)
    let pending = (0..<20).map { number in
      pool?.submit {
        gate.wait()
        return number
      }
    }
    pool = nil
    gate.open()
    #expect(try pending.map { try $0?.value() } == Array(0..<20))
  }

  /// The share of a helper that is still busy elsewhere stays in the queue, but holds nothing that the body captured.
  @Test func theBodyIsReleasedWhenForEachReturns() throws {
    let pool = WorkerPool(threads: 1)
    let gate = Gate()
    let blocker = pool.submit { gate.wait() }
    while !gate.isWaitedFor { usleep(100) }
    weak var held: Tally?
    do {
      let tally = Tally(2)
      held = tally
      pool.forEach(2) { tally.add($0) }
      #expect(tally.all == [1, 1])
    }
    #expect(held == nil)
    gate.open()
    try blocker.value()
  }

  /// The same with helpers: none of them may keep the body alive after `forEach` returns.
  @Test func nothingIsRetainedAfterForEachWhenHelpersAreLate() {
    let pool = WorkerPool(threads: 3)
    var leftovers = 0
    for count in (0..<500).map({ 2 + $0 % 7 }) {
      weak var held: Tally?
      do {
        let tally = Tally(count)
        held = tally
        pool.forEach(count) { tally.add($0) }
      }
      if held != nil { leftovers += 1 }
    }
    #expect(leftovers == 0)
  }

  @Test func threadsEndWithTheirPool() throws {
    // Other tests start and end threads meanwhile; 60 are many more than those.
    let before = try threadCount()
    var pool: WorkerPool? = WorkerPool(threads: 60)
    #expect(pool?.threadCount == 60)
    #expect(try threadCount() > before + 30)
    pool = nil
    var patience = 5000
    while try threadCount() > before + 30 && patience > 0 {
      usleep(1000)
      patience -= 1
    }
    #expect(try threadCount() <= before + 30)
  }

  @Test func nothingIsLostUnderStress() throws {
    let pool = WorkerPool(threads: 4)
    let count = 2000
    let tally = Tally(count)
    var window: [Pending<Int>] = []
    var results: [Int] = []
    for number in 0..<count {
      window.append(
        pool.submit {
          tally.add(number)
          return number
        })
      if number % 7 == 0 { pool.forEach(3) { _ in } }
      if window.count == 16 { results.append(try window.removeFirst().value()) }
    }
    results += try window.map { try $0.value() }
    #expect(results == Array(0..<count))
    #expect(tally.all == [Int](repeating: 1, count: count))
  }

  @Test func theSharedPoolHasAThreadACore() {
    #expect(WorkerPool.shared.threadCount == sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  /// The number of threads of this process, as the kernel counts them.
  private func threadCount() throws -> Int {
    let stream = try #require(opendir("/proc/self/task"))
    defer { closedir(stream) }
    var count = 0
    while let entry = readdir(stream) { if entry.pointee.d_name.0 != 0x2E { count += 1 } }
    return count
  }
}

/// A gate, closed until it is opened.
private final class Gate: Sendable {
  private let isOpen = Atomic<Bool>(false)
  private let waiting = Atomic<Bool>(false)
  var isWaitedFor: Bool { waiting.load(ordering: .acquiring) }
  func open() { isOpen.store(true, ordering: .releasing) }
  func wait() {
    waiting.store(true, ordering: .releasing)
    while !isOpen.load(ordering: .acquiring) { usleep(100) }
  }
}
