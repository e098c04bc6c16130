/// One sequence, `[T, C]` floats in row-major order, with storage that is reused from sequence to sequence.
public struct SequenceRecord: Sendable, Hashable {
  /// The elements, step by step: row `t` is `values[t * columnCount ..< (t + 1) * columnCount]`.
  public var values: [Float]
  /// The number of columns, C.
  public var columnCount: Int
  /// The lines of the file that the sequence came from, from 1; a reader without lines counts rows.
  public var lines: ClosedRange<Int>
  /// The rows that a policy skipped, by their index among all rows of the sequence, from 0, ascending.
  public var skippedRows: [Int] = []
  /// The cells, as ascending indices into `values`, that were missing in the data and hold a filled-in
  /// number.
  ///
  /// A missing value that was not filled in is NaN and is not listed.
  public var missingCells: [Int] = []
  /// The decisions about faults in this sequence, in file order.
  public var ledger: [LedgerEntry] = []
  /// True if a transform applied to the sequence was fitted on it; see `Lineage`.
  public var isFittedExample = false

  /// Makes an empty sequence, for a cursor to read into.
  public init() {
    values = []
    columnCount = 0
    lines = 1...1
  }

  /// Makes a sequence of `values`, `[T, C]` in row-major order.
  public init(values: [Float], columnCount: Int) {
    precondition(
      columnCount > 0 && values.count.isMultiple(of: columnCount),
      "\(values.count) values do not fill rows of \(columnCount) columns")
    self.values = values
    self.columnCount = columnCount
    lines = 1...max(1, values.count / columnCount)
  }

  /// Replaces the contents with the rows `rows` of `whole`, reusing storage.
  ///
  /// The lines are exact if every row of `whole` has one line; otherwise they are those of the whole
  /// sequence. The ledger is left out: it is about the whole sequence.
  public mutating func take(_ rows: Range<Int>, of whole: SequenceRecord) {
    let width = whole.columnCount
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: whole.values[rows.lowerBound * width..<rows.upperBound * width])
    columnCount = width
    lines = whole.lines
    (skippedRows, ledger) = ([], [])
    isFittedExample = whole.isFittedExample
    let cells = rows.lowerBound * width..<rows.upperBound * width
    missingCells =
      whole.missingCells.isEmpty
      ? [] : whole.missingCells.filter(cells.contains).map { $0 - cells.lowerBound }
    if whole.lines.count == whole.stepCount, let last = rows.last {
      let first = whole.lines.lowerBound
      lines = first + rows.lowerBound...first + last
    }
  }

  /// The number of time steps, T.
  public var stepCount: Int { columnCount == 0 ? 0 : values.count / columnCount }
}

extension SequenceRecord {
  /// Drops from features and labels, which correspond step by step, the rows that were skipped in either.
  ///
  /// One label per series, and labels of a single row, correspond to no row: they are unchanged.
  ///
  /// - Parameter endTogether: True if the last rows correspond when the lengths differ, false if the first
  ///   rows do.
  package mutating func dropRows(missingInEither labels: inout SequenceRecord, alignedAtEnd endTogether: Bool)
  {
    let rowCount = stepCount + skippedRows.count
    let labelCount = labels.stepCount + labels.skippedRows.count
    guard rowCount == labelCount || min(rowCount, labelCount) > 1 else { return }
    // Row r corresponds to label r - offset.
    let offset = endTogether ? rowCount - labelCount : 0
    let either = Set(skippedRows).union(labels.skippedRows.map { $0 + offset })
    keep(either.filter((0..<rowCount).contains), of: rowCount)
    labels.keep(Set(either.map { $0 - offset }.filter((0..<labelCount).contains)), of: labelCount)
  }

  /// Drops the rows in `skipped`, given as indices among the original `rowCount` rows.
  private mutating func keep(_ skipped: Set<Int>, of rowCount: Int) {
    guard skipped.count > skippedRows.count else { return }
    let gone = Set(skippedRows)
    let present = (0..<rowCount).filter { !gone.contains($0) }
    let kept = present.indices.filter { !skipped.contains(present[$0]) }
    let missing = Set(missingCells)
    missingCells = kept.indices.flatMap { row in
      (0..<columnCount).filter { missing.contains(kept[row] * columnCount + $0) }.map {
        row * columnCount + $0
      }
    }
    values = kept.flatMap { values[$0 * columnCount..<($0 + 1) * columnCount] }
    skippedRows = skipped.sorted()
  }
}

/// The origin of a sequence.
public struct RecordSource: Hashable, Sendable, Codable {
  /// The file, or a name for data that is not in a file.
  public var path: String
  /// The line at which the sequence begins, from 1.
  public var firstLine: Int
  /// The key that pairs features with labels.
  public var key: String

  /// Makes a source.
  public init(path: String, firstLine: Int = 1, key: String) {
    self.path = path
    self.firstLine = firstLine
    self.key = key
  }
}

/// The location of one value: file, line and byte.
public struct RecordPosition: Hashable, Sendable {
  /// The file.
  public var path: String
  /// The line at which the field begins, from 1.
  public var line: Int
  /// The byte of the line at which the field begins, from 1; `nil` if the reader does not track bytes.
  public var column: Int?
  /// The text of the field as written in the file; `nil` if there is none.
  public var text: String?
  /// The number of bytes in the file before the field; `nil` if the reader does not track bytes.
  public var offset: Int?

  /// Makes a position.
  public init(path: String, line: Int, column: Int? = nil, text: String? = nil, offset: Int? = nil) {
    self.path = path
    self.line = line
    self.column = column
    self.text = text
    self.offset = offset
  }
}
