/// Where the time of reading sequences went, in nanoseconds of a thread, and what was read in it.
public struct ReadingCost: Sendable, Hashable, Codable {
  /// Opening and closing files.
  public var open: UInt64 = 0
  /// Getting their bytes from the kernel.
  public var read: UInt64 = 0
  /// Making numbers of them.
  public var parse: UInt64 = 0
  /// The number of bytes read.
  public var bytes: Int = 0

  /// Makes the cost of nothing.
  public init() {}

  /// Adds one sequence: its file was being opened, then read, then parsed, from these moments on, in nanoseconds.
  package mutating func add(began: UInt64, opened: UInt64, got: UInt64, done: UInt64, bytes count: Int) {
    open &+= opened &- began
    read &+= got &- opened
    parse &+= done &- got
    bytes &+= count
  }

  /// Adds the cost of something else.
  public static func += (sum: inout ReadingCost, next: ReadingCost) {
    sum.open &+= next.open
    sum.read &+= next.read
    sum.parse &+= next.parse
    sum.bytes &+= next.bytes
  }
}

/// A cursor that knows where its time goes.
public protocol MeasuredSequenceCursor: SequenceCursor {
  /// The cost of everything that was read since it was asked for last: reading it sets it back to zero.
  mutating func takeCost() -> ReadingCost
}
