/// The time spent reading sequences, in nanoseconds of one thread, and the amount read.
public struct ReadingCost: Sendable, Hashable, Codable {
  /// Time to open and close files.
  public var open: UInt64 = 0
  /// Time to get the bytes from the kernel.
  public var read: UInt64 = 0
  /// Time to parse the bytes into numbers.
  public var parse: UInt64 = 0
  /// The number of bytes read.
  public var bytes: Int = 0

  /// Makes a cost of zero.
  public init() {}

  /// Adds one sequence, given the times in nanoseconds at which opening, reading and parsing its file began
  /// and parsing ended.
  package mutating func add(began: UInt64, opened: UInt64, got: UInt64, done: UInt64, bytes count: Int) {
    open &+= opened &- began
    read &+= got &- opened
    parse &+= done &- got
    bytes &+= count
  }

  /// Adds another cost.
  public static func += (sum: inout ReadingCost, next: ReadingCost) {
    sum.open &+= next.open
    sum.read &+= next.read
    sum.parse &+= next.parse
    sum.bytes &+= next.bytes
  }
}
