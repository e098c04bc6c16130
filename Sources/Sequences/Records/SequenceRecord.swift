/// One sequence, `[T, C]` floats in row-major order, with storage that is reused from sequence to sequence.
///
/// A reader fills it row by row:
/// ```swift
/// sequence.begin(columnCount: 2)
/// for row in rows { sequence.append(row: [row.x, row.y]) }
/// ```
/// `begin` removes everything that the record held before, and `append` gives every row its ordinal.
public struct SequenceRecord: Sendable, Hashable {
  /// The elements, step by step: row `t` is `values[t * columnCount ..< (t + 1) * columnCount]`.
  public var values: [Float]
  /// The number of columns, C.
  public var columnCount: Int
  /// The lines of the file that the sequence came from, from 1; a reader without lines counts rows.
  public var lines: ClosedRange<Int>
  /// The rows that a policy skipped, by their index among all rows of the sequence, from 0, ascending.
  public package(set) var skippedRows: [Int] = []
  /// The cells, as ascending indices into `values`, that were missing in the data and hold a filled-in
  /// number.
  ///
  /// A missing value that was not filled in is NaN and is not listed.
  public var missingCells: [Int] = []
  /// The decisions about faults in this sequence, in file order.
  public var ledger: [Ledger.Entry] = []
  /// True if a transform applied to the sequence was fitted on it; see `Lineage`.
  public var isFittedExample = false
  /// The ordinals of the steps, if they are not simply those of all rows that were not skipped.
  package var chosenRows: RowOrdinals?
  /// The exact timestamps of the steps; `nil` if no column contains timestamps.
  package var times: RowTimes?

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

  /// The number of time steps, T.
  public var stepCount: Int { columnCount == 0 ? 0 : values.count / columnCount }

  /// Empties the record for a sequence of `columnCount` columns, keeping its storage.
  ///
  /// - Parameters:
  ///   - columnCount: The number of columns.
  ///   - firstLine: The line of the file at which the first row begins, from 1.
  ///   - firstRow: The ordinal of the first row; a row stream passes the number of rows that precede it.
  public mutating func begin(columnCount: Int, firstLine: Int = 1, firstRow: Int = 0) {
    values.removeAll(keepingCapacity: true)
    self.columnCount = columnCount
    lines = firstLine...firstLine
    if !skippedRows.isEmpty { skippedRows = [] }
    if !missingCells.isEmpty { missingCells = [] }
    if !ledger.isEmpty { ledger = [] }
    isFittedExample = false
    if times != nil { times = nil }
    chosenRows = firstRow == 0 ? nil : RowOrdinals(streamed: firstRow..<firstRow)
  }

  /// Appends a row, which gets the next ordinal.
  ///
  /// Every row counts as one line; set `lines` afterwards if rows span several.
  ///
  /// - Parameter row: As many values as there are columns.
  public mutating func append(row: some Collection<Float>) {
    precondition(row.count == columnCount, "a row of \(row.count) values for \(columnCount) columns")
    values.append(contentsOf: row)
    chosenRows?.appendNext(isSkipped: false)
    countLines()
  }

  /// Skips a row of the data: it has an ordinal and a line, but is not a step.
  ///
  /// - Parameter entry: The decision to skip it, for the ledger.
  public mutating func skipRow(_ entry: Ledger.Entry) {
    skippedRows.append(rowCount)
    ledger.note(entry)
    chosenRows?.appendNext(isSkipped: true)
    countLines()
  }

  /// Counts one line for every row since `begin`.
  private mutating func countLines() {
    lines = lines.lowerBound...lines.lowerBound + stepCount + skippedRows.count - 1
  }

  /// Replaces the contents with the rows `rows` of `whole`, reusing storage.
  ///
  /// The rows keep their ordinals. The lines are exact if every row of `whole` has one line; otherwise they
  /// are those of the whole sequence. The ledger is about the whole sequence, and comes with its first row.
  public mutating func take(_ rows: Range<Int>, of whole: SequenceRecord) {
    let width = whole.columnCount
    let cells = rows.lowerBound * width..<rows.upperBound * width
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: whole.values[cells])
    columnCount = width
    skippedRows = []
    ledger = rows.lowerBound == 0 ? whole.ledger : []
    isFittedExample = whole.isFittedExample
    missingCells =
      whole.missingCells.isEmpty
      ? [] : whole.missingCells.filter(cells.contains).map { $0 - cells.lowerBound }
    chooseRows(whole.rowOrdinals[rows], linesOfAll: whole.lines)
    if times != nil || whole.times != nil { times = whole.times?.selecting(rows) }
  }
}

extension SequenceRecord {
  /// The number of rows of the data, with those that were skipped or otherwise dropped.
  public var rowCount: Int { chosenRows?.rowCount ?? stepCount + skippedRows.count }

  /// Returns the ordinal of step `step`: its row's number among all rows of the sequence's data, from 0,
  /// counted before any row was dropped.
  public func rowOrdinal(ofStep step: Int) -> Int {
    if let chosenRows { return chosenRows[step] }
    var row = step
    for gone in skippedRows where gone <= row { row += 1 }
    return row
  }

  /// The ordinals of all steps.
  package var rowOrdinals: RowOrdinals {
    chosenRows
      ?? RowOrdinals(
        allOf: rowCount, skipping: skippedRows, firstLine: lines.count == rowCount ? lines.lowerBound : nil)
  }

  /// Takes over the ordinals of steps that were chosen from a sequence with the lines `all`.
  package mutating func chooseRows(_ rows: RowOrdinals, linesOfAll all: ClosedRange<Int>) {
    chosenRows = rows
    lines = all
    if let line = rows.firstLine, let bounds = rows.bounds {
      lines = line + bounds.lowerBound...line + bounds.upperBound
    }
  }
}

extension SequenceRecord {
  /// The origin of a sequence.
  public struct Source: Hashable, Sendable, Codable {
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
}

extension SequenceRecord {
  /// The location of one value: file, line and byte.
  public struct Position: Hashable, Sendable {
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
}
