/// The source of the windows: the reader itself if it can read row ranges, otherwise a temporary file.
enum WindowSource<Base: SequenceRecordReader>: Sendable {
  case base(any SizedSequenceRecordReader)
  case copy(CachedSequenceRecordReader<Base>)

  /// Copies the sequences into a file if `base` cannot read row ranges at the cost of those rows.
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

  /// Returns the line of a row if it is known without reading; `nil` if rows share lines or span several.
  func line(of index: Int, step: Int) -> Int? {
    switch self {
    case .copy(let reader): return reader.line(of: index, step: step, skipping: skippedRows(of: index))
    case .base(let reader):
      if let lined = reader as? any LinedSequences {
        return lined.line(of: index, step: step, skipping: skippedRows(of: index))
      }
      // The same as the default `position(of:step:column:)` of a reader.
      return reader.source(of: index).firstLine + step
    }
  }

  /// Returns the rows of a sequence that a policy skipped.
  func skippedRows(of index: Int) -> [Int] {
    switch self {
    case .copy(let reader): reader.skippedRows(of: index)
    case .base(let reader): (reader as? any LinedSequences)?.skippedRows(of: index) ?? []
    }
  }

  /// Returns the decisions of a policy about the faults of a sequence.
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
