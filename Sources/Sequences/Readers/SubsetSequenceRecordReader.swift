/// Some of another reader's sequences, in the given order.
///
/// It knows lengths, reads some rows at their own cost, and gives rows as they come, where the other reader does.
public struct SubsetSequenceRecordReader<Base: SequenceRecordReader>: SequenceRecordReader {
  private let base: Base
  private let indices: [Int32]

  /// Makes a reader of sequences `indices` of `base`, each at most once.
  public init(_ base: Base, _ indices: [Int]) {
    precondition(
      indices.allSatisfy { $0 >= 0 && $0 < base.count } && Set(indices).count == indices.count,
      "sequences of a reader of \(base.count), each at most once")
    self.base = base
    self.indices = indices.map { Int32($0) }
  }

  /// The number of sequences.
  public var count: Int { indices.count }

  /// The other reader's columns.
  public var columns: [String] { base.columns }

  /// All columns that the data has.
  public var fileColumns: [String] { base.fileColumns }

  /// How texts that are no numbers become numbers.
  public var encodings: [String: ColumnEncoding] { base.encodings }

  /// Makes one thread's cursor.
  public func makeCursor() throws -> SubsetSequenceCursor<Base.Cursor> {
    SubsetSequenceCursor(base: try base.makeCursor(), indices: indices)
  }

  /// Where the sequence lies in the other reader.
  public func source(of index: Int) -> RecordSource { base.source(of: Int(indices[index])) }

  /// Where the value lies in the other reader.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    base.position(of: Int(indices[index]), step: step, column: column)
  }

  /// What the other reader did.
  public func transforms(ofColumn column: Int) -> [String] { base.transforms(ofColumn: column) }

  /// What was done to the other reader's sequences.
  public var appliedTransforms: AppliedTransforms? { base.appliedTransforms }

  /// The other reader's options.
  public var optionSignature: Signature { base.optionSignature }

  /// The other reader's signature, with the sequences that are left.
  public var signature: Signature {
    var signature = base.signature
    signature.add(indexSignature, suffix: " that were chosen")
    return signature
  }
}

extension SubsetSequenceRecordReader: SizedSequenceRecordReader where Base: SizedSequenceRecordReader {
  /// The number of time steps of the sequence in the other reader.
  public func stepCount(of index: Int) -> Int { base.stepCount(of: Int(indices[index])) }
}

extension SubsetSequenceRecordReader: SteppedSequenceRecordReader {
  /// Makes one thread's cursor that gives rows as the other reader gives them.
  public func makeSteppedCursor() throws -> SubsetSteppedCursor {
    SubsetSteppedCursor(base: try base.makeAnySteppedCursor(), indices: indices)
  }
}

extension SubsetSequenceRecordReader: LinedSequences where Base: LinedSequences {
  /// The line in the other reader.
  package func line(of index: Int, step: Int, skipping skippedRows: [Int]) -> Int? {
    base.line(of: Int(indices[index]), step: step, skipping: skippedRows)
  }

  /// The rows that the other reader left out.
  package func skippedRows(of index: Int) -> [Int] { base.skippedRows(of: Int(indices[index])) }

  /// What the other reader decided.
  package func ledger(of index: Int) -> [LedgerEntry] { base.ledger(of: Int(indices[index])) }
}

/// One thread's cursor over some of a reader's sequences.
public struct SubsetSequenceCursor<Base: SequenceCursor>: MeasuredSequenceCursor {
  fileprivate var base: Base
  fileprivate let indices: [Int32]

  /// Reads sequence `index` of the chosen ones.
  public mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(Int(indices[index]), into: &sequence)
  }

  /// The other cursor's cost.
  public mutating func takeCost() -> ReadingCost { base.takeCostIfMeasured() }
}

extension SubsetSequenceCursor: RowRangeSequenceCursor where Base: RowRangeSequenceCursor {
  /// Reads some rows of sequence `index` of the chosen ones.
  public mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try base.read(Int(indices[index]), rows: rows, into: &sequence)
  }
}

/// One thread's way through some of a reader's sequences, a few rows at a call.
public struct SubsetSteppedCursor: SteppedSequenceCursor {
  private var base: any SteppedSequenceCursor
  private let indices: [Int32]

  init(base: any SteppedSequenceCursor, indices: [Int32]) { (self.base, self.indices) = (base, indices) }

  /// Goes to the first row of sequence `index` of the chosen ones.
  public mutating func begin(_ index: Int) throws { try base.begin(Int(indices[index])) }

  /// Reads the next `count` rows, or those that are left.
  public mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    try base.read(upTo: count, into: &rows)
  }

  /// Lets go of the sequence.
  public mutating func end() { base.end() }
}

extension SequenceRecordReader {
  /// The sequences `indices`, each at most once, in the given order.
  public func choosing(_ indices: [Int]) -> any SequenceRecordReader {
    SubsetSequenceRecordReader(self, indices)
  }
}

extension SequenceCursor {
  /// The cost of a cursor that is measured; nothing of others.
  package mutating func takeCostIfMeasured() -> ReadingCost {
    guard var measured = self as? any MeasuredSequenceCursor else { return ReadingCost() }
    let cost = measured.takeCost()
    if let mine = measured as? Self { self = mine }
    return cost
  }
}
