import Sequences

/// Where the time of making batches went, in nanoseconds of the threads that made them.
public struct BatchCost: Sendable, Hashable, Codable {
  /// Reading sequences: opening, getting bytes, parsing.
  public var reading = ReadingCost()
  /// Reading by readers that do not say where their time goes.
  public var otherReading: UInt64 = 0
  /// Padding, aligning, encoding, normalizing, masking.
  public var padding: UInt64 = 0
  /// The number of batches made.
  public var batchCount = 0

  /// Makes the cost of nothing.
  public init() {}

  /// All of it, in nanoseconds.
  public var total: UInt64 {
    reading.open &+ reading.read &+ reading.parse &+ otherReading &+ padding
  }

  /// Adds the cost of something else.
  public static func += (sum: inout BatchCost, next: BatchCost) {
    sum.reading += next.reading
    sum.otherReading &+= next.otherReading
    sum.padding &+= next.padding
    sum.batchCount += next.batchCount
  }
}

extension ContinuousClock.Instant {
  /// The nanoseconds from this instant to now.
  var nanosecondsUntilNow: UInt64 {
    let (seconds, attoseconds) = duration(to: .now).components
    return UInt64(max(0, seconds)) &* 1_000_000_000 &+ UInt64(max(0, attoseconds) / 1_000_000_000)
  }
}
