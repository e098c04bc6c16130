/// The decisions about faults in the sequences of a batch.
public struct Ledger: Sendable, Hashable {
  /// The decisions, in the order of the examples and then of each example's file.
  public var entries: [Entry]
  /// The number of sequences that the decisions concern.
  public var sequenceCount: Int

  /// Makes a ledger; by default, it has no decisions.
  public init(entries: [Entry] = [], sequenceCount: Int = 0) {
    self.entries = entries
    self.sequenceCount = sequenceCount
  }

  /// Returns the decisions of the first ledger, followed by those of the second.
  public static func + (first: Ledger, second: Ledger) -> Ledger {
    Ledger(
      entries: first.entries + second.entries, sequenceCount: first.sequenceCount + second.sequenceCount)
  }
}

extension Ledger {
  /// One decision about one fault in the data: one line of the ledger.
  public struct Entry: Sendable, Hashable, Codable {
    /// The file.
    public var file: String
    /// The line at which the field, row or sequence begins, from 1.
    public var line: Int?
    /// The byte of that line at which the field begins, from 1.
    public var column: Int?
    /// The offending text, as messages show it (control bytes as `\xNN`, cut at 40 characters); `nil` if there
    /// is none.
    public var text: String?
    /// The class of the fault.
    public var fault: RecordError.Kind
    /// The rule that was applied: `skip-row`, `repair:0`, ...
    public var rule: String
    /// The action taken, in words: "left out the row", "took 0 for it".
    public var action: String

    /// Makes an entry about a fault that would otherwise have been thrown as `error`.
    public init(_ error: RecordError, rule: ErrorPolicy.Action, action: String) {
      (file, line, column, text) = (error.path, error.line, error.column, error.text)
      fault = error.kind
      self.rule = rule.description
      self.action = action
    }
  }
}
