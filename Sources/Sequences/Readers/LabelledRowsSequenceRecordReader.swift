/// The sequences of another reader, without the rows whose labels a policy leaves out.
///
/// ```swift
/// let rows = features.rows(labelledBy: labels)   // before transforms and windows
/// ```
/// A row that is left out for its label must be gone before transforms compute with its neighbours and windows count them,
/// as it is if the label is a column of the same file. Labels have the same rows afterwards, so that they are paired as
/// before.
///
/// A label sequence that cannot be read leaves the rows as they are: reading it with its example throws the error.
public struct LabelledRowsSequenceRecordReader<Base: SequenceRecordReader, Labels: SequenceRecordReader>:
  SequenceRecordReader
{
  /// The reader of all rows.
  public let base: Base
  /// The reader of the labels.
  public let labels: Labels
  /// The label sequence of every sequence of `base`; `nil` if there is none.
  private let partners: [Int?]

  /// Makes a reader of the rows of `base` that have labels, paired with the sequences of `labels` by key.
  public init(_ base: Base, labelledBy labels: Labels) {
    (self.base, self.labels) = (base, labels)
    let indices = Dictionary(
      (0..<labels.count).map { (labels.source(of: $0).key, $0) }, uniquingKeysWith: { first, _ in first })
    partners = (0..<base.count).map { indices[base.source(of: $0).key] }
  }

  /// The number of sequences in `base`.
  public var count: Int { base.count }

  /// The schema of `base`.
  public var schema: SequenceSchema { base.schema }

  /// Returns the location of the sequence in `base`.
  public func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }

  /// Returns the key of the example in `base`.
  public func exampleKey(of index: Int) -> String { base.exampleKey(of: index) }

  /// Returns the location of the value in `base`.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    base.position(of: index, row: row, column: column)
  }

  /// Returns the whole sequence in `base`.
  public func wholeSequence(of index: Int) -> Int { base.wholeSequence(of: index) }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor {
    // Before transforms, columns are those that were read.
    LabelledRowsCursor(
      base: try base.makeCursor(), labels: try labels.makeCursor(), partners: partners,
      offsets: base.schema.offsetColumns)
  }

  /// Makes a stream for one thread that delivers the rows of `base`: no policy leaves out rows of a stream.
  public func makeRowStream() throws -> any RowStream { try base.makeRowStream() }

  /// The signatures of `base` and of the labels.
  public var signature: Signature {
    var signature = base.signature
    signature.add(labels.signature, suffix: " of the labels that rows have")
    return signature
  }
}

/// Reads the rows that have labels, for one thread.
private struct LabelledRowsCursor<Base: SequenceCursor, Labels: SequenceCursor>: SequenceCursor {
  var base: Base
  var labels: Labels
  let partners: [Int?]
  /// The columns whose numbers are differences from the first one.
  let offsets: [Int]
  private var label = SequenceRecord()

  init(base: Base, labels: Labels, partners: [Int?], offsets: [Int]) {
    (self.base, self.labels, self.partners, self.offsets) = (base, labels, partners, offsets)
  }

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(index, into: &sequence)
    guard let partner = partners[index] else { return }
    do {
      try labels.read(partner, into: &label)
    } catch is RecordError {
      return
    }
    // By rank, every row has a label.
    if label.skippedRows.isEmpty || sequence.rowCount != label.rowCount { return }
    sequence.dropRows(label.skippedRows)
    sequence.beginAtFirstRow(offsets: offsets)
  }

  mutating func takeCost() -> ReadingCost {
    var cost = base.takeCost()
    cost += labels.takeCost()
    return cost
  }
}

extension SequenceSchema {
  /// The columns whose numbers are differences from the first one.
  var offsetColumns: [Int] { columns.indices.filter { encodings[columns[$0]] == .offset(.first) } }
}

extension SequenceRecord {
  /// Counts times and differences from the first row that is left, as if the rows before it had not been read.
  ///
  /// - Parameter offsets: The columns whose numbers are differences from the first one.
  mutating func beginAtFirstRow(offsets: [Int]) {
    let (steps, width) = (stepCount, columnCount)
    for (column, own) in times?.columns ?? [:] where own.encoding.origin == .sequence {
      guard let origin = own.nanoseconds.first(where: { $0 != RowTimes.missing }), origin != own.origin else {
        continue
      }
      var moved = own
      moved.origin = origin
      for (step, time) in own.nanoseconds.enumerated()
      where time != RowTimes.missing && values[step * width + column] == own.value(of: time) {
        values[step * width + column] = moved.value(of: time)
      }
      times?.columns[column] = moved
    }
    for column in offsets {
      let cells = (0..<steps).map { $0 * width + column }
      guard let first = cells.first(where: { !values[$0].isNaN }).map({ Double(values[$0]) }), first != 0
      else { continue }
      for cell in cells { values[cell] = Float(Double(values[cell]) - first) }
    }
  }
}

extension SequenceRecordReader {
  /// Returns a reader of the rows that have labels, paired with the sequences of `labels` by key.
  public func rows(labelledBy labels: some SequenceRecordReader) -> any SequenceRecordReader {
    LabelledRowsSequenceRecordReader(self, labelledBy: labels)
  }
}
