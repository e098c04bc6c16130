/// Reads one sequence at a time, a few rows at a time, for one thread.
///
/// For sequences that do not fit in memory, or that never end.
///
/// ```swift
/// try cursor.begin(3)
/// while try cursor.read(upTo: 100, into: &rows) > 0 { ... }   // rows.values: [100, C], the last time fewer
/// ```
public protocol SteppedSequenceCursor {
  /// Moves to the first row of sequence `index`, even if the previous sequence is unfinished.
  ///
  /// - Throws: `RecordError` or another error that names the file.
  mutating func begin(_ index: Int) throws

  /// Reads the next `count` rows, `[count, C]` floats, into `rows`, replacing its contents and reusing its
  /// storage.
  ///
  /// `rows.lines` become the lines of these rows. After an error, only `begin` may be called.
  ///
  /// - Returns: The number of rows read: `count`, or fewer at the end of the sequence, and 0 from then on.
  /// - Throws: `RecordError` or another error that names the location. Faults in later rows are not found
  ///   yet.
  mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int

  /// Releases the sequence and its file.
  mutating func end()
}

/// A reader that can stream the rows of a sequence without ever holding all of them.
public protocol SteppedSequenceRecordReader: SequenceRecordReader {
  associatedtype SteppedCursor: SteppedSequenceCursor

  /// Makes a cursor for one thread that reads row by row.
  func makeSteppedCursor() throws -> SteppedCursor
}

extension SequenceRecordReader {
  /// Makes a cursor that streams rows if the reader can, and otherwise slices whole sequences.
  public func makeAnySteppedCursor() throws -> any SteppedSequenceCursor {
    if let reader = self as? any SteppedSequenceRecordReader { return try reader.makeSteppedCursor() }
    return WholeSequenceCursor(try makeCursor())
  }
}
