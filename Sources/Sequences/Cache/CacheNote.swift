/// The facts about a sequence other than its values; most sequences have none.
struct CacheNote: Codable, Equatable, Sendable {
  /// The index of the sequence.
  var sequence: Int
  var skippedRows: [Int] = []
  /// The ordinals of the steps; `nil` if they are those of all rows that were not skipped.
  var chosenRows: RowOrdinals?
  var ledger: [Ledger.Entry] = []
  /// True if a transform applied to the sequence was fitted on it; `nil` means false.
  var isFittedExample: Bool?
  /// The error that reading the sequence throws; such a sequence has no values.
  var fault: CachedFault?
}

/// A `RecordError` stored in a file.
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
