import Sequences

/// The rows of one sequence after the other, as they come: one lane's features, or its labels.
struct LaneStream {
  private let reader: any SequenceRecordReader
  private var cursor: any SteppedSequenceCursor
  /// The sequence in the reader.
  private(set) var index = 0
  /// The step of the series at which the first row lies.
  private(set) var offset = 0
  /// The number of rows that were read before `rows`.
  private(set) var firstRow = 0
  /// The rows that were read last.
  private(set) var rows = SequenceRecord()
  /// The columns that the identity is made of; `nil` where nobody wants to know it.
  private let identifyingColumns: [Int]?
  /// The identity of an example of the rows that were read so far; `nil` likewise.
  private var soFar: ExampleIdentity?

  /// The number of the reader's columns.
  private let columnCount: Int

  /// Makes a stream of sequences of `reader`.
  ///
  /// - Parameter columns: The columns that sequences' identities are made of; `nil`: they are not worked out.
  init(_ reader: any SequenceRecordReader, identifying columns: [Int]? = nil) throws {
    self.reader = reader
    columnCount = reader.columns.count
    identifyingColumns = columns
    cursor = try reader.makeAnySteppedCursor()
  }

  /// Where the sequence comes from.
  var source: RecordSource { reader.source(of: index) }

  /// The identity of an example that has the rows that were read, and no more; `nil` where it is not worked out.
  var identity: UInt64? { soFar?.value }

  /// The number of rows that were read, `rows` among them.
  var rowCount: Int { firstRow + rows.stepCount }

  /// Goes to the first row of sequence `index`, which lies at step `offset` of the series.
  mutating func begin(_ index: Int, offset: Int = 0) throws {
    self.index = index
    self.offset = offset
    firstRow = 0
    rows.values.removeAll(keepingCapacity: true)
    rows.isFittedExample = false
    soFar = identifyingColumns.map { _ in ExampleIdentity(of: source) }
    try cursor.begin(index)
  }

  /// Reads what lies at `steps` of the series; steps are asked for in order, without gaps.
  ///
  /// - Returns: The steps of these at which `rows` lie; the sequence ends before the first that is left out
  ///   behind them.
  mutating func read(_ steps: Range<Int>) throws -> Range<Int> {
    firstRow = rowCount
    rows.values.removeAll(keepingCapacity: true)
    let first = min(max(steps.lowerBound, offset), steps.upperBound)
    guard first < steps.upperBound else { return first..<first }
    let count = try cursor.read(upTo: steps.upperBound - first, into: &rows)
    // Nothing where the sequence has ended; before its first row that is a fault.
    if count > 0 || firstRow == 0 { try BatchRecipe.check(rows, reader, columns: columnCount, index) }
    if let identifyingColumns { soFar?.add(rows, columns: identifyingColumns) }
    return first..<first + count
  }

  /// Reads on to step `end` of the series, or to the end of the sequence if that comes first, keeping nothing.
  mutating func skip(to end: Int) throws {
    var step = 0
    while step < end {
      let next = min(step + Self.skippedRows, end)
      let found = try read(step..<next)
      if step >= offset && found.count < next - step { return }
      step = next
    }
  }

  /// The number of rows of sequence `index`, found by reading it through.
  mutating func length(of index: Int) throws -> Int {
    try begin(index)
    try skip(to: .max)
    return rowCount
  }

  /// Lets go of the file.
  mutating func end() { cursor.end() }

  /// How many rows are read at once where none is kept.
  private static let skippedRows = 512
}
