import Sequences

/// The time spent making batches, in nanoseconds of the threads that made them.
public struct BatchCost: Sendable, Hashable, Codable {
  /// Time to read sequences: opening, getting bytes, parsing.
  public var reading = ReadingCost()
  /// Reading time of readers that do not measure their stages.
  public var otherReading: UInt64 = 0
  /// Time for padding, aligning, encoding, normalizing, masking.
  public var padding: UInt64 = 0
  /// The number of batches made.
  public var batchCount = 0

  /// Makes a cost of zero.
  public init() {}

  /// The total time, in nanoseconds.
  public var total: UInt64 {
    reading.open &+ reading.read &+ reading.parse &+ otherReading &+ padding
  }

  /// Adds another cost.
  public static func += (sum: inout BatchCost, next: BatchCost) {
    sum.reading += next.reading
    sum.otherReading &+= next.otherReading
    sum.padding &+= next.padding
    sum.batchCount += next.batchCount
  }
}

extension ContinuousClock.Instant {
  /// The number of nanoseconds from this instant to now.
  var nanosecondsUntilNow: UInt64 {
    let (seconds, attoseconds) = duration(to: .now).components
    return UInt64(max(0, seconds)) &* 1_000_000_000 &+ UInt64(max(0, attoseconds) / 1_000_000_000)
  }
}
