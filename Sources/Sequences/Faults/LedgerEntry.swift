/// One decision about one fault in the data: one line of the ledger.
public struct LedgerEntry: Sendable, Hashable, Codable {
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
