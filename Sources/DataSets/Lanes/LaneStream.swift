import Sequences

/// Streams the rows of one sequence after another: the features of one lane, or its labels.
struct LaneStream {
  private let reader: any SequenceRecordReader
  private var cursor: any RowStream
  /// The index of the sequence in the reader.
  private(set) var index = 0
  /// The step of the series at which the first row is placed.
  private(set) var offset = 0
  /// The number of rows read before `rows`.
  private(set) var firstRow = 0
  /// The rows read last.
  private(set) var rows = SequenceRecord()
  /// The columns that the identity is computed from; `nil` if it is not needed.
  private let identifyingColumns: [Int]?
  /// The identity of an example with the rows read so far; `nil` if it is not needed.
  private var soFar: ExampleIdentity?

  /// The numbers of rows, as far as the sequence has been read.
  private(set) var counts = RowCounts(all: 0, kept: 0, left: 0)

  /// The number of columns of the reader.
  private let columnCount: Int

  /// Describes a fault of the file.
  private let describe: @Sendable (RecordError) -> RecordError

  /// Makes a stream of sequences of `reader`.
  ///
  /// - Parameters:
  ///   - columns: The columns that identities are computed from; `nil` if they are not needed.
  ///   - describe: Describes a fault of the file as one of features or labels.
  init(
    _ reader: any SequenceRecordReader, identifying columns: [Int]? = nil,
    describing describe: @escaping @Sendable (RecordError) -> RecordError = { $0 }
  ) throws {
    self.reader = reader
    self.describe = describe
    columnCount = reader.columns.count
    identifyingColumns = columns
    cursor = try reader.makeRowStream()
  }

  /// The origin of the sequence.
  var source: SequenceRecord.Source { reader.source(of: index) }

  /// The identity of an example with exactly the rows read so far; `nil` if it is not computed.
  var identity: UInt64? { soFar?.value }

  /// The number of rows read, including `rows`.
  var rowCount: Int { firstRow + rows.stepCount }

  /// Moves to the first row of sequence `index`, which is placed at step `offset` of the series.
  mutating func begin(_ index: Int, offset: Int = 0) throws {
    self.index = index
    self.offset = offset
    firstRow = 0
    counts = RowCounts(all: 0, kept: 0, left: 0)
    rows.values.removeAll(keepingCapacity: true)
    rows.isFittedExample = false
    soFar = identifyingColumns.map { _ in ExampleIdentity(of: source) }
    do {
      try cursor.begin(index)
    } catch let error as RecordError {
      throw describe(error)
    }
  }

  /// Reads the rows at `steps` of the series; steps must be requested in order, without gaps.
  ///
  /// - Returns: The steps that `rows` occupy; if steps are missing at the end, the sequence ends before the
  ///   first of them.
  mutating func read(_ steps: Range<Int>) throws -> Range<Int> {
    firstRow = rowCount
    rows.values.removeAll(keepingCapacity: true)
    let first = min(max(steps.lowerBound, offset), steps.upperBound)
    guard first < steps.upperBound else { return first..<first }
    let count: Int
    do {
      count = try cursor.read(upTo: steps.upperBound - first, into: &rows)
    } catch let error as RecordError {
      throw describe(error)
    }
    // No rows are normal at the end of the sequence, but a fault before its first row.
    if count > 0 || firstRow == 0 { try BatchRecipe.check(rows, reader, columns: columnCount, index) }
    if let identifyingColumns { soFar?.add(rows, columns: identifyingColumns) }
    if count > 0 {
      let found = rows.rowOrdinals.counts
      counts = RowCounts(all: found.all, kept: found.kept, left: counts.left + count)
    }
    return first..<first + count
  }

  /// Reads the rows that belong to `partners`, skipping those between them.
  ///
  /// - Returns: False if one of them has no row.
  mutating func read(partnersOf partners: SequenceRecord, by pairing: RowPairing) throws -> Bool {
    firstRow = rowCount
    rows.values.removeAll(keepingCapacity: true)
    guard partners.stepCount > 0 else { return true }
    let others = partners.rowOrdinals
    var numbers = (0..<others.count).map { pairing.number(of: others[$0], in: others) }[...]
    var row = SequenceRecord()
    while let number = numbers.first {
      do {
        guard try cursor.read(upTo: 1, into: &row) == 1 else { return false }
      } catch let error as RecordError {
        throw describe(error)
      }
      try BatchRecipe.check(row, reader, columns: columnCount, index)
      let own = row.rowOrdinals
      let found = pairing.number(of: own[0], in: own)
      if found > number { return false }
      if found < number { continue }
      if rows.values.isEmpty { (rows.columnCount, rows.lines) = (row.columnCount, row.lines) }
      rows.values += row.values
      rows.lines = rows.lines.lowerBound...max(rows.lines.upperBound, row.lines.upperBound)
      numbers.removeFirst()
    }
    rows.chosenRows = others
    return true
  }

  /// Skips to step `end` of the series, or to the end of the sequence if that comes first, without keeping
  /// rows.
  mutating func skip(to end: Int) throws {
    var step = 0
    while step < end {
      let next = min(step + Self.skippedRows, end)
      let found = try read(step..<next)
      if step >= offset && found.count < next - step { return }
      step = next
    }
  }

  /// Returns the numbers of rows of sequence `index`, by reading it to the end.
  mutating func counts(of index: Int) throws -> RowCounts {
    try begin(index)
    try skip(to: .max)
    return counts
  }

  /// Releases the file.
  mutating func end() { cursor.end() }

  /// The number of rows read at a time while skipping.
  static let skippedRows = 512
}
