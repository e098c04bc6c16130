import Synchronization

extension AvailableMemory {
  private static let turn = Mutex(())

  /// True while memory is allocated for work that is done in advance.
  ///
  /// It then must leave twice as much for work that is needed now, which may copy what was made in advance.
  @TaskLocal package static var isInAdvance = false

  /// Allocates `bytes`, if they fit in memory.
  ///
  /// Threads take turns, so that none counts on memory that another one is about to allocate.
  ///
  /// - Parameters:
  ///   - error: Returns the error, given what is available and what is required in words.
  ///   - body: Allocates the memory, and writes to all of it.
  /// - Throws: The error, or that of `body`.
  package static func allocate<Result: Sendable, Failure: Error>(
    _ bytes: Double, orThrow error: (_ sizes: String) -> Failure, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard bytes > Double(negligible) else { return try body() }
    return try turn.withLock { _ throws(Failure) in
      if let sizes = excess(isInAdvance ? 3 * bytes : bytes) { throw error(sizes) }
      return try body()
    }
  }
}
