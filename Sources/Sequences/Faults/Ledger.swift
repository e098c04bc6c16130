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
    /// The last line of several consecutive ones to which the decision applies; `nil`: the only line is
    /// `line`.
    public var lastLine: Int?
    /// The byte of that line at which the field begins, from 1.
    public var column: Int?
    /// The offending text, as messages show it (control bytes as `\xNN`, cut at 40 characters); `nil` if
    /// there is none.
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

    /// The number of lines to which the decision applies; 1 if it is about something else.
    public var lineCount: Int {
      guard let line, let lastLine else { return 1 }
      return lastLine - line + 1
    }
  }
}

extension Ledger.Entry {
  /// Returns true if the decision is the same as `earlier`, about the line after it.
  fileprivate func continues(_ earlier: Ledger.Entry) -> Bool {
    guard let line, let last = earlier.lastLine ?? earlier.line else { return false }
    return line == last + 1 && file == earlier.file && fault == earlier.fault && rule == earlier.rule
      && action == earlier.action
  }
}

extension [Ledger.Entry] {
  /// The number of consecutive faulty lines from which on their different texts are no longer recorded.
  private static var longRun: Int { 100 }

  /// Appends a decision about a line.
  ///
  /// Consecutive lines with the same fault, such as blank lines, become one decision with `lastLine`. Lines
  /// with different texts have decisions of their own; but after the first hundred of them, the others become
  /// one too, so that memory does not grow with the faults of a file.
  package mutating func note(_ entry: Ledger.Entry) {
    guard let last = last, entry.continues(last) else { return append(entry) }
    let isSame = entry.text == last.text && entry.column == last.column
    guard isSame || endsWithLongRun else { return append(entry) }
    self[count - 1].lastLine = entry.lastLine ?? entry.line
  }

  /// True if the last hundred decisions, or the lines of the last one, are consecutive.
  private var endsWithLongRun: Bool {
    guard let last = last, let line = last.lastLine ?? last.line else { return false }
    if last.lineCount >= Self.longRun { return true }
    guard count >= Self.longRun, let first = self[count - Self.longRun].line else { return false }
    let others = self[(count - Self.longRun)...]
    return line - first + 1 >= Self.longRun && others.allSatisfy { $0.fault == last.fault }
      && others.reduce(0) { $0 + $1.lineCount } == line - first + 1
  }
}
