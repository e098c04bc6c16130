import Platform

/// A column with numbers that differ in the data and are equal as Floats, or nearly so.
///
/// Float keeps 24 bits, about seven digits: whole numbers are exact up to 16,777,216.
public struct PrecisionLoss: Hashable, Sendable {
  /// The name of the column.
  public var column: String
  /// A value, as written in the data.
  public var first: SequenceRecord.Position
  /// A different value that is the same Float; `nil` if only its rounding is known.
  public var second: SequenceRecord.Position?
  /// The Float that they become.
  public var value: Float
  /// The reader's encoding of the column; `nil` for numbers.
  public var encoding: ColumnEncoding?
}

extension PrecisionLoss: CustomStringConvertible {
  /// `PATH:LINE:COLUMN: what is lost, and how to keep it`.
  public var description: String { "\(problem); \(remedy)" }

  private var remedy: String {
    let name = escapedText(column.utf8, limit: nil)
    switch encoding {
    case .time: return "count time from the first row (\(Remedy.timeFromFirst))"
    case .offset:
      return
        "choose an offset near these numbers (\(Remedy.offsetFirst(name)) or \(Remedy.offsetValue(name)))"
    case .category, nil:
      return "subtract an offset before rounding (\(Remedy.offsetFirst(name))), or read timestamps as such "
        + "(\(Remedy.unixTime(name)))"
    }
  }

  /// `PATH:LINE:COLUMN: what is lost`.
  package var problem: String {
    func shown(_ position: SequenceRecord.Position) -> String { escapedText((position.text ?? "").utf8) }
    var location = "\(escapedText(first.path.utf8, limit: nil)):\(first.line)"
    if let column = first.column { location += ":\(column)" }
    let what =
      if let second {
        "\(shown(first)) and \(shown(second)) (line \(second.line)) are the same number in Float precision: \(value.shown)"
      } else {
        "\(shown(first)) becomes \(value.shown) in Float precision"
      }
    return "\(location): column \"\(escapedText(column.utf8))\": \(what)"
  }
}

extension Float {
  /// The number in full, without an exponent if it is whole.
  fileprivate var shown: String { Int(exactly: self).map { "\($0)" } ?? "\(Double(self))" }
}

extension SequenceRecordReader {
  /// Returns the columns whose numbers are too close together for Float, judged by the first rows of a sample
  /// of the sequences.
  ///
  /// Two cases are reported: whole numbers above 2^24 that are not exact, and numbers in a column where the
  /// distance between neighbouring Floats exceeds a thousandth of the column's standard deviation. About
  /// 262,144 values are read, from up to 16 sequences. Sequences with faults are left out, because reading
  /// them reports the faults.
  ///
  /// - Throws: Any error of the reader that is not about the data.
  public func precisionLosses() throws -> [PrecisionLoss] {
    let sample = try PrecisionSample(self)
    return columns.indices.compactMap { sample.loss(ofColumn: $0, in: self) }
  }
}

/// The first rows of some sequences, as Floats.
private struct PrecisionSample {
  /// The sequences, by index, with their values.
  private var parts: [(index: Int, record: SequenceRecord)] = []

  private static let sequenceLimit = 16
  private static let valueLimit = 1 << 18

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

  /// Returns the loss in a column, or `nil` if there is none, or none can be shown.
  func loss(ofColumn column: Int, in reader: some SequenceRecordReader) -> PrecisionLoss? {
    let name = reader.columns[column]
    let encoding = reader.schema.encodings[name]
    switch encoding {
    case .category: return nil
    case .time(let rule) where rule.origin == .sequence: return nil
    case .time, .offset, nil: break
    }
    guard let closeness = Closeness(ofColumn: column, in: parts.map(\.record)) else { return nil }
    // Texts are slow to find, so only a few cells are compared. Those with the same Float may have differed.
    var found: [Float: [SequenceRecord.Position]] = [:]
    var rounded: PrecisionLoss?
    var rowsRead = 0
    for cell in spread(cells(column).lazy.filter { closeness.concerns($0.value) }) {
      rowsRead += cell.row + 1
      guard rowsRead < Self.valueLimit else { break }
      let position = reader.position(of: cell.index, row: cell.row, column: column)
      guard position.text != nil else { continue }
      if let other = found[cell.value]?.first(where: { differ($0, position, encoding) }) {
        return PrecisionLoss(
          column: name, first: other, second: position, value: cell.value, encoding: encoding)
      }
      found[cell.value, default: []].append(position)
      if rounded == nil, encoding == nil, isRounded(position, to: cell.value, closeness) {
        rounded = PrecisionLoss(column: name, first: position, second: nil, value: cell.value, encoding: nil)
      }
    }
    return rounded
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
    parts.lazy.flatMap { part in
      (0..<part.record.stepCount).lazy.map { step in
        Cell(
          index: part.index, row: part.record.rowOrdinal(ofStep: step),
          value: part.record.values[step * part.record.columnCount + column])
      }
    }.filter(\.value.isFinite)
  }

  /// Returns true for a whole number, written as such, that Float cannot hold; of a column whose numbers are
  /// close together, for any number.
  private func isRounded(
    _ position: SequenceRecord.Position, to value: Float, _ closeness: Closeness
  ) -> Bool {
    guard let text = position.text, let number = Double(text), number != Double(value) else { return false }
    return closeness.isEverywhere && !closeness.isConstant || Int(text).map { $0.magnitude > 1 << 24 } == true
  }

  private func differ(
    _ first: SequenceRecord.Position, _ second: SequenceRecord.Position, _ encoding: ColumnEncoding?
  ) -> Bool {
    guard let first = first.text, let second = second.text else { return false }
    if case .time = encoding { return first != second }
    guard let first = Double(first), let second = Double(second) else { return false }
    return first != second
  }
}

/// The reason to suspect that the numbers of a column are too close together for Float.
private struct Closeness {
  /// True if all values are concerned, and not only those from 2^24 on.
  ///
  /// The spacing of Floats then exceeds a thousandth of the deviation.
  let isEverywhere: Bool

  /// True if all values are the same Float.
  let isConstant: Bool

  private static let exactLimit = Float(1 << 24)

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
    guard count > 1, greatest > 0 else { return nil }
    let deviation = (m2 / count).squareRoot()
    isConstant = deviation == 0
    isEverywhere = Double(greatest.ulp) > deviation / 1000
    guard isEverywhere || greatest >= Self.exactLimit else { return nil }
  }

  /// Returns true if a value may have been rounded to a neighbouring number.
  func concerns(_ value: Float) -> Bool { isEverywhere || value.magnitude >= Self.exactLimit }
}
