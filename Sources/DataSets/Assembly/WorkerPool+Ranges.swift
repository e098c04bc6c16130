import Platform

extension WorkerPool {
  /// Returns what `body` makes of 0..<`count`, a range at a time, in order.
  ///
  /// There are several ranges per thread: cursors are expensive, and files differ in length.
  ///
  /// - Throws: The first error of `body`.
  package func map<Value: Sendable>(
    rangesOf count: Int, _ body: @escaping @Sendable (Range<Int>) throws -> [Value]
  ) throws -> [Value] {
    let size = max(1, count / (8 * max(1, threadCount)))
    let pending = stride(from: 0, to: count, by: size).map { start in
      submit { () throws -> [Value] in try body(start..<min(start + size, count)) }
    }
    return try pending.flatMap { try $0.value() }
  }
}
