import Sequences

/// What was decided about faults in the sequences of a batch.
public struct Ledger: Sendable, Hashable {
  /// The decisions, in the order of the examples, and of each example's file.
  public var entries: [LedgerEntry]
  /// The number of sequences that they are about.
  public var sequenceCount: Int

  /// Makes a ledger; by default nothing was decided.
  public init(entries: [LedgerEntry] = [], sequenceCount: Int = 0) {
    self.entries = entries
    self.sequenceCount = sequenceCount
  }

  /// The decisions of one ledger, then those of the other.
  public static func + (first: Ledger, second: Ledger) -> Ledger {
    Ledger(
      entries: first.entries + second.entries, sequenceCount: first.sequenceCount + second.sequenceCount)
  }
}
