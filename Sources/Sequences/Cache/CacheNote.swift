/// The facts about a sequence other than its values; most sequences have none.
struct CacheNote: Codable, Equatable, Sendable {
  /// The index of the sequence.
  var sequence: Int
  var skippedRows: [Int] = []
  /// The ordinals of the steps; `nil` if they are those of all rows that were not skipped.
  var chosenRows: RowOrdinals?
  var ledger: [Ledger.Entry] = []
  /// The columns of timestamps; `nil` if there are none.
  var times: CachedTimes?
  /// True if a transform applied to the sequence was fitted on it; `nil` means false.
  var isFittedExample: Bool?
  /// The error that reading the sequence throws; such a sequence has no values.
  var fault: CachedFault?
}

/// The exact timestamps of a sequence, without the numbers themselves: those of one column follow those of another in
/// the tensor `times`.
struct CachedTimes: Codable, Equatable, Sendable {
  /// A column of timestamps.
  struct Column: Codable, Equatable, Sendable {
    /// The column of the record.
    var column: Int
    var encoding: TimestampEncoding
    /// The timestamp whose value is 0, in nanoseconds since 1970, as text: JSON numbers are not precise enough.
    var origin: String
  }

  var stepCount: Int
  var columns: [Column]
  /// The index of the first number in the tensor.
  var start = 0
}

extension CachedTimes {
  init(_ times: RowTimes) {
    stepCount = times.columns.values.first?.nanoseconds.count ?? 0
    columns = times.columns.sorted { $0.key < $1.key }.map { column, times in
      Column(column: column, encoding: times.encoding, origin: "\(times.origin)")
    }
  }

  /// Returns the timestamps, given the numbers of all columns.
  func times(_ nanoseconds: [Int128]) -> RowTimes {
    let count = nanoseconds.count / max(1, columns.count)
    return RowTimes(
      columns: Dictionary(
        columns.enumerated().map { place, column in
          let own = nanoseconds[place * count..<(place + 1) * count]
          return (
            column.column,
            RowTimes.Column(
              encoding: column.encoding, origin: Int128(column.origin) ?? 0, nanoseconds: Array(own))
          )
        }, uniquingKeysWith: { first, _ in first }))
  }
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
