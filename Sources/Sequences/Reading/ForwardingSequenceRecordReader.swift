/// A reader with the sequences of another reader, one for one, whose rows it may edit.
///
/// ```swift
/// struct Rounded<Base: SequenceRecordReader>: ForwardingSequenceRecordReader {
///   let base: Base
///   func edit(_ rows: inout SequenceRecord, of index: Int) {
///     for cell in rows.values.indices { rows.values[cell].round() }
///   }
///   var signature: Signature {
///     var signature = base.signature
///     signature.add("the rounding of values", "nearest")
///     return signature
///   }
/// }
/// ```
/// It answers every question as `base` does, so a conforming type states only what differs: its columns (`schema`), the
/// locations of values (`position(of:row:column:)`), and always its `signature`, since values differ. Like `base`, it reads
/// ranges of rows and streams them.
public protocol ForwardingSequenceRecordReader: SequenceRecordReader {
  associatedtype Base: SequenceRecordReader

  /// The reader of the sequences.
  var base: Base { get }

  /// Edits rows of sequence `index` after they were read: all of them, a range, or a few of a stream.
  ///
  /// The number of rows must stay the same. Threads share the reader.
  func edit(_ rows: inout SequenceRecord, of index: Int) throws
}

extension ForwardingSequenceRecordReader {
  /// The number of sequences in `base`.
  public var count: Int { base.count }

  /// The schema of `base`.
  public var schema: SequenceSchema { base.schema }

  /// The signature of `base`.
  public var signature: Signature { base.signature }

  /// Returns the number of time steps of the sequence, if `base` knows it.
  public func stepCount(of index: Int) -> Int? { base.stepCount(of: index) }

  /// Returns the number of steps that the sequence before has too.
  public func repeatedStepCount(of index: Int) -> Int { base.repeatedStepCount(of: index) }

  /// Returns the whole sequence in `base`.
  public func wholeSequence(of index: Int) -> Int { base.wholeSequence(of: index) }

  /// Returns the location of the sequence in `base`.
  public func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }

  /// Returns the key of the example in `base`.
  public func exampleKey(of index: Int) -> String { base.exampleKey(of: index) }

  /// Returns the location of the value in `base`.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    base.position(of: index, row: row, column: column)
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor {
    EditedCursor(reader: self, base: try base.makeCursor())
  }

  /// Makes a stream for one thread that delivers rows as `base` does.
  public func makeRowStream() throws -> any RowStream {
    EditedRowStream(reader: self, base: try base.makeRowStream())
  }

  /// Makes a cursor for one thread that reads ranges of rows, if `base` can.
  public func makeRowRangeCursor() throws -> (any RowRangeCursor)? {
    try base.makeRowRangeCursor().map { EditedRowRangeCursor(reader: self, base: $0) }
  }
}

private struct EditedCursor<Reader: ForwardingSequenceRecordReader>: SequenceCursor {
  let reader: Reader
  var base: Reader.Base.Cursor

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(index, into: &sequence)
    try reader.edit(&sequence, of: index)
  }

  mutating func takeCost() -> ReadingCost { base.takeCost() }
}

private struct EditedRowRangeCursor<Reader: ForwardingSequenceRecordReader>: RowRangeCursor {
  let reader: Reader
  var base: any RowRangeCursor

  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try base.read(index, rows: rows, into: &sequence)
    try reader.edit(&sequence, of: index)
  }
}

private struct EditedRowStream<Reader: ForwardingSequenceRecordReader>: RowStream {
  let reader: Reader
  var base: any RowStream
  /// The sequence whose rows are read.
  private var index = 0

  init(reader: Reader, base: any RowStream) { (self.reader, self.base) = (reader, base) }

  mutating func begin(_ index: Int) throws {
    self.index = index
    try base.begin(index)
  }

  mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    let count = try base.read(upTo: count, into: &rows)
    try reader.edit(&rows, of: index)
    return count
  }

  mutating func end() { base.end() }
}
