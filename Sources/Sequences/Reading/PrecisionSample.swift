extension SequenceRecordReader {
  /// Returns the columns whose numbers are too close together for Float, judged by the first rows of a sample
  /// of the sequences.
  ///
  /// Three cases are reported: whole numbers above 2^24 that are not exact, numbers in a column where the distance
  /// between neighbouring Floats exceeds a thousandth of the column's standard deviation, and numbers that are too
  /// small for Float, so that the whole column becomes 0. About
  /// 262,144 values are read, from up to 16 sequences. Sequences with faults are left out, because reading
  /// them reports the faults. A `PrecisionWatch` finds the whole numbers that the sample does not contain,
  /// when they are read.
  ///
  /// - Throws: Any error of the reader that is not about the data.
  public func precisionLosses() throws -> [PrecisionLoss] {
    var sample = try PrecisionSample(self)
    return columns.indices.compactMap { sample.loss(ofColumn: $0, in: self) }
  }
}

/// Rows of some sequences, as Floats, in which losses are looked for.
struct PrecisionSample {
  /// The sequences, by index, with their values.
  private var parts: [(index: Int, record: SequenceRecord)] = []

  private static let sequenceLimit = 16
  private static let valueLimit = 1 << 18

  /// The number of values that may still be read again to find texts, for all columns together.
  private var valuesLeft = 1 << 22

  /// Makes a sample of a whole sequence.
  init(of index: Int, _ record: SequenceRecord) { parts = [(index, record)] }

  /// Makes a sample of the first rows of up to 16 sequences.
  init(_ reader: some SequenceRecordReader) throws {
    let count = Swift.min(reader.count, Self.sequenceLimit)
    for number in 0..<count {
      let index = count == 1 ? 0 : number * (reader.count - 1) / (count - 1)
      // Only texts tell what was lost; data without texts, such as images, may be slow to read.
      guard reader.position(of: index, row: 0, column: 0).text != nil else { continue }
      do {
        let rowLimit = max(16, Self.valueLimit / count / max(1, reader.columns.count))
        parts.append((index, try Self.rows(of: index, in: reader, rowLimit)))
      } catch is RecordError {}
    }
  }

  /// Returns the first rows of a sequence; a stream stops at the first fault, whatever the policy, and then
  /// the sequence is read whole.
  private static func rows(
    of index: Int, in reader: some SequenceRecordReader, _ limit: Int
  ) throws -> SequenceRecord {
    do {
      return try reader.firstRows(of: index, atMost: limit)
    } catch is RecordError {
      var record = SequenceRecord()
      var cursor = try reader.makeCursor()
      try cursor.read(index, into: &record)
      return record
    }
  }

  /// Returns true if numbers can be rounded in a column with this encoding.
  static func canLose(_ encoding: ColumnEncoding?) -> Bool {
    switch encoding {
    case .category: false
    case .time(let rule) where rule.origin == .sequence: false
    case .time, .offset, nil: true
    }
  }

  /// Returns the loss in a column, or `nil` if there is none, or none can be shown.
  mutating func loss(ofColumn column: Int, in reader: some SequenceRecordReader) -> PrecisionLoss? {
    let name = reader.columns[column]
    let encoding = reader.schema.encodings[name]
    guard Self.canLose(encoding) else { return nil }
    guard let closeness = Closeness(ofColumn: column, in: parts.map(\.record)) else { return nil }
    // Texts are slow to find, so only a few cells are compared. Those with the same Float may have differed.
    var found: [Float: [SequenceRecord.Position]] = [:]
    var rounded: PrecisionLoss?
    func loss(_ first: SequenceRecord.Position, _ second: SequenceRecord.Position?, _ value: Float)
      -> PrecisionLoss
    {
      PrecisionLoss(
        column: name, first: first, second: second, value: value, encoding: encoding,
        reference: ColumnReference(to: name, among: reader.schema.fileColumns))
    }
    // Most columns of wide data are constant, and lose nothing.
    let isPlain = closeness.isConstant && !closeness.isLarge
    let cells =
      isPlain ? firstCells(column) : spread(cells(column).lazy.filter { closeness.concerns($0.value) })
    for (number, cell) in cells.enumerated() {
      // Of a few numbers, however late, the texts are read: neighbours tell what is lost.
      guard valuesLeft > 0 || number < 4 && !isPlain else { break }
      valuesLeft -= (cell.row + 1) * reader.columns.count
      let position = reader.position(of: cell.index, row: cell.row, column: column)
      guard position.text != nil else { continue }
      if let other = found[cell.value]?.first(where: { differ($0, position, encoding, reader.schema.numbers) }
      ) {
        return loss(other, position, cell.value)
      }
      found[cell.value, default: []].append(position)
      if rounded == nil, let base = base(of: encoding, cell, column, in: reader),
        isRounded(position, from: base, to: cell.value, closeness, reader.schema.numbers)
      {
        rounded = loss(position, nil, cell.value)
      }
    }
    return rounded
  }

  /// Returns the first four cells, and the first of a few sequences: many columns are constant, and their texts
  /// rarely differ.
  private func firstCells(_ column: Int) -> [Cell] {
    let starts = parts.dropFirst().prefix(4).compactMap { part in
      cells(column, of: part.index, part.record).first(where: { _ in true })
    }
    return Array(cells(column).prefix(4)) + starts
  }

  /// Returns up to 48 cells: the first ones, and others spread over the first 1,024.
  private func spread(_ cells: some Sequence<Cell>) -> [Cell] {
    let cells = Array(cells.prefix(1024))
    guard cells.count > 48 else { return cells }
    let rest = cells.count - 16
    return (0..<48).map { number in cells[number < 16 ? number : 16 + (number - 16) * rest / 32] }
  }

  /// A finite value and its location.
  private struct Cell {
    let index: Int
    let row: Int
    let value: Float
  }

  private func cells(_ column: Int) -> some Sequence<Cell> {
    parts.lazy.flatMap { cells(column, of: $0.index, $0.record) }
  }

  private func cells(_ column: Int, of index: Int, _ record: SequenceRecord) -> some Sequence<Cell> {
    (0..<record.stepCount).lazy.map { step in
      Cell(
        index: index, row: record.rowOrdinal(ofStep: step),
        value: record.values[step * record.columnCount + column])
    }.filter(\.value.isFinite)
  }

  /// Returns the number that is subtracted from a cell before it becomes a Float; `nil` if it is none that a text
  /// shows.
  private func base(
    of encoding: ColumnEncoding?, _ cell: Cell, _ column: Int, in reader: some SequenceRecordReader
  ) -> ExactNumber? {
    switch encoding {
    case nil: return ExactNumber(0)
    case .offset(.value(let number)): return ExactNumber(number)
    case .offset(.exact(let text)): return ExactNumber(text)
    case .offset(.first):
      let first = parts.first { $0.index == cell.index }?.record.rowOrdinal(ofStep: 0) ?? 0
      return reader.position(of: cell.index, row: first, column: column).text.flatMap {
        ExactNumber($0, reader.schema.numbers)
      }
    case .time, .category: return nil
    }
  }

  /// Returns true for a number that became 0, and for a whole number, written as such, that Float cannot hold; of a
  /// column whose numbers are close together, for any number.
  private func isRounded(
    _ position: SequenceRecord.Position, from base: ExactNumber, to value: Float, _ closeness: Closeness,
    _ numbers: NumberNotation?
  ) -> Bool {
    guard let text = position.text, let number = ExactNumber(text, numbers),
      !number.isDifference(value, from: base)
    else { return false }
    if value == 0 { return true }
    let isLarge = number.isWhole && (number.value - base.value).magnitude > Double(Closeness.exactLimit)
    return base.value == 0 ? closeness.isEverywhere && !closeness.isConstant || isLarge : isLarge
  }

  private func differ(
    _ first: SequenceRecord.Position, _ second: SequenceRecord.Position, _ encoding: ColumnEncoding?,
    _ numbers: NumberNotation?
  ) -> Bool {
    guard let first = first.text, let second = second.text else { return false }
    if case .time = encoding { return first != second }
    guard let first = ExactNumber(first, numbers), let second = ExactNumber(second, numbers) else {
      return false
    }
    return first != second
  }
}

/// A number as it is written: exactly if it is whole and has up to 38 digits, otherwise in double precision.
private struct ExactNumber: Equatable {
  let value: Double
  private let whole: Int128?

  var isWhole: Bool { whole != nil }

  /// Reads a number in a notation; `nil`: in that of plain CSV.
  init?(_ text: String, _ notation: NumberNotation? = nil) {
    let text = notation?.plainText(of: text) ?? text
    guard let value = Double(text) else { return nil }
    (self.value, whole) = (value, Int128(text))
  }

  init(_ value: Double) { (self.value, whole) = (value, Int128(exactly: value)) }

  /// Returns true if `value` is the difference from `base`.
  func isDifference(_ value: Float, from base: ExactNumber) -> Bool {
    guard let whole, let other = base.whole else { return self.value - base.value == Double(value) }
    let (difference, overflow) = whole.subtractingReportingOverflow(other)
    return !overflow && Int128(exactly: value) == difference
  }

  static func == (one: ExactNumber, other: ExactNumber) -> Bool {
    if let whole = one.whole, let another = other.whole { return whole == another }
    return one.value == other.value
  }
}

/// The reason to suspect that the numbers of a column are too close together for Float.
struct Closeness {
  /// True if all values are concerned, and not only those from 2^24 on.
  ///
  /// The spacing of Floats then exceeds a thousandth of the deviation.
  let isEverywhere: Bool

  /// True if all values are the same Float.
  let isConstant: Bool

  /// True if a value is 2^24 or more.
  let isLarge: Bool

  /// The number up to which Float holds every whole number.
  static let exactLimit = Float(1 << 24)

  /// Judges a column by its finite values; `nil` if there is nothing to suspect.
  init?(ofColumn column: Int, in records: [SequenceRecord]) {
    var (count, mean, m2) = (0.0, 0.0, 0.0)
    var greatest: Float = 0
    for record in records {
      for at in stride(from: column, to: record.values.count, by: record.columnCount) {
        let value = record.values[at]
        guard value.isFinite else { continue }
        count += 1
        let delta = Double(value) - mean
        mean += delta / count
        m2 += delta * (Double(value) - mean)
        greatest = max(greatest, value.magnitude)
      }
    }
    guard count > 0 else { return nil }
    let deviation = (m2 / count).squareRoot()
    isConstant = deviation == 0
    isLarge = greatest >= Self.exactLimit
    isEverywhere = Double(greatest.ulp) > deviation / 1000
    guard isEverywhere || isLarge else { return nil }
  }

  /// Returns true if a value may have been rounded to a neighbouring number.
  func concerns(_ value: Float) -> Bool { isEverywhere || value.magnitude >= Self.exactLimit }
}
