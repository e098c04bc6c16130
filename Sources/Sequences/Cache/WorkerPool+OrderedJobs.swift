import Platform

extension WorkerPool {
  /// Runs `work(0)`, ..., `work(count - 1)` in parallel and passes the results to `take` in order.
  ///
  /// Only a few results wait at any time, however many jobs there are.
  ///
  /// - Throws: The first error, in the order of the jobs.
  func inOrder<Value: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Int) throws -> Value, take: (Value) throws -> Void
  ) throws {
    var waiting: [Pending<Value>] = []
    var next = 0
    let limit = threadCount + 2
    while next < count || !waiting.isEmpty {
      while next < count && waiting.count < limit {
        let job = next
        waiting.append(submit { try work(job) })
        next += 1
      }
      try take(waiting.removeFirst().value())
    }
  }
}
