import CText
import Sequences

/// Converts the fields of rows to values, one sequence after another, by the roles of their columns.
struct CSVFieldValues {
  let format: CSVDialect
  let layout: ResolvedColumns
  /// For every field of timestamps, the first one of the sequence in nanoseconds; `nil` before it.
  private var timeOrigins: [Int128?]
  /// The order of the rows by their first field of timestamps.
  private(set) var clock = SequenceClock()
  /// True if rows may go back in time, because they are sorted afterwards.
  var takesAnyOrder = false
  /// The timestamps of the current row, by field of timestamps; `RowTimes.missing` where there is none.
  private(set) var rowTimes: [Int128]
  /// For every field with an offset, the first number of the sequence; `nil` before it.
  private var numberOrigins: [PreciseNumber?]

  init(_ format: CSVDialect, _ layout: ResolvedColumns) {
    (self.format, self.layout) = (format, layout)
    timeOrigins = Array(repeating: nil, count: layout.roles.count)
    numberOrigins = Array(repeating: nil, count: layout.roles.count)
    rowTimes = Array(repeating: RowTimes.missing, count: layout.timeFields.count)
  }

  /// Forgets the origins, because another sequence follows.
  mutating func beginSequence() {
    clock = SequenceClock()
    beginRow()
    for field in timeOrigins.indices { (timeOrigins[field], numberOrigins[field]) = (nil, nil) }
  }

  /// Forgets the timestamps of the row before.
  mutating func beginRow() {
    for slot in rowTimes.indices { rowTimes[slot] = RowTimes.missing }
  }

  /// Returns the exact timestamps `collected`, for every field of timestamps; `nil` without columns of timestamps.
  func times(_ collected: [[Int128]]) -> RowTimes? {
    if layout.timeFields.isEmpty { return nil }
    return RowTimes(
      columns: Dictionary(
        uniqueKeysWithValues: zip(layout.timeFields, collected).map { time, nanoseconds in
          let origin = time.encoding.origin == .epoch ? 0 : timeOrigins[time.field] ?? 0
          let column = RowTimes.Column(
            encoding: time.encoding, origin: origin, nanoseconds: nanoseconds)
          return (time.column, column)
        }))
  }

  /// Returns the role of field `index`; a surplus field counts as a number, because its row is faulty anyway.
  func role(_ index: Int) -> CSVRole { index < layout.roles.count ? layout.roles[index] : .number }

  /// Returns the first field of categories that a row is too short for; `nil` if there is none.
  func missingCategory(in row: CSVTextRow) -> Int? {
    layout.roles.indices.dropFirst(row.fieldCount).first { layout.roles[$0].isCategory }
  }

  /// Returns the value of the text of field `index`, or its fault, or `nil` for a field that is not a value.
  mutating func value(_ text: some BidirectionalCollection<UInt8>, _ index: Int) -> Result<
    Float, CSVFieldFault
  >? {
    if layout.isMissingLabel(text, index) { return .success(.nan) }
    switch role(index) {
    case .dropped: return nil
    case .number:
      return number(text)
    case .classNumber:
      let value = number(text)
      if case .success(let number) = value, isRounded(text, to: number) { return .failure(.rounded) }
      return value
    case .encoded(let encoding): return value(text, index, encoding)
    }
  }

  /// Returns true for a row of two or more fields that are all empty: it is not a step.
  func isBlank(_ row: CSVTextRow) -> Bool {
    row.fields.count > 1
      && row.fields.indices.allSatisfy { index in
        let text = row.fields[index].text
        switch role(index) {
        case .number, .classNumber: return trimmed(text).isEmpty
        case .dropped: return text.isEmpty
        case .encoded(.category(let vocabulary)): return text.isEmpty && vocabulary.index(of: "") == nil
        case .encoded: return text.isEmpty
        }
      }
  }

  private func number(_ text: some BidirectionalCollection<UInt8>) -> Result<Float, CSVFieldFault> {
    let (kind, number) = format.decimal(Array(text))
    return format.value(text, kind, number)
  }

  /// Returns true if `text` is a number that Float cannot hold, and `value` a whole number near it.
  func isRounded(_ text: some BidirectionalCollection<UInt8>, to value: Float) -> Bool {
    guard value == value.rounded(), let plain = format.plainNumber(Array(text)),
      let number = CSVParser.preciseNumber(plain)
    else { return false }
    return number != Double(value)
  }

  /// Returns the value of the text of field `index`, which is encoded.
  mutating func value(
    _ text: some BidirectionalCollection<UInt8>, _ index: Int, _ encoding: ColumnEncoding
  ) -> Result<Float, CSVFieldFault> {
    if format.isMissing(text) {
      return format.missingValues.policy == .nan ? .success(.nan) : .failure(.missing)
    }
    switch encoding {
    case .category(let vocabulary):
      if text.isEmpty && vocabulary.index(of: "") == nil { return .failure(.missing) }
      if let name = String(validating: text, as: UTF8.self), let index = vocabulary.index(of: name) {
        return .success(Float(index))
      }
      switch vocabulary.unknown {
      case .error: return .failure(.unknownCategory)
      case .ignore: return .success(.nan)
      case .other: return .success(Float(vocabulary.names.count))
      }
    case .time(let rule):
      if text.isEmpty { return .failure(.missing) }
      guard let plain = rule.isNumber ? format.plainNumber(Array(trimmed(text))) : Array(trimmed(text)),
        let time = rule.nanoseconds(of: plain)
      else { return .failure(.notATime) }
      var origin: Int128 = 0
      if rule.origin == .sequence {
        origin = timeOrigins[index] ?? time
        timeOrigins[index] = origin
      }
      if let slot = layout.timeFields.firstIndex(where: { $0.field == index }) {
        if slot == 0, !takesAnyOrder, !clock.advance(to: time) { return .failure(.timeOrder) }
        rowTimes[slot] = time
      }
      return .success(rule.unit.count(of: time - origin))
    case .offset(let offset):
      return value(text, index, minus: offset)
    }
  }

  /// Returns the number in field `index` minus its offset.
  private mutating func value(
    _ text: some BidirectionalCollection<UInt8>, _ index: Int, minus offset: NumberOffset
  ) -> Result<Float, CSVFieldFault> {
    guard let number = format.plainNumber(Array(trimmed(text))).flatMap({ PreciseNumber($0) }) else {
      return self.number(text)
    }
    let origin: PreciseNumber
    switch offset {
    case .value(let value): origin = PreciseNumber(value)
    case .exact(let text):
      // Flags and this package write only numbers here; of other texts, no value is right.
      guard let number = PreciseNumber(Array(text.utf8)) else { return .failure(.outOfRange) }
      origin = number
    case .first:
      // A number that Float cannot hold is a fault where no offset is, too: nothing is counted from it.
      guard numberOrigins[index] != nil || Float(number.value).isFinite else { return .failure(.outOfRange) }
      origin = numberOrigins[index] ?? number
      numberOrigins[index] = origin
    }
    let difference = Float(number - origin)
    return difference.isFinite ? .success(difference) : .failure(.outOfRange)
  }
}
