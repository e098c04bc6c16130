import Platform

/// Reads the label of whole sequences, one for each, from columns that repeat it in every row: `[1, L]`.
///
/// The sequences are read once, when the reader is made. A label that changes within a sequence is an error that names
/// both lines (`RecordError.Kind.labelConflict`), thrown when the sequence is read.
public struct RepeatedLabelReader: IndexedSequenceRecordReader {
  /// The columns of labels, with their encodings.
  public let schema: SequenceSchema
  private let features: any SequenceRecordReader
  private let columns: [Int]
  private let labels: [Label]

  /// The label of a sequence.
  private struct Label: Sendable {
    /// The values, or the fault.
    var values: Result<[Float], RecordError>
    /// The ordinal of the row that they are from.
    var row = 0
  }

  /// Makes a reader of the labels in the columns `columns` of `features`, and reads all sequences.
  ///
  /// Where `features` permits missing labels (`SequenceSchema.optionalColumns`), rows without a label do not count.
  ///
  /// - Throws: Any error of reading that no policy can leave out.
  public init(_ features: any SequenceRecordReader, columns: [Int]) throws {
    (self.features, self.columns) = (features, columns)
    let names = columns.map { features.columns[$0] }
    let chunk = 64
    var labels: [Label] = []
    let count = features.count
    try WorkerPool.shared.inOrder((count + chunk - 1) / chunk) { number in
      try Self.labels(number * chunk..<min(count, (number + 1) * chunk), of: features, columns)
    } take: {
      labels += $0
    }
    self.labels = labels
    var options = features.schema.options
    options.add("the labels that all rows of a sequence repeat", "\(names)")
    schema = SequenceSchema(
      columns: names, encodings: features.schema.encodings.filter { names.contains($0.key) },
      optionalColumns: features.schema.optionalColumns.intersection(names), options: options)
  }

  private static func labels(
    _ sequences: Range<Int>, of features: any SequenceRecordReader, _ columns: [Int]
  ) throws -> [Label] {
    var cursor: any SequenceCursor = try features.makeCursor()
    var record = SequenceRecord()
    return try sequences.map { index in
      do {
        try cursor.read(index, into: &record)
        return try label(of: index, record, features, columns)
      } catch let error as RecordError where ErrorPolicy.Action.skipSequence.suits(error.kind) {
        return Label(values: .failure(error))
      }
    }
  }

  /// Returns the label that all rows of `record` have.
  private static func label(
    of index: Int, _ record: SequenceRecord, _ features: any SequenceRecordReader, _ columns: [Int]
  ) throws(RecordError) -> Label {
    guard record.stepCount > 0 else {
      throw RecordError(.empty, path: features.source(of: index).path, "the sequence has no time steps")
    }
    func values(_ step: Int) -> [Float] { columns.map { record.values[step * record.columnCount + $0] } }
    let labelled = (0..<record.stepCount).filter { !values($0).contains(where: \.isNaN) }
    guard let first = labelled.first else { return Label(values: .success(values(0))) }
    let own = values(first)
    guard let other = labelled.first(where: { values($0) != own }) else {
      return Label(values: .success(own), row: record.rowOrdinal(ofStep: first))
    }
    let column = zip(columns, zip(own, values(other))).first { $1.0 != $1.1 }?.0 ?? columns[0]
    func position(_ step: Int) -> SequenceRecord.Position {
      features.position(of: index, row: record.rowOrdinal(ofStep: step), column: column)
    }
    func quoted(_ position: SequenceRecord.Position, _ step: Int) -> String {
      let text = position.text ?? "\(record.values[step * record.columnCount + column])"
      return "\"\(escapedText(text.utf8))\""
    }
    let (before, after) = (position(first), position(other))
    throw RecordError(
      .labelConflict, path: after.path, line: after.line, column: after.column,
      text: after.text.map { escapedText($0.utf8) },
      "the label of the series changes: expected \(quoted(before, first)), as in line \(before.line), found "
        + "\(quoted(after, other)); correct it, leave out such series (\(Remedy.skipSequences)), or take a label for every row "
        + "(\(Remedy.leaveOutLabelOnce))")
  }

  /// The number of sequences.
  public var count: Int { features.count }

  /// Reads the label of sequence `index`.
  ///
  /// - Throws: `RecordError` if it cannot be read, or changes.
  public func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let values = try labels[index].values.get()
    sequence.begin(columnCount: columns.count, firstLine: source(of: index).firstLine)
    sequence.append(row: values)
  }

  /// Returns 1; 0 if the sequence cannot be read.
  public func stepCount(of index: Int) -> Int? { (try? labels[index].values.get()) == nil ? 0 : 1 }

  /// Returns the location and the key of the sequence.
  public func source(of index: Int) -> SequenceRecord.Source { features.source(of: index) }

  /// Returns the key of the example.
  public func exampleKey(of index: Int) -> String { features.exampleKey(of: index) }

  /// Returns the location of the first label.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    features.position(of: index, row: labels[index].row, column: columns[column])
  }

  /// The signature of the sequences, and the columns of labels.
  public var signature: Signature {
    var signature = features.signature
    signature.add(schema.options, suffix: " of the labels")
    return signature
  }
}
