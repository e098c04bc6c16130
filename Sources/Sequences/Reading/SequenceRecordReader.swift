/// A collection of sequences, read by index.
///
/// Threads share the value; each thread has its own cursor. The indices are fixed when a reader is made:
/// `count`, `schema` and `source(of:)` never change.
///
/// A reader whose sequences are computed, or read independently, conforms to `IndexedSequenceRecordReader`
/// with fewer lines. A reader that edits the rows of another one conforms to `ForwardingSequenceRecordReader`.
public protocol SequenceRecordReader: Sendable {
  associatedtype Cursor: SequenceCursor

  /// The number of sequences, fixed by the initializer, which scans the data if necessary and may throw.
  var count: Int { get }

  /// The columns of the sequences, and how they are read.
  var schema: SequenceSchema { get }

  /// Makes a cursor for one thread.
  func makeCursor() throws -> Cursor

  /// Returns the file, first line and key of sequence `index`, for errors, pairing and metadata.
  func source(of index: Int) -> SequenceRecord.Source

  /// Returns the key of example `index`, a text that names it in results: by default its pairing key.
  ///
  /// For files, it is the path relative to the split's `directory`, without extensions; a sequence of a
  /// grouped file adds `:GROUP`, and a window `@ROW`, the ordinal of its first row.
  func exampleKey(of index: Int) -> String

  /// Returns the exact location of one value for error messages, by slowly reading the sequence again.
  ///
  /// - Parameters:
  ///   - index: The sequence.
  ///   - row: The ordinal of the row (`SequenceRecord.rowOrdinal(ofStep:)`).
  ///   - column: The column of the sequence.
  func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position

  /// Returns the number of time steps of sequence `index` if it is known without reading; otherwise `nil`.
  ///
  /// 0 if reading the sequence throws. If it is `nil`, windows, length buckets and the padding planner read
  /// every sequence once.
  func stepCount(of index: Int) -> Int?

  /// Returns the number of steps at the beginning of sequence `index` that sequence `index - 1` has too: 0 by default, and
  /// more for windows that overlap.
  func repeatedStepCount(of index: Int) -> Int

  /// Returns the index of the whole sequence that sequence `index` is a part of, such as a window: equal for the parts of
  /// one sequence. By default, `index`.
  func wholeSequence(of index: Int) -> Int

  /// Makes a stream for one thread, which delivers a few rows at a time.
  ///
  /// By default, it reads whole sequences and delivers parts of them.
  func makeRowStream() throws -> any RowStream

  /// Makes a cursor for one thread that reads ranges of rows at the cost of those rows; `nil`, as by default,
  /// if the reader can only read whole sequences.
  func makeRowRangeCursor() throws -> (any RowRangeCursor)?

  /// Identifies this data and the options it is read with; the state of an iterator is checked against it.
  var signature: Signature { get }
}

extension SequenceRecordReader {
  /// The column names, common to all sequences.
  public var columns: [String] { schema.columns }

  /// The key that pairs features with labels.
  public func exampleKey(of index: Int) -> String { source(of: index).key }

  /// Returns the line of the row, counted from the first line of the sequence.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let source = source(of: index)
    return SequenceRecord.Position(path: source.path, line: source.firstLine + row)
  }

  /// `nil`: lengths are not known without reading.
  public func stepCount(of index: Int) -> Int? { nil }

  /// 0: no step is in several sequences.
  public func repeatedStepCount(of index: Int) -> Int { 0 }

  /// `index`: every sequence is whole.
  public func wholeSequence(of index: Int) -> Int { index }

  /// Makes a stream that reads whole sequences.
  public func makeRowStream() throws -> any RowStream { WholeSequenceRowStream(try makeCursor()) }

  /// `nil`: only whole sequences can be read.
  public func makeRowRangeCursor() throws -> (any RowRangeCursor)? { nil }

  /// The number, columns and keys of the sequences, and the options.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(schema.options)
    return signature
  }

  /// The common part of every signature: the number, columns and keys of the sequences.
  package var indexSignature: Signature {
    var signature = Signature()
    signature.add("the number of sequences", "\(count)")
    let columns = columns
    var names = Fingerprint()
    names.combine(columns)
    signature.add("the number of columns", "\(columns.count)")
    signature.add("the names of the columns", names)
    var keys = Fingerprint()
    for index in 0..<count { keys.combine(source(of: index).key) }
    signature.add("the keys of the sequences (files were added, removed or renamed)", keys)
    return signature
  }

  /// True if a sequence is one of several in its file, so that the file alone does not identify it.
  package func sharesFile(_ index: Int) -> Bool {
    let path = source(of: index).path
    return [index - 1, index + 1].contains { (0..<count).contains($0) && source(of: $0).path == path }
  }

  /// The path for messages about all of the data.
  package var firstPath: String { count == 0 ? "data" : source(of: 0).path }
}

/// The reading position and buffers of one thread; may keep a file open or remember the one parsed last.
public protocol SequenceCursor {
  /// Reads sequence `index` as `[T, C]` floats, row-major, into `sequence`, reusing its storage.
  ///
  /// Nothing that `sequence` held before is kept: call `SequenceRecord.begin` first.
  ///
  /// - Throws: `RecordError` or another error that names the location. `sequence` is then invalid.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws

  /// Returns the cost of everything read since the last call, and resets it to zero.
  ///
  /// By default, nothing is measured.
  mutating func takeCost() -> ReadingCost
}

extension SequenceCursor {
  /// Zero: nothing is measured.
  public mutating func takeCost() -> ReadingCost { ReadingCost() }
}

/// Reads ranges of rows at the cost of those rows, for one thread; windows are cut with it.
///
/// A reader that can do this returns one from `makeRowRangeCursor()`.
public protocol RowRangeCursor {
  /// Reads rows `rows` of sequence `index`, `[rows.count, C]`, into `sequence`, as `SequenceRecord.take` would
  /// take them from the whole sequence.
  ///
  /// - Throws: The same errors as reading the whole sequence.
  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws
}

extension SequenceRecordReader {
  /// Returns the first rows of sequence `index`, at most `limit`, without reading the others.
  ///
  /// - Throws: Any error of a row stream: the first fault in these rows, whatever the policy of the reader.
  package func firstRows(of index: Int, atMost limit: Int) throws -> SequenceRecord {
    var rows = SequenceRecord()
    var stream = try makeRowStream()
    try stream.begin(index)
    _ = try stream.read(upTo: limit, into: &rows)
    stream.end()
    return rows
  }
}
