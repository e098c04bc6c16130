import CLibCSV
import CText
import Glibc
import Sequences

/// A safe wrapper around libcsv, with a faster path for plain numbers.
///
/// One parser serves one thread, for any number of files one after the other. It has three modes: whole files
/// of plain numbers, many bytes at a time (`parse`), which falls back to the next mode, with the same
/// results, if it finds anything else; line by line through libcsv, directly into floats (`parse`, or
/// `beginRows`, `take` and `takeEnd`); and slowly, byte by byte, into texts (`push`), so that the caller
/// knows at which byte something happened.
final class CSVParser {
  private let parser: UnsafeMutablePointer<csv_parser>
  private let numbers: UnsafeMutablePointer<NumberSink>
  private let texts: UnsafeMutablePointer<CSVEvent>
  private let delimiter: UInt8
  /// The use of every field of a row (`timestep_field_use`); `nil` if fields must be examined one by one.
  private let plainFields: UnsafeMutableBufferPointer<UInt8>?
  /// True if all fields are values without further conditions.
  private let areAllValues: Bool
  /// True if only whole files have been parsed, so that libcsv can take the next one without a restart.
  private var isBetweenFiles = true

  /// The line of the next byte.
  var line: Int { numbers.pointee.line }
  /// The conversion of fields if not all are numbers; set by the caller at the beginning of a sequence.
  var fields: CSVFieldValues? {
    get { numbers.pointee.fields }
    set { numbers.pointee.fields = newValue }
  }
  /// The number of rows held.
  var rowCount: Int { numbers.pointee.heldRows }

  /// Makes a parser for files in `format`; `layout` permits the fast path if not all fields are numbers.
  init(_ format: CSVDialect, layout: ResolvedColumns? = nil) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: csv_parser())
    numbers = .allocate(capacity: 1)
    let fields = layout.flatMap { $0.isPlain ? nil : CSVFieldValues(format, $0) }
    numbers.initialize(to: NumberSink(format: format, fields: fields))
    texts = .allocate(capacity: 1)
    texts.initialize(to: CSVEvent())
    delimiter = format.delimiter
    let roles = layout?.roles ?? []
    areAllValues = roles.allSatisfy { $0 == .number }
    // A token may be a number; blanks have their own rules, also as delimiters.
    let uses = roles.compactMap(\.plainUse)
    if format.tokensMayBeNumbers || delimiter == 0x20 || delimiter == 0x09 && roles.contains(.dropped)
      || roles.isEmpty || uses.count != roles.count
    {
      plainFields = nil
    } else {
      plainFields = .allocate(capacity: roles.count)
      _ = plainFields?.initialize(fromContentsOf: uses)
    }
    start()
  }

  deinit {
    csv_free(parser)
    parser.deallocate()
    numbers.pointee.storage.deallocate()
    numbers.deinitialize(count: 1)
    numbers.deallocate()
    texts.deinitialize(count: 1)
    texts.deallocate()
    plainFields?.deallocate()
  }

  private func start() {
    // Every line ending is reported, so that blank lines and lone carriage returns are detected.
    let options = UInt8(CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)
    precondition(csv_init(parser, options) == 0, "csv_init failed")
    csv_set_delim(parser, delimiter)
    // Its own step of 128 bytes would cause thousands of reallocations in a file with a quote that is never
    // closed.
    csv_set_blk_size(parser, 4096)
  }

  /// Discards what was parsed: libcsv restarts by itself only after the end of a valid file.
  private func restart() {
    csv_free(parser)
    start()
  }

  /// Parses the rows of a whole file from `location` on into `sequence`, replacing its values.
  ///
  /// - Returns: True if the rest of the file is rows of `columnCount` valid fields, with at least one row. If
  ///   false, nothing is delivered, and the slow mode finds the fault and its location.
  func parse(
    _ bytes: UnsafeRawBufferPointer, from location: CSVLocation, columnCount: Int,
    into sequence: inout SequenceRecord
  ) -> Bool {
    if readPlain(UnsafeRawBufferPointer(rebasing: bytes[location.offset...]), columnCount) {
      deliver(into: &sequence)
      let last = max(location.line, location.line + sequence.stepCount - 1)
      sequence.lines = location.line...last
      return true
    }
    fields?.beginSequence()
    return parseOn(bytes, from: location, columnCount: columnCount, into: &sequence)
  }

  /// Reads rows of plain numbers.
  ///
  /// - Returns: True if there is nothing else, and at least one row; if false, libcsv must parse them.
  private func readPlain(_ bytes: UnsafeRawBufferPointer, _ columnCount: Int) -> Bool {
    guard let plainFields, let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else {
      return false
    }
    var shape = timestep_row_shape(
      delimiter: CChar(bitPattern: delimiter), fields: plainFields.count,
      uses: areAllValues ? nil : UnsafePointer(plainFields.baseAddress))
    numbers.pointee.begin(columnCount, line: 1)
    var offset = 0
    while offset < bytes.count {
      numbers.pointee.makeRoom(columnCount)
      let free = numbers.pointee.free
      let reading = timestep_read_rows(
        base + offset, bytes.count - offset, &shape, free.baseAddress, free.count / columnCount)
      if reading.is_unusual { return false }
      numbers.pointee.next += reading.rows * columnCount
      offset += reading.bytes
    }
    return numbers.pointee.next > 0
  }

  /// Parses like `parse`, but continues the sequence of the preceding rows: the time origin is kept.
  private func parseOn(
    _ bytes: UnsafeRawBufferPointer, from location: CSVLocation, columnCount: Int,
    into sequence: inout SequenceRecord
  ) -> Bool {
    sequence.values.removeAll(keepingCapacity: true)
    beginRows(columnCount: columnCount, line: location.line)
    guard take(UnsafeRawBufferPointer(rebasing: bytes[location.offset...]), rowLimit: .max) != nil, takeEnd(),
      rowCount > 0
    else { return false }
    deliver(into: &sequence)
    return true
  }

  /// Prepares for the rows of a file, the first of which begins on `line`, whatever was parsed before.
  func beginRows(columnCount: Int, line: Int) {
    if isBetweenFiles { isBetweenFiles = false } else { restart() }
    numbers.pointee.begin(columnCount, line: line)
  }

  /// Takes the bytes that follow the preceding ones, line by line, until `rowLimit` rows are held.
  ///
  /// A row is held when its line is complete: the following byte shows if a carriage return is alone.
  ///
  /// - Returns: The number of bytes taken, which end with a line unless they are all; `nil` if there is a
  ///   fault, here or before. After that, only `beginRows` may be called.
  func take(_ bytes: UnsafeRawBufferPointer, rowLimit: Int) -> Int? {
    guard let base = bytes.baseAddress else { return 0 }
    var offset = 0
    while offset < bytes.count && numbers.pointee.heldRows < rowLimit {
      let start = base + offset
      // A line without an end is taken in parts, so that too many fields are detected early.
      let rest = min(bytes.count - offset, 64 << 10)
      // Lines end at line feeds, even inside quotes.
      let end = memchr(start, 0x0A, rest)
      let length = end.map { start.distance(to: UnsafeRawPointer($0)) + 1 } ?? rest
      numbers.pointee.makeRoom(length + 1)  // a line has at most one field more than bytes
      let parsed =
        numbers.pointee.fields == nil
        ? csv_parse(parser, start, length, numberField, numberRow, numbers)
        : csv_parse(parser, start, length, encodedField, encodedRow, numbers)
      if parsed != length || numbers.pointee.isFaulty || numbers.pointee.isTooWide { return nil }
      offset += length
      if end == nil {
        numbers.pointee.lastByte = start.load(fromByteOffset: length - 1, as: UInt8.self)
      } else {
        if length > 1 { numbers.pointee.lastByte = start.load(fromByteOffset: length - 2, as: UInt8.self) }
        if !numbers.pointee.endLine() { return nil }
      }
    }
    return offset
  }

  /// Takes the end of the file, which may end a row.
  ///
  /// - Returns: True if the file may end here.
  func takeEnd() -> Bool {
    // Line endings in a line without line feed are carriage returns.
    guard numbers.pointee.lineEnds == 0 else { return false }
    let status =
      numbers.pointee.fields == nil
      ? csv_fini(parser, numberField, numberRow, numbers)
      : csv_fini(parser, encodedField, encodedRow, numbers)
    guard status == 0, !numbers.pointee.isFaulty else { return false }
    numbers.pointee.holdRow()
    isBetweenFiles = true
    return true
  }

  /// Parses rows in memory from their first byte on, as `parse` does for a file, continuing the sequence of
  /// the preceding rows.
  func parse(_ bytes: [UInt8], columnCount: Int, into sequence: inout SequenceRecord) -> Bool {
    bytes.withUnsafeBytes {
      parseOn($0, from: CSVLocation(), columnCount: columnCount, into: &sequence)
    }
  }

  /// Returns `value` with nine significant digits, as `%.9g` writes it: enough to read the same Float back.
  static func text(of value: Float) -> String {
    var text = [CChar](repeating: 0, count: 32)
    let length = timestep_format_float(value, &text, text.count)
    return String(decoding: text[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Moves the held rows into `sequence`, replacing its contents.
  func deliver(into sequence: inout SequenceRecord) {
    // The record may contain a sequence of another reader.
    sequence.begin(columnCount: numbers.pointee.columnCount)
    sequence.values.append(contentsOf: numbers.pointee.values)
    numbers.pointee.fields?.layout.reorder(&sequence.values)
    sequence.lines = numbers.pointee.giveUpRows()
  }

  /// Takes one byte, in the slow mode.
  ///
  /// - Returns: The event that the byte completed, or `nil` if it makes the file malformed.
  func push(_ byte: UInt8) -> CSVEvent? {
    var byte = byte
    isBetweenFiles = false
    texts.pointee = CSVEvent()
    return csv_parse(parser, &byte, 1, textField, textRow, texts) == 1 ? texts.pointee : nil
  }

  /// Takes the end of the file, in the slow mode.
  ///
  /// - Returns: The event that it completed, or `nil` if a quote was never closed.
  func finish() -> CSVEvent? {
    texts.pointee = CSVEvent()
    return csv_fini(parser, textField, textRow, texts) == 0 ? texts.pointee : nil
  }

  /// Returns the kind and value of `text` as a number.
  static func decimal(_ text: [UInt8]) -> (kind: timestep_decimal, value: Float) { decimal(text.span) }

  /// Returns the kind and value of `text` as a number.
  static func decimal(_ text: Span<UInt8>) -> (kind: timestep_decimal, value: Float) {
    var value: Float = 0
    let kind = text.withUnsafeBytes {
      timestep_parse_float($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &value)
    }
    return (kind, value)
  }

  /// Returns the number that `text` states in double precision, or `nil` if it is not a finite number.
  static func preciseNumber(_ text: [UInt8]) -> Double? {
    var value = 0.0
    let kind = text.withUnsafeBytes {
      timestep_parse_double($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &value)
    }
    return kind == .number ? value : nil
  }
}

extension CSVRole {
  /// The use of such a field of plain numbers; `nil` if its text must be examined.
  fileprivate var plainUse: UInt8? {
    switch self {
    case .number: UInt8(timestep_field_value.rawValue)
    case .dropped: UInt8(timestep_field_dropped.rawValue)
    case .classNumber: UInt8(timestep_field_exact.rawValue)
    case .encoded: nil
    }
  }
}

/// The event completed by one byte, or by the end of the file.
struct CSVEvent {
  /// The text of the field that ended, unquoted, or `nil` if none did.
  var field: [UInt8]?
  /// True if a line ended, blank or not.
  var endsLine = false
}

/// Collects the parsed numbers; libcsv passes its address from callback to callback.
///
/// Fields are counted by the advance of `next`, and room is made before every line, so that each field costs
/// one call that writes one Float.
private struct NumberSink {
  let format: CSVDialect
  private(set) var storage = UnsafeMutableBufferPointer<Float>.allocate(capacity: 4096)
  /// The indices in `storage` of the next field, and of the first field of the row.
  var next = 0
  var rowStart = 0
  var columnCount = 0
  /// The number of rows that ended, and of those whose lines were found to be valid.
  var rowCount = 0
  private(set) var heldRows = 0
  /// The line of the next byte, the first line of the first held row, and the last line of the last.
  private(set) var line = 1
  private var firstLine = 1
  private var lastLine = 1
  /// The previous byte, if it is on the same line.
  var lastByte: UInt8 = 0
  /// Line endings of this line, outside quotes: the sum of `lineFeed` and `carriageReturn` for each.
  var lineEnds = 0
  var hasBlankLine = false
  var isFaulty = false

  // The carriage returns are counted in the upper half, so that one comparison distinguishes all cases.
  static let lineFeed = 1
  static let carriageReturn = 1 << 32

  /// The conversion of fields; `nil` if all are numbers.
  var fields: CSVFieldValues?
  /// The number of fields of the row so far; counted only if not all are numbers.
  var fieldCount = 0

  init(format: CSVDialect, fields: CSVFieldValues?) { (self.format, self.fields) = (format, fields) }

  mutating func begin(_ columnCount: Int, line: Int) {
    self.columnCount = columnCount
    self.line = line
    firstLine = line
    lastLine = line
    lastByte = 0
    next = 0
    rowStart = 0
    rowCount = 0
    heldRows = 0
    lineEnds = 0
    hasBlankLine = false
    isFaulty = false
    fieldCount = 0
  }

  /// True if the unfinished row has more fields than permitted.
  var isTooWide: Bool { next &- rowStart > columnCount }

  /// Records a line feed after `lastByte`.
  ///
  /// - Returns: True if the line may end like this.
  @inline(__always)
  mutating func endLine() -> Bool {
    switch lineEnds {
    case 0, Self.lineFeed: break  // 0: inside quotes
    case Self.lineFeed + Self.carriageReturn where lastByte == 0x0D: break
    default: return false
    }
    if !holdRow() && lineEnds != 0 { hasBlankLine = true }
    lineEnds = 0
    line += 1
    lastByte = 0
    return true
  }

  /// Holds the row that this line has ended, if any.
  @inline(__always) @discardableResult
  mutating func holdRow() -> Bool {
    guard rowCount != heldRows else { return false }
    heldRows = rowCount
    lastLine = line
    return true
  }

  /// Releases the storage of the held rows for the next ones.
  ///
  /// - Returns: Their lines. There are no other lines between rows, so the next rows begin immediately after
  ///   these.
  mutating func giveUpRows() -> ClosedRange<Int> {
    defer {
      firstLine = lastLine + 1
      next = 0
      rowStart = 0
      rowCount = 0
      heldRows = 0
    }
    return firstLine...max(firstLine, lastLine)
  }

  /// Makes room for `count` more values.
  mutating func makeRoom(_ count: Int) {
    guard storage.count - next < count else { return }
    let larger = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(storage.count * 2, next + count))
    _ = larger.moveInitialize(fromContentsOf: storage[..<next])
    storage.deallocate()
    storage = larger
  }

  /// The remaining room.
  var free: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(rebasing: storage[next...]) }

  /// The values so far.
  var values: Slice<UnsafeMutableBufferPointer<Float>> { storage[..<next] }
}

@inline(__always)
private func numberField(
  _ text: UnsafeMutableRawPointer?, _ length: Int, _ context: UnsafeMutableRawPointer?
) {
  guard let context, let text else { return }
  let sink = context.assumingMemoryBound(to: NumberSink.self)
  guard let start = sink.pointee.storage.baseAddress else { return }
  let value = start + sink.pointee.next
  sink.pointee.next &+= 1
  let kind = timestep_parse_float(text.assumingMemoryBound(to: CChar.self), length, value)
  if kind != .number || sink.pointee.format.tokensMayBeNumbers {
    // Written only for `number` and `not_finite`.
    let number = kind == .number || kind == .not_finite ? value.pointee : 0
    let text = UnsafeRawBufferPointer(start: text, count: length)
    switch sink.pointee.format.value(text, kind, number) {
    case .success(let other): value.pointee = other
    case .failure:
      value.pointee = .nan
      sink.pointee.isFaulty = true
    }
  }
}

@inline(__always)
private func numberRow(_ terminator: Int32, _ context: UnsafeMutableRawPointer?) {
  guard let context else { return }
  let sink = context.assumingMemoryBound(to: NumberSink.self)
  sink.pointee.lineEnds &+= terminator == 0x0D ? NumberSink.carriageReturn : NumberSink.lineFeed
  let fieldCount = sink.pointee.next &- sink.pointee.rowStart
  guard fieldCount > 0 else { return }
  if fieldCount != sink.pointee.columnCount || sink.pointee.hasBlankLine { sink.pointee.isFaulty = true }
  sink.pointee.rowStart = sink.pointee.next
  sink.pointee.rowCount &+= 1
}

/// Does the same as `numberField` when not all fields are numbers.
private func encodedField(
  _ text: UnsafeMutableRawPointer?, _ length: Int, _ context: UnsafeMutableRawPointer?
) {
  guard let sink = context?.assumingMemoryBound(to: NumberSink.self), let text else { return }
  let index = sink.pointee.fieldCount
  sink.pointee.fieldCount &+= 1
  switch sink.pointee.fields?.role(index) {
  case .dropped: break
  case .classNumber:
    numberField(text, length, context)
    let bytes = UnsafeRawBufferPointer(start: text, count: length)
    let value = sink.pointee.storage[sink.pointee.next - 1]
    if sink.pointee.fields?.isRounded(bytes, to: value) == true { sink.pointee.isFaulty = true }
  case .number, nil: numberField(text, length, context)
  case .encoded(let encoding):
    let bytes = UnsafeRawBufferPointer(start: text, count: length)
    var value = Float.nan
    switch sink.pointee.fields?.value(bytes, index, encoding) {
    case .success(let found): value = found
    case .failure, nil: sink.pointee.isFaulty = true
    }
    sink.pointee.storage[sink.pointee.next] = value
    sink.pointee.next &+= 1
  }
}

private func encodedRow(_ terminator: Int32, _ context: UnsafeMutableRawPointer?) {
  guard let sink = context?.assumingMemoryBound(to: NumberSink.self) else { return }
  let count = sink.pointee.fieldCount
  // A row with only dropped fields has no value, and would be mistaken for a blank line.
  if count > 0 && count != sink.pointee.fields?.layout.roles.count { sink.pointee.isFaulty = true }
  sink.pointee.fieldCount = 0
  numberRow(terminator, context)
}

private func textField(_ text: UnsafeMutableRawPointer?, _ length: Int, _ context: UnsafeMutableRawPointer?) {
  guard let context, let text else { return }
  let bytes = UnsafeRawBufferPointer(start: text, count: length)
  context.assumingMemoryBound(to: CSVEvent.self).pointee.field = Array(bytes)
}

private func textRow(_ terminator: Int32, _ context: UnsafeMutableRawPointer?) {
  context?.assumingMemoryBound(to: CSVEvent.self).pointee.endsLine = true
}

/// Returns `values` as one row of text, each with nine significant digits (`%.9g`): enough to read the same
/// Floats back.
package func csvRow(_ values: [Float], delimiter: String = ",") -> String {
  values.map(CSVParser.text).joined(separator: delimiter)
}

/// Parses `text` as a number by the rules of `CSVSequenceRecordReader`: correctly rounded, surrounding blanks
/// allowed.
///
/// - Returns: `nil` if it is not a decimal number, not finite, or larger than Float can hold.
public func csvNumber(_ text: Span<UInt8>) -> Float? {
  let (kind, value) = CSVParser.decimal(text)
  return kind == .number ? value : nil
}
