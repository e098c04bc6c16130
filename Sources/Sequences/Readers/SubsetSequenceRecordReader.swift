/// A selection of another reader's sequences, in the given order.
///
/// It knows lengths, reads row ranges and streams rows if the other reader does.
public struct SubsetSequenceRecordReader<Base: SequenceRecordReader>: SequenceRecordReader {
  private let base: Base
  private let indices: [Int32]

  /// Makes a reader of the sequences `indices` of `base`, each at most once.
  public init(_ base: Base, _ indices: [Int]) {
    precondition(
      indices.allSatisfy { $0 >= 0 && $0 < base.count } && Set(indices).count == indices.count,
      "sequences of a reader of \(base.count), each at most once")
    self.base = base
    self.indices = indices.map { Int32($0) }
  }

  /// The number of sequences.
  public var count: Int { indices.count }

  /// The schema of `base`.
  public var schema: SequenceSchema { base.schema }

  /// Returns the number of time steps of the sequence, if `base` knows it.
  public func stepCount(of index: Int) -> Int? { base.stepCount(of: Int(indices[index])) }

  /// Returns the number of steps that the sequence before, in `base` and here, has too.
  public func repeatedStepCount(of index: Int) -> Int {
    guard index > 0, indices[index] == indices[index - 1] + 1 else { return 0 }
    return base.repeatedStepCount(of: Int(indices[index]))
  }

  /// Returns the whole sequence in `base`.
  public func wholeSequence(of index: Int) -> Int { base.wholeSequence(of: Int(indices[index])) }

  /// Returns the location of the sequence in `base`.
  public func source(of index: Int) -> SequenceRecord.Source { base.source(of: Int(indices[index])) }

  /// Returns the key of the example in `base`.
  public func exampleKey(of index: Int) -> String { base.exampleKey(of: Int(indices[index])) }

  /// Returns the location of the value in `base`.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    base.position(of: Int(indices[index]), row: row, column: column)
  }

  /// The signature of `base`, and the selected sequences.
  public var signature: Signature {
    var signature = base.signature
    signature.add(indexSignature, suffix: " that were chosen")
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor {
    SubsetCursor(base: try base.makeCursor(), indices: indices)
  }

  /// Makes a stream for one thread that delivers rows as `base` does.
  public func makeRowStream() throws -> any RowStream {
    SubsetRowStream(base: try base.makeRowStream(), indices: indices)
  }

  /// Makes a cursor for one thread that reads ranges of rows, if `base` can.
  public func makeRowRangeCursor() throws -> (any RowRangeCursor)? {
    try base.makeRowRangeCursor().map { SubsetRowRangeCursor(base: $0, indices: indices) }
  }
}

private struct SubsetCursor<Base: SequenceCursor>: SequenceCursor {
  var base: Base
  let indices: [Int32]

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(Int(indices[index]), into: &sequence)
  }

  mutating func takeCost() -> ReadingCost { base.takeCost() }
}

private struct SubsetRowRangeCursor: RowRangeCursor {
  var base: any RowRangeCursor
  let indices: [Int32]

  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try base.read(Int(indices[index]), rows: rows, into: &sequence)
  }
}

private struct SubsetRowStream: RowStream {
  var base: any RowStream
  let indices: [Int32]

  mutating func begin(_ index: Int) throws { try base.begin(Int(indices[index])) }

  mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    try base.read(upTo: count, into: &rows)
  }

  mutating func end() { base.end() }
}

extension SequenceRecordReader {
  /// Returns those of the sequences `indices` that a policy does not leave out when they are read; if it leaves out
  /// none, they are not read.
  package func kept(_ indices: [Int], by policy: ErrorPolicy) throws -> [Int] {
    if policy.raisesEverything { return indices }
    var cursor = try makeCursor()
    var record = SequenceRecord()
    return try indices.filter { index in
      do {
        try cursor.read(index, into: &record)
        return true
      } catch let error as RecordError where policy[error.kind] == .skipSequence {
        return false
      }
    }
  }

  /// Returns a reader of the sequences `indices`, each at most once, in the given order.
  public func choosing(_ indices: [Int]) -> any SequenceRecordReader {
    SubsetSequenceRecordReader(self, indices)
  }
}
