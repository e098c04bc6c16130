/// Some columns of another reader's sequences, in the given order.
///
/// Unlike `SelectColumns`, it is not a transform: the sequences are as if their files had been read without the other
/// columns.
public struct ColumnSubsetSequenceRecordReader<Base: SequenceRecordReader>: ForwardingSequenceRecordReader {
  /// The schema of `base`, with the columns that are kept.
  public let schema: SequenceSchema
  /// The reader of all columns.
  public let base: Base
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

  /// Drops the columns that are not kept.
  public func edit(_ rows: inout SequenceRecord, of index: Int) { rows.keep(columns: columns) }
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
