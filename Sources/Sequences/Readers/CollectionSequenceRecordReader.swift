/// A reader of sequences in memory.
///
/// ```swift
/// let reader = try CollectionSequenceRecordReader([[[1, 2], [3, 4]], [[5, 6]]], columns: ["x", "y"])
/// reader.count  // 2 sequences, of 2 and 1 time steps
/// ```
public struct CollectionSequenceRecordReader: SequenceRecordReader {
  /// The columns.
  public let schema: SequenceSchema
  private let sequences: [SequenceRecord]
  private let keys: [String]?
  private let name: String

  /// Makes a reader of `sequences`.
  ///
  /// - Parameters:
  ///   - sequences: At least one, each with at least one time step, all with the same number of columns.
  ///   - keys: The keys that pair features with labels, one per sequence, all distinct; default: the index.
  ///   - columns: The column names; default: the index.
  ///   - encodings: The meaning of the numbers of columns that hold classes or timestamps.
  ///   - name: The name of the data in messages: sequence 3 is `name[3]`.
  /// - Throws: `RecordError` naming the invalid sequence.
  public init(
    _ sequences: [SequenceRecord], keys: [String]? = nil, columns: [String]? = nil,
    encodings: [String: ColumnEncoding] = [:], name: String = "memory"
  ) throws(RecordError) {
    guard let first = sequences.first else {
      throw RecordError(
        .empty, path: name, "there are no sequences: expected at least one, found none; add the data")
    }
    for (index, sequence) in sequences.enumerated() {
      let path = "\(name)[\(index)]"
      guard sequence.stepCount > 0 else { throw .noSteps(path) }
      guard sequence.columnCount == first.columnCount else {
        throw RecordError(
          .columnCount, path: path,
          "the sequence has a different number of columns than \(name)[0]: expected \(first.columnCount), "
            + "found \(sequence.columnCount); give every sequence the same columns")
      }
    }
    if let columns, columns.count != first.columnCount {
      throw RecordError(
        .header, path: name,
        "the column names do not fit the data: expected \(first.columnCount), found \(columns.count); "
          + "name every column once")
    }
    if let keys {
      guard keys.count == sequences.count else {
        throw RecordError(
          .unpaired, path: name,
          "the keys do not fit the data: expected \(sequences.count), found \(keys.count); "
            + "give every sequence one key")
      }
      let locations = keys.enumerated().map {
        SequenceLocation(path: "\(name)[\($0.offset)]", key: $0.element)
      }
      try checkDistinctKeys(locations)
    }
    self.sequences = sequences
    self.keys = keys
    schema = SequenceSchema(
      columns: columns ?? (0..<first.columnCount).map { String($0) }, encodings: encodings)
    self.name = name
  }

  /// Makes a reader of sequences given row by row: `sequences[i][t]` is step `t` of sequence `i`.
  ///
  /// - Throws: `RecordError` naming the invalid sequence or row.
  public init(
    _ sequences: [[[Float]]], keys: [String]? = nil, columns: [String]? = nil, name: String = "memory"
  ) throws(RecordError) {
    var records: [SequenceRecord] = []
    records.reserveCapacity(sequences.count)
    for (index, rows) in sequences.enumerated() {
      let path = "\(name)[\(index)]"
      guard let first = rows.first else { throw .noSteps(path) }
      guard !first.isEmpty else {
        throw RecordError(
          .columnCount, path: path, line: 1,
          "the row is empty: expected at least one column, found none; give every row the same columns")
      }
      for (step, row) in rows.enumerated() where row.count != first.count {
        throw RecordError(
          .columnCount, path: path, line: step + 1,
          "the row has a different number of columns than the first: expected \(first.count), "
            + "found \(row.count); give every row the same columns")
      }
      records.append(SequenceRecord(values: Array(rows.joined()), columnCount: first.count))
    }
    try self.init(records, keys: keys, columns: columns, name: name)
  }

  /// The number of sequences.
  public var count: Int { sequences.count }

  /// Returns the number of time steps of sequence `index`.
  public func stepCount(of index: Int) -> Int? { sequences[index].stepCount }

  /// Makes a cursor for one thread.
  public func makeCursor() -> some SequenceCursor { CollectionCursor(sequences: sequences) }

  /// Makes a cursor for one thread that copies some rows.
  public func makeRowRangeCursor() -> (any RowRangeCursor)? { CollectionCursor(sequences: sequences) }

  /// Returns the name, line and key of sequence `index`.
  public func source(of index: Int) -> SequenceRecord.Source {
    SequenceRecord.Source(
      path: "\(name)[\(index)]", firstLine: sequences[index].lines.lowerBound,
      key: keys?[index] ?? String(index))
  }
}

/// A cursor over sequences in memory, for one thread.
private struct CollectionCursor: SequenceCursor, RowRangeCursor {
  let sequences: [SequenceRecord]

  /// Returns sequence `index`, sharing its storage with the reader until either copy is changed.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) { sequence = sequences[index] }

  /// Returns some rows of sequence `index`.
  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) {
    sequence.take(rows, of: sequences[index])
  }
}

extension RecordError {
  /// Returns the error about a sequence without time steps.
  fileprivate static func noSteps(_ path: String) -> RecordError {
    RecordError(
      .empty, path: path,
      "the sequence has no time steps: expected at least one, found none; leave the sequence out")
  }
}
