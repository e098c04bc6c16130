/// The source of the windows: the reader itself if it knows lengths and can read row ranges, otherwise a
/// temporary file.
enum WindowSource<Base: SequenceRecordReader>: Sendable {
  case base(Base)
  case copy(CachedSequenceRecordReader<Base>)

  /// Copies the sequences into a file if `base` cannot read row ranges at the cost of those rows.
  init(_ base: Base) throws {
    let knowsLengths = (0..<base.count).allSatisfy { base.stepCount(of: $0) != nil }
    if try knowsLengths && base.makeRowRangeCursor() != nil {
      self = .base(base)
    } else {
      self = .copy(try CachedSequenceRecordReader(temporarilyCaching: base))
    }
  }

  private var reader: any SequenceRecordReader {
    switch self {
    case .base(let reader): reader
    case .copy(let reader): reader
    }
  }

  func stepCount(of index: Int) -> Int {
    guard let count = reader.stepCount(of: index) else {
      preconditionFailure("a reader that knew the length of sequence \(index) no longer does")
    }
    return count
  }

  func makeCursor() throws -> any RowRangeCursor {
    guard let cursor = try reader.makeRowRangeCursor() else {
      preconditionFailure("a reader that could read row ranges no longer can")
    }
    return cursor
  }

  /// Returns row `step` of a sequence, to learn its ordinal and line; `nil` if it cannot be read.
  func row(_ step: Int, of index: Int) -> SequenceRecord? {
    var row = SequenceRecord()
    guard step < stepCount(of: index), var cursor = try? makeCursor(),
      (try? cursor.read(index, rows: step..<step + 1, into: &row)) != nil
    else { return nil }
    return row
  }
}
