import Platform

/// Another reader's sequences with further columns that are constant over time: attributes of the whole sequences.
///
/// The values are held once per sequence, and placed beside every step when a sequence is read. Statistics count them once
/// per sequence (`SequenceSchema.staticColumns`).
public struct StaticColumnsSequenceRecordReader<Base: SequenceRecordReader>: ForwardingSequenceRecordReader {
  /// The schema of `base`, with the columns of the attributes after its own.
  public let schema: SequenceSchema
  /// The reader of the sequences without attributes.
  public let base: Base
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

  /// Places the attributes of the sequence beside every step.
  public func edit(_ rows: inout SequenceRecord, of index: Int) throws {
    rows.add(constants: try attributes.values(of: index))
  }
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
