import Platform

/// Another reader's sequences with further columns that are constant over time: attributes of the whole sequences.
///
/// The values are held once per sequence, and placed beside every step when a sequence is read. It knows lengths, reads row
/// ranges and streams rows if the other reader does. Statistics count such values once per sequence
/// (`SequenceSchema.staticColumns`).
public struct StaticColumnsSequenceRecordReader<Base: SequenceRecordReader>: SequenceRecordReader {
  /// The schema of `base`, with the columns of the attributes after its own.
  public let schema: SequenceSchema
  private let base: Base
  private let attributes: StaticAttributes

  /// Makes a reader of the sequences of `base`, which applies no transforms, with their attributes.
  ///
  /// - Throws: `RecordError` if an attribute has the name of a column.
  public init(_ base: Base, _ attributes: StaticAttributes) throws(RecordError) {
    precondition(base.schema.transforms == nil, "attributes are placed beside sequences before transforms")
    precondition(attributes.rows.count == base.count, "attributes of other sequences")
    if let name = attributes.columns.first(where: base.schema.columns.contains) {
      throw RecordError(
        .header, path: attributes.path,
        "column \"\(escapedText(name.utf8))\" is a column of the sequences too: expected another name, found the same; rename it, "
          + "or leave one of them out")
    }
    (self.base, self.attributes) = (base, attributes)
    schema = base.schema.adding(
      attributes: attributes.columns, encodings: attributes.encodings, attributes.fingerprint)
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

  /// Returns the location of the value in `base`, or of the attribute.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let own = column - base.columns.count
    guard own >= 0, let text = attributes.rows[index]?[own] else {
      return base.position(of: index, row: row, column: min(column, base.columns.count - 1))
    }
    return SequenceRecord.Position(
      path: text.path, line: text.line ?? 1, column: text.column, text: text.text)
  }

  /// The signature of `base`, and the attributes.
  public var signature: Signature {
    var signature = base.signature
    signature.add("the attributes of the sequences", attributes.fingerprint)
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor {
    StaticColumnsCursor(base: try base.makeCursor(), attributes: attributes)
  }

  /// Makes a stream for one thread that delivers rows as `base` does.
  public func makeRowStream() throws -> any RowStream {
    StaticColumnsRowStream(base: try base.makeRowStream(), attributes: attributes)
  }

  /// Makes a cursor for one thread that reads ranges of rows, if `base` can.
  public func makeRowRangeCursor() throws -> (any RowRangeCursor)? {
    try base.makeRowRangeCursor().map { StaticColumnsRowRangeCursor(base: $0, attributes: attributes) }
  }
}

private struct StaticColumnsCursor<Base: SequenceCursor>: SequenceCursor {
  var base: Base
  let attributes: StaticAttributes

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(index, into: &sequence)
    sequence.add(constants: try attributes.values(of: index))
  }

  mutating func takeCost() -> ReadingCost { base.takeCost() }
}

private struct StaticColumnsRowRangeCursor: RowRangeCursor {
  var base: any RowRangeCursor
  let attributes: StaticAttributes

  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try base.read(index, rows: rows, into: &sequence)
    sequence.add(constants: try attributes.values(of: index))
  }
}

private struct StaticColumnsRowStream: RowStream {
  var base: any RowStream
  let attributes: StaticAttributes
  /// The values of the sequence that is read.
  private var values: [Float] = []

  init(base: any RowStream, attributes: StaticAttributes) {
    (self.base, self.attributes) = (base, attributes)
  }

  mutating func begin(_ index: Int) throws {
    values = try attributes.values(of: index)
    try base.begin(index)
  }

  mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    let count = try base.read(upTo: count, into: &rows)
    rows.add(constants: values)
    return count
  }

  mutating func end() { base.end() }
}

extension SequenceRecord {
  /// Appends columns that have the same value at every step.
  fileprivate mutating func add(constants: [Float]) {
    let (width, steps) = (columnCount, stepCount)
    guard width > 0 else { return }
    var wider: [Float] = []
    wider.reserveCapacity(steps * (width + constants.count))
    for step in 0..<steps {
      wider += values[step * width..<(step + 1) * width]
      wider += constants
    }
    values = wider
    columnCount = width + constants.count
    if !missingCells.isEmpty {
      missingCells = missingCells.map { $0 / width * columnCount + $0 % width }
    }
  }
}
