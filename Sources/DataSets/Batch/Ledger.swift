import Sequences

/// The decisions about faults in the sequences of a batch.
public struct Ledger: Sendable, Hashable {
  /// The decisions, in the order of the examples and then of each example's file.
  public var entries: [LedgerEntry]
  /// The number of sequences that the decisions concern.
  public var sequenceCount: Int

  /// Makes a ledger; by default, it has no decisions.
  public init(entries: [LedgerEntry] = [], sequenceCount: Int = 0) {
    self.entries = entries
    self.sequenceCount = sequenceCount
  }

  /// Returns the decisions of the first ledger, followed by those of the second.
  public static func + (first: Ledger, second: Ledger) -> Ledger {
    Ledger(
      entries: first.entries + second.entries, sequenceCount: first.sequenceCount + second.sequenceCount)
  }
}
