/// A selection of another reader's sequences, in the given order.
///
/// It knows lengths, reads row ranges at the cost of those rows, and streams rows if the other reader does.
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

  /// The columns of `base`.
  public var columns: [String] { base.columns }

  /// All columns of the data.
  public var fileColumns: [String] { base.fileColumns }

  /// The encodings of columns whose texts are not numbers.
  public var encodings: [String: ColumnEncoding] { base.encodings }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> SubsetSequenceCursor<Base.Cursor> {
    SubsetSequenceCursor(base: try base.makeCursor(), indices: indices)
  }

  /// Returns the location of the sequence in `base`.
  public func source(of index: Int) -> RecordSource { base.source(of: Int(indices[index])) }

  /// Returns the location of the value in `base`.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    base.position(of: Int(indices[index]), step: step, column: column)
  }

  /// Returns the transforms that `base` applied.
  public func transforms(ofColumn column: Int) -> [String] { base.transforms(ofColumn: column) }

  /// The transforms applied to the sequences of `base`.
  public var appliedTransforms: AppliedTransforms? { base.appliedTransforms }

  /// The options of `base`.
  public var optionSignature: Signature { base.optionSignature }

  /// The signature of `base`, and the selected sequences.
  public var signature: Signature {
    var signature = base.signature
    signature.add(indexSignature, suffix: " that were chosen")
    return signature
  }
}

extension SubsetSequenceRecordReader: SizedSequenceRecordReader where Base: SizedSequenceRecordReader {
  /// Returns the number of time steps of the sequence in `base`.
  public func stepCount(of index: Int) -> Int { base.stepCount(of: Int(indices[index])) }
}

extension SubsetSequenceRecordReader: SteppedSequenceRecordReader {
  /// Makes a cursor for one thread that streams rows as `base` does.
  public func makeSteppedCursor() throws -> SubsetSteppedCursor {
    SubsetSteppedCursor(base: try base.makeAnySteppedCursor(), indices: indices)
  }
}

extension SubsetSequenceRecordReader: LinedSequences where Base: LinedSequences {
  /// Returns the line in `base`.
  package func line(of index: Int, step: Int, skipping skippedRows: [Int]) -> Int? {
    base.line(of: Int(indices[index]), step: step, skipping: skippedRows)
  }

  /// Returns the rows that `base` skipped.
  package func skippedRows(of index: Int) -> [Int] { base.skippedRows(of: Int(indices[index])) }

  /// Returns the decisions of `base` about faults.
  package func ledger(of index: Int) -> [LedgerEntry] { base.ledger(of: Int(indices[index])) }
}

/// A cursor over selected sequences, for one thread.
public struct SubsetSequenceCursor<Base: SequenceCursor>: MeasuredSequenceCursor {
  fileprivate var base: Base
  fileprivate let indices: [Int32]

  /// Reads sequence `index` of the selection.
  public mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(Int(indices[index]), into: &sequence)
  }

  /// Returns the cost of the base cursor.
  public mutating func takeCost() -> ReadingCost { base.takeCostIfMeasured() }
}

extension SubsetSequenceCursor: RowRangeSequenceCursor where Base: RowRangeSequenceCursor {
  /// Reads some rows of sequence `index` of the selection.
  public mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try base.read(Int(indices[index]), rows: rows, into: &sequence)
  }
}

/// Reads selected sequences a few rows at a time, for one thread.
public struct SubsetSteppedCursor: SteppedSequenceCursor {
  private var base: any SteppedSequenceCursor
  private let indices: [Int32]

  init(base: any SteppedSequenceCursor, indices: [Int32]) { (self.base, self.indices) = (base, indices) }

  /// Moves to the first row of sequence `index` of the selection.
  public mutating func begin(_ index: Int) throws { try base.begin(Int(indices[index])) }

  /// Reads the next `count` rows, or as many as remain.
  public mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    try base.read(upTo: count, into: &rows)
  }

  /// Releases the sequence.
  public mutating func end() { base.end() }
}

extension SequenceRecordReader {
  /// Returns a reader of the sequences `indices`, each at most once, in the given order.
  public func choosing(_ indices: [Int]) -> any SequenceRecordReader {
    SubsetSequenceRecordReader(self, indices)
  }
}

extension SequenceCursor {
  /// Returns the cost of a measured cursor, and zero for others.
  package mutating func takeCostIfMeasured() -> ReadingCost {
    guard var measured = self as? any MeasuredSequenceCursor else { return ReadingCost() }
    let cost = measured.takeCost()
    if let mine = measured as? Self { self = mine }
    return cost
  }
}
