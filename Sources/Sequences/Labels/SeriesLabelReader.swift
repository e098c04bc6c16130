/// Reads the labels of whole sequences, one for each: `[1, 1]`, paired with the sequences by key.
///
/// The label belongs to the last step of its sequence, with `Alignment.end`; each window has the label of its sequence.
public struct SeriesLabelReader: IndexedSequenceRecordReader {
  /// One column, whose categories are the classes.
  public let schema: SequenceSchema
  private let labels: SeriesLabels
  private let meaning: LabelMeaning
  private let missing: [String]

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - labels: The labels.
  ///   - meaning: The meaning of their texts.
  ///   - missing: The texts that mean that a sequence has no label: it is masked. An empty text stands for itself.
  public init(_ labels: SeriesLabels, as meaning: LabelMeaning, missing: [String] = []) {
    (self.labels, self.meaning, self.missing) = (labels, meaning, missing)
    var options = Signature()
    options.add("the meaning of the labels' texts", meaning.description)
    var hash = Fingerprint()
    for entry in labels.entries { hash.combine((try? entry.label.get())?.text ?? "") }
    hash.combine(missing)
    options.add("the labels", hash)
    schema = SequenceSchema(
      columns: [labels.column], encodings: meaning.encoding.map { [labels.column: $0] } ?? [:],
      optionalColumns: missing.isEmpty ? [] : [labels.column], options: options)
  }

  /// The number of sequences with a label, and of labels that no sequence belongs to.
  public var count: Int { labels.entries.count }

  /// Reads the label of sequence `index`.
  ///
  /// - Throws: `RecordError` if it has none, or if the text has no value.
  public func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let value = try value(of: index)
    sequence.begin(columnCount: 1, firstLine: source(of: index).firstLine)
    sequence.append(row: CollectionOfOne(value))
  }

  private func value(of index: Int) throws(RecordError) -> Float {
    try meaning.value(of: labels.entries[index].label.get(), missing: missing)
  }

  /// Returns 1; 0 if the sequence has no label.
  public func stepCount(of index: Int) -> Int? { (try? value(of: index)) == nil ? 0 : 1 }

  /// Returns the location of the label, and the key of the sequence.
  public func source(of index: Int) -> SequenceRecord.Source {
    let entry = labels.entries[index]
    let (path, line) =
      switch entry.label {
      case .success(let label): (label.path, label.line)
      case .failure(let error): (error.path, error.line)
      }
    return SequenceRecord.Source(path: path, firstLine: line ?? 1, key: entry.key)
  }

  /// Returns the key of the example in the results.
  public func exampleKey(of index: Int) -> String { labels.entries[index].exampleKey }

  /// Returns the location of the label.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let source = source(of: index)
    let label = try? labels.entries[index].label.get()
    return SequenceRecord.Position(
      path: source.path, line: source.firstLine, column: label?.column, text: label?.text)
  }

  /// Makes a cursor for one thread that reads some rows.
  public func makeRowRangeCursor() -> (any RowRangeCursor)? { SeriesLabelCursor(reader: self) }
}

/// Reads ranges of the one row.
private struct SeriesLabelCursor: RowRangeCursor {
  let reader: SeriesLabelReader
  private var whole = SequenceRecord()

  init(reader: SeriesLabelReader) { self.reader = reader }

  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try reader.read(index, into: &whole)
    sequence.take(rows, of: whole)
  }
}
