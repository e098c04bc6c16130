/// The labels of another reader, of which only that of the last step of every sequence is kept: one label for a window.
///
/// The others become missing (NaN), and their steps have no label in a batch.
public struct LastLabelReader<Base: SequenceRecordReader>: SequenceRecordReader {
  /// The reader of all labels.
  public let base: Base

  /// Makes a reader of the last labels of the sequences of `base`.
  public init(_ base: Base) { self.base = base }

  /// The number of sequences.
  public var count: Int { base.count }

  /// The schema of `base`, whose labels may be missing.
  public var schema: SequenceSchema {
    var schema = base.schema
    schema.optionalColumns = Set(schema.columns)
    schema.options.add("the labels that are kept", "the last one")
    return schema
  }

  /// Returns the number of steps in `base`.
  public func stepCount(of index: Int) -> Int? { base.stepCount(of: index) }

  /// Returns the number of steps that the sequence before has too, in `base`.
  public func repeatedStepCount(of index: Int) -> Int { base.repeatedStepCount(of: index) }

  /// Returns the location of the sequence in `base`.
  public func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }

  /// Returns the key of the example in `base`.
  public func exampleKey(of index: Int) -> String { base.exampleKey(of: index) }

  /// Returns the whole sequence in `base`.
  public func wholeSequence(of index: Int) -> Int { base.wholeSequence(of: index) }

  /// Returns the location of the label in `base`.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    base.position(of: index, row: row, column: column)
  }

  /// The signature of `base`, and that one label is kept.
  public var signature: Signature {
    var signature = base.signature
    signature.add("the labels that are kept", "the last one")
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor { LastLabelCursor(base: try base.makeCursor()) }
}

private struct LastLabelCursor<Base: SequenceCursor>: SequenceCursor {
  var base: Base

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(index, into: &sequence)
    for cell in sequence.values.indices.dropLast(sequence.columnCount) { sequence.values[cell] = .nan }
  }

  mutating func takeCost() -> ReadingCost { base.takeCost() }
}
