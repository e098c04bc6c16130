/// Some columns of another reader's sequences, in the given order.
///
/// It knows lengths, reads row ranges and streams rows if the other reader does. Unlike `SelectColumns`, it is not a
/// transform: the sequences are as if their files had been read without the other columns.
public struct ColumnSubsetSequenceRecordReader<Base: SequenceRecordReader>: SequenceRecordReader {
  /// The schema of `base`, with the columns that are kept.
  public let schema: SequenceSchema
  private let base: Base
  private let columns: [Int]

  /// Makes a reader of the columns `columns` of `base`, which applies no transforms; each at most once.
  public init(_ base: Base, columns: [Int]) {
    let names = base.columns
    precondition(
      !columns.isEmpty && columns.allSatisfy(names.indices.contains) && Set(columns).count == columns.count,
      "columns of a reader of \(names.count), each at most once")
    precondition(
      base.schema.transforms == nil, "columns of transformed sequences are chosen by SelectColumns")
    (self.base, self.columns) = (base, columns)
    schema = base.schema.keeping(columns.map { names[$0] })
  }

  /// The number of sequences.
  public var count: Int { base.count }

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
    base.position(of: index, row: row, column: columns[column])
  }

  /// The signature of `base`, and the columns that are kept.
  public var signature: Signature {
    var signature = base.signature
    signature.add("the columns that are kept", "\(schema.columns)")
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor {
    ColumnSubsetCursor(base: try base.makeCursor(), columns: columns)
  }

  /// Makes a stream for one thread that delivers rows as `base` does.
  public func makeRowStream() throws -> any RowStream {
    ColumnSubsetRowStream(base: try base.makeRowStream(), columns: columns)
  }

  /// Makes a cursor for one thread that reads ranges of rows, if `base` can.
  public func makeRowRangeCursor() throws -> (any RowRangeCursor)? {
    try base.makeRowRangeCursor().map { ColumnSubsetRowRangeCursor(base: $0, columns: columns) }
  }
}

private struct ColumnSubsetCursor<Base: SequenceCursor>: SequenceCursor {
  var base: Base
  let columns: [Int]

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(index, into: &sequence)
    sequence.keep(columns: columns)
  }

  mutating func takeCost() -> ReadingCost { base.takeCost() }
}

private struct ColumnSubsetRowRangeCursor: RowRangeCursor {
  var base: any RowRangeCursor
  let columns: [Int]

  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try base.read(index, rows: rows, into: &sequence)
    sequence.keep(columns: columns)
  }
}

private struct ColumnSubsetRowStream: RowStream {
  var base: any RowStream
  let columns: [Int]

  mutating func begin(_ index: Int) throws { try base.begin(index) }

  mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    let count = try base.read(upTo: count, into: &rows)
    rows.keep(columns: columns)
    return count
  }

  mutating func end() { base.end() }
}

extension SequenceRecord {
  /// Drops the columns that are not among `columns`, which become the columns in this order.
  fileprivate mutating func keep(columns: [Int]) {
    let width = columnCount
    guard width > 0 else { return }
    let steps = stepCount
    var kept: [Float] = []
    kept.reserveCapacity(steps * columns.count)
    for step in 0..<steps {
      for column in columns { kept.append(values[step * width + column]) }
    }
    values = kept
    columnCount = columns.count
    if !missingCells.isEmpty {
      let places = Dictionary(uniqueKeysWithValues: zip(columns, columns.indices))
      missingCells = missingCells.compactMap { cell in
        places[cell % width].map { cell / width * columns.count + $0 }
      }.sorted()
    }
    if times != nil { times = times?.moved(to: columns.map { $0 }) }
  }
}
