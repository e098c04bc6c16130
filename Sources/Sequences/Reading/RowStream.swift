/// Reads one sequence at a time, a few rows at a time, for one thread.
///
/// For sequences that do not fit in memory, or that never end.
///
/// ```swift
/// var stream = try reader.makeRowStream()
/// try stream.begin(3)
/// while try stream.read(upTo: 100, into: &rows) > 0 { ... }   // rows.values: [100, C], the last time fewer
/// ```
public protocol RowStream {
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
