/// What there is to say of a sequence beside its values: most have none.
struct CacheNote: Codable, Equatable, Sendable {
  /// The sequence.
  var sequence: Int
  var skippedRows: [Int] = []
  var ledger: [LedgerEntry] = []
  /// Whether something that was done to it was fitted on it; `nil`: no.
  var isFittedExample: Bool?
  /// What reading the sequence throws, where it is at fault; it has no values then.
  var fault: CachedFault?
}

/// A `RecordError` in a file.
struct CachedFault: Codable, Equatable, Sendable {
  var kind: RecordError.Kind
  var path: String
  var line: Int?
  var column: Int?
  var text: String?
  var problem: String

  init(_ error: RecordError) {
    (kind, path, line) = (error.kind, error.path, error.line)
    (column, text, problem) = (error.column, error.text, error.problem)
  }

  var error: RecordError {
    RecordError(kind, path: path, line: line, column: column, text: text, problem)
  }
}
