import Platform

/// The sequences of another reader without their last rows.
///
/// A forecast of whole series or windows needs it: the rows that come after the step of a label would give the label away
/// to a network that reads all of them.
public struct TrimmedSequenceRecordReader<Base: SequenceRecordReader>: SequenceRecordReader {
  /// The reader of all rows.
  public let base: Base
  /// The number of rows that are dropped at the end of every sequence.
  public let droppedCount: Int

  /// Makes a reader of the sequences of `base` without their last `count` rows.
  public init(_ base: Base, droppingLast count: Int) {
    precondition(count >= 0, "\(count) rows to drop; at least 0 are")
    (self.base, droppedCount) = (base, count)
  }

  /// The number of sequences.
  public var count: Int { base.count }

  /// The schema of `base`.
  public var schema: SequenceSchema {
    var schema = base.schema
    schema.options.add("the last rows that are dropped", "\(droppedCount)")
    return schema
  }

  /// Returns the number of remaining steps, if `base` knows how many there are.
  public func stepCount(of index: Int) -> Int? { base.stepCount(of: index).map { max(0, $0 - droppedCount) } }

  /// Returns the location of the sequence in `base`.
  public func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }

  /// Returns the key of the example in `base`.
  public func exampleKey(of index: Int) -> String { base.exampleKey(of: index) }

  /// Returns the whole sequence in `base`.
  public func wholeSequence(of index: Int) -> Int { base.wholeSequence(of: index) }

  /// Returns the location of the value in `base`.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    base.position(of: index, row: row, column: column)
  }

  /// The signature of `base`, and the number of rows that are dropped.
  public var signature: Signature {
    var signature = base.signature
    signature.add("the last rows that are dropped", "\(droppedCount)")
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor {
    TrimmedCursor(base: try base.makeCursor(), reader: self)
  }
}

private struct TrimmedCursor<Base: SequenceRecordReader>: SequenceCursor {
  var base: Base.Cursor
  let reader: TrimmedSequenceRecordReader<Base>

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(index, into: &sequence)
    let (steps, dropped) = (sequence.stepCount, reader.droppedCount)
    guard steps > dropped else {
      let source = reader.source(of: index)
      throw RecordError(
        .lengths, path: source.path, line: source.firstLine,
        "the sequence is too short: expected more than \(dropped) rows, of which the last \(dropped) are to be predicted, found "
          + "\(steps); give longer ones, or leave out such sequences (\(Remedy.skipSequences))")
    }
    let whole = sequence
    sequence.take(0..<steps - dropped, of: whole)
  }

  mutating func takeCost() -> ReadingCost { base.takeCost() }
}
