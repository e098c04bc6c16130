/// Where windows are cut from: the reader itself where it can read some rows alone, a temporary file where not.
enum WindowSource<Base: SequenceRecordReader>: Sendable {
  case base(any SizedSequenceRecordReader)
  case copy(CachedSequenceRecordReader<Base>)

  /// Copies the sequences into a file when `base` cannot give rows at their own cost.
  init(_ base: Base) throws {
    if let sized = base as? any SizedSequenceRecordReader, Base.Cursor.self is any RowRangeSequenceCursor.Type
    {
      self = .base(sized)
    } else {
      self = .copy(try CachedSequenceRecordReader(temporarilyCaching: base))
    }
  }

  func stepCount(of index: Int) -> Int {
    switch self {
    case .base(let reader): reader.stepCount(of: index)
    case .copy(let reader): reader.stepCount(of: index)
    }
  }

  func makeCursor() throws -> any RowRangeSequenceCursor {
    switch self {
    case .copy(let reader): return reader.makeCursor()
    case .base(let reader):
      guard let cursor = try reader.makeCursor() as? any RowRangeSequenceCursor else {
        preconditionFailure("a reader's cursors are of one type")
      }
      return cursor
    }
  }

  /// The line of a row, where it is known without reading; `nil` where rows share lines or have several.
  func line(of index: Int, step: Int) -> Int? {
    switch self {
    case .copy(let reader): return reader.line(of: index, step: step, skipping: skippedRows(of: index))
    case .base(let reader):
      if let lined = reader as? any LinedSequences {
        return lined.line(of: index, step: step, skipping: skippedRows(of: index))
      }
      // As a reader's own `position(of:step:column:)` has it, unless it knows better.
      return reader.source(of: index).firstLine + step
    }
  }

  /// The rows of a sequence that a policy left out.
  func skippedRows(of index: Int) -> [Int] {
    switch self {
    case .copy(let reader): reader.skippedRows(of: index)
    case .base(let reader): (reader as? any LinedSequences)?.skippedRows(of: index) ?? []
    }
  }

  /// What a policy decided about the faults of a sequence.
  func ledger(of index: Int) -> [LedgerEntry] {
    switch self {
    case .copy(let reader): reader.ledger(of: index)
    case .base(let reader): (reader as? any LinedSequences)?.ledger(of: index) ?? []
    }
  }
}

extension CachedSequenceRecordReader: LinedSequences {
  package func line(of index: Int, step: Int, skipping skippedRows: [Int]) -> Int? {
    contents.line(of: index, step: step)
      ?? (base as? any LinedSequences)?.line(of: index, step: step, skipping: skippedRows)
  }

  package func skippedRows(of index: Int) -> [Int] { contents.skippedRows(of: index) }

  package func ledger(of index: Int) -> [LedgerEntry] { contents.ledger(of: index) }
}
