/// One thread's way through one sequence at a time, a few rows at a call.
///
/// What reads sequences that are longer than memory, or that never end.
///
/// ```swift
/// try cursor.begin(3)
/// while try cursor.read(upTo: 100, into: &rows) > 0 { ... }   // rows.values: [100, C], the last time fewer
/// ```
public protocol SteppedSequenceCursor {
  /// Goes to the first row of sequence `index`, whatever is left of the one before.
  ///
  /// - Throws: `RecordError` or another error that names the file.
  mutating func begin(_ index: Int) throws

  /// Reads the next `count` rows, `[count, C]` floats, into `rows`, in place of what it held, reusing its storage.
  ///
  /// `rows.lines` become the lines of these rows. After an error only `begin` is of use.
  ///
  /// - Returns: The number of rows read: `count`, or fewer where the sequence ends, and 0 ever after.
  /// - Throws: `RecordError` or another error that names the place. A fault further on is not found yet.
  mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int

  /// Lets go of the sequence, and of the file it lies in.
  mutating func end()
}

/// A reader that can give a sequence's rows as they come, without ever holding all of them.
public protocol SteppedSequenceRecordReader: SequenceRecordReader {
  associatedtype SteppedCursor: SteppedSequenceCursor

  /// Makes one thread's cursor that reads row by row.
  func makeSteppedCursor() throws -> SteppedCursor
}

extension SequenceRecordReader {
  /// Makes a cursor that gives rows as they come where the reader can, and slices of whole sequences where not.
  public func makeAnySteppedCursor() throws -> any SteppedSequenceCursor {
    if let reader = self as? any SteppedSequenceRecordReader { return try reader.makeSteppedCursor() }
    return WholeSequenceCursor(try makeCursor())
  }
}
