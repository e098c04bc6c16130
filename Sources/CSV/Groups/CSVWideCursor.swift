import Platform
import Sequences

/// Reads files in which every row is a sequence, for one thread.
///
/// Copies share their buffers, so a copy belongs to the same thread.
struct CSVWideCursor: SequenceCursor {
  private let index: CSVGroupIndex
  private let channelCount: Int
  /// The number of values of a row.
  private let valueCount: Int
  private let bytes: CSVGroupBytes
  /// The parser, for which missing values and NaN are values: those at the end of a series are no steps.
  private let parser: CSVParser
  private let other = CSVFileParser()
  private var channels: [Float] = []
  private var cost = ReadingCost()

  init(_ index: CSVGroupIndex, channelCount: Int) {
    (self.index, self.channelCount, valueCount) = (index, channelCount, index.schema.columnCount)
    bytes = CSVGroupBytes(index)
    parser = CSVParser(index.schema.format.takingMissingValues, layout: index.schema.layout)
  }

  /// Reads row `index`, `[T, C]`.
  ///
  /// - Throws: `FileError` if the file cannot be read; `RecordError` with the location of the first fault that the
  ///   policy does not repair.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let group = self.index.groups[index]
    sequence.begin(columnCount: channelCount)
    let began = monotonicNanoseconds()
    let (opened, got) = try bytes.read(index)
    let found = bytes.window.bytes
    defer {
      cost.add(began: began, opened: opened, got: got, done: monotonicNanoseconds(), bytes: found.count)
    }
    var location = group.location
    location.offset = 0
    let parser =
      self.index.otherSchema(ofFile: Int(group.file)).map {
        other.parser(for: $0.decoding($0.format.takingMissingValues))
      } ?? self.parser
    if parser.parse(found, from: location, columnCount: valueCount, into: &sequence),
      let count = stepCount(of: sequence.values, found)
    {
      let line = sequence.lines.upperBound
      arrange(&sequence, steps: count)
      sequence.lines = line...line
      return
    }
    let schema = self.index.schema(ofFile: Int(group.file))
    sequence.begin(columnCount: channelCount)
    do {
      try readSlowly(
        found, from: location, schema, path: self.index.locations[Int(group.file)].path, &sequence)
    } catch {
      sequence.begin(columnCount: channelCount)
      throw error
    }
  }

  /// Returns the number of steps of a series whose values are finite, or missing as the format permits; `nil` if its
  /// texts must be examined.
  private func stepCount(of values: [Float], _ text: some RandomAccessCollection<UInt8>) -> Int? {
    let steps = values.count / channelCount
    // A sum is finite only if all terms are; one that overflows costs no more than the slow path.
    var sum: Float = 0
    for value in values { sum += value * 0 }
    if sum == 0 { return steps }
    if values.contains(where: \.isInfinite) { return nil }
    var count = 0
    for channel in 0..<channelCount {
      var last = steps
      while last > count, values[channel * steps + last - 1].isNaN { last -= 1 }
      count = max(count, last)
    }
    let isJagged = (0..<channelCount).contains { channel in
      values[channel * steps..<channel * steps + count].contains(where: \.isNaN)
    }
    // Other texts than blanks and NaN do not end a series, and NaN between values may not be declared.
    let format = index.schema.format
    guard count > 0, format.onlyBlanksAreMissing else { return nil }
    if isJagged {
      guard format.missingValues.policy == .nan, !text.contains(where: { $0 | 0x20 == UInt8(ascii: "n") })
      else { return nil }
    }
    return count
  }

  /// Makes `[T, C]` of the values of all channels, one after the other, of which the first `count` are steps.
  private mutating func arrange(_ sequence: inout SequenceRecord, steps count: Int) {
    let steps = sequence.values.count / channelCount
    sequence.columnCount = channelCount
    if channelCount == 1 {
      sequence.values.removeLast(steps - count)
      return
    }
    swap(&channels, &sequence.values)
    sequence.values.removeAll(keepingCapacity: true)
    for step in 0..<count {
      for channel in 0..<channelCount { sequence.values.append(channels[channel * steps + step]) }
    }
  }

  private func readSlowly(
    _ bytes: some Collection<UInt8>, from location: CSVLocation, _ schema: CSVFileSchema, path: String,
    _ sequence: inout SequenceRecord
  ) throws(RecordError) {
    var rows = CSVTextRows(path: path, bytes: Array(bytes), format: schema.format, from: location)
    (rows.names, rows.passesBlankLines, rows.fieldLimit) = (
      schema.names, schema.passesBlankLines, schema.fieldCount + 1
    )
    rows.areSeries = true
    guard let row = try rows.next() else { throw changed(path) }
    for lines in rows.blankLines {
      sequence.ledger.note(
        Ledger.Entry(rows.blank(lines.lowerBound), rule: .skipRow, action: "left out the row"))
    }
    var values = CSVFieldValues(schema.format, schema.layout)
    try rows.checkNotBlank(row, values)
    try rows.checkShape(row, expected: schema.fieldCount, schema.basis(path))
    let fields = schema.layout.fields
    let steps = fields.count / channelCount
    let count =
      (0..<channelCount).map { channel in
        (0..<steps).last { !row.fields[fields[channel * steps + $0]].isAbsent }.map { $0 + 1 } ?? 0
      }.max() ?? 0
    guard count > 0 else {
      throw RecordError(
        .missingValue, path: path, line: row.location.line,
        "the series has no value: expected at least one, found only blanks and NaN; remove the row, or leave it out "
          + "(\(Remedy.skipSequences))")
    }
    let isFirst = row.location.line == schema.firstRowLine
    for step in 0..<count {
      for channel in 0..<channelCount {
        let field = fields[channel * steps + step]
        do throws(RecordError) {
          sequence.values.append(try rows.value(row, field, &values, isFirstRow: isFirst) ?? .nan)
        } catch {
          guard case .repair(let repair) = schema.policy[error.kind] else { throw error }
          if case .constant = repair { sequence.missingCells.append(sequence.values.count) }
          sequence.values.append(repair.value(for: row.fields[field].text))
          sequence.ledger.note(
            Ledger.Entry(
              error, rule: .repair(repair),
              action: "took \(shown(sequence.values[sequence.values.count - 1])) for it"))
        }
      }
    }
    sequence.lines = row.location.line...row.lastLine
  }

  /// Returns the cost of everything read since the last call.
  mutating func takeCost() -> ReadingCost {
    defer { cost = ReadingCost() }
    return cost
  }
}

extension CSVTextField {
  /// True if a series may end before the field: it is blank, or NaN.
  fileprivate var isAbsent: Bool {
    let text = trimmed(text)
    return text.isEmpty || text.count == 3 && text.map { $0 | 0x20 } == Array("nan".utf8)
  }
}

extension CSVFileSchema {
  /// Returns the schema of files in another format.
  fileprivate func decoding(_ format: CSVDialect) -> CSVFileSchema {
    var schema = self
    schema.format = format
    return schema
  }
}
