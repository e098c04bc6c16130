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
  private let quote: UInt8
  private let hasDecimalComma: Bool
  /// Rewrites what the fast paths cannot read; `nil`: they read files as they are.
  private let transcoder: CSVTranscoder?
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
    let fields = layout.flatMap { $0.isPlain && format.numbers == nil ? nil : CSVFieldValues(format, $0) }
    numbers.initialize(to: NumberSink(format: format, fields: fields))
    texts = .allocate(capacity: 1)
    texts.initialize(to: CSVEvent())
    delimiter = format.delimiter
    quote = format.quote
    hasDecimalComma = format.notation.decimal == ","
    transcoder = CSVTranscoder(format)
    let roles = layout?.roles ?? []
    areAllValues = roles.allSatisfy { $0 == .number }
    // A token may be a number; blanks have their own rules, also as delimiters.
    let uses = roles.compactMap(\.plainUse)
    if format.tokensMayBeNumbers || layout?.missingLabelsMayBeNumbers == true
      || delimiter == 0x20 && !format.joinsBlanks || roles.isEmpty || uses.count != roles.count
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
    csv_set_quote(parser, quote)
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
    let rest = UnsafeRawBufferPointer(rebasing: bytes[location.offset...])
    guard let transcoder else { return parseAll(rest, line: location.line, columnCount, &sequence) }
    transcoder.restart()
    return transcoder.withPlainText(of: rest) {
      parseAll($0, line: location.line, columnCount, &sequence)
    } ?? false
  }

  private func parseAll(
    _ bytes: UnsafeRawBufferPointer, line: Int, _ columnCount: Int, _ sequence: inout SequenceRecord
  ) -> Bool {
    if readPlain(bytes, columnCount) {
      deliver(into: &sequence)
      sequence.lines = line...max(line, line + sequence.stepCount - 1)
      return true
    }
    fields?.beginSequence()
    return parseOn(bytes, line: line, columnCount: columnCount, into: &sequence)
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
      uses: areAllValues ? nil : UnsafePointer(plainFields.baseAddress), has_decimal_comma: hasDecimalComma)
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
    _ bytes: UnsafeRawBufferPointer, line: Int, columnCount: Int, into sequence: inout SequenceRecord
  ) -> Bool {
    sequence.values.removeAll(keepingCapacity: true)
    beginRows(columnCount: columnCount, line: line)
    guard take(bytes, rowLimit: .max) != nil, takeEnd(),
      rowCount > 0
    else { return false }
    deliver(into: &sequence)
    return true
  }

  /// Prepares for the rows of a file, the first of which begins on `line`, whatever was parsed before.
  func beginRows(columnCount: Int, line: Int) {
    if isBetweenFiles { isBetweenFiles = false } else { restart() }
    transcoder?.restart()
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
    bytes.withUnsafeBytes { bytes in
      guard let transcoder else { return parseOn(bytes, line: 1, columnCount: columnCount, into: &sequence) }
      transcoder.restart()
      return transcoder.withPlainText(of: bytes) {
        parseOn($0, line: 1, columnCount: columnCount, into: &sequence)
      } ?? false
    }
  }

  /// Takes the next line of the file, or the rest of it, which is rewritten first.
  ///
  /// - Returns: False if there is a fault, here or before.
  func takeTranscoded(_ line: UnsafeRawBufferPointer) -> Bool {
    guard let transcoder else { return take(line, rowLimit: .max) != nil }
    return transcoder.withPlainText(of: line) { take($0, rowLimit: .max) != nil } ?? false
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
    if numbers.pointee.isArranged {
      numbers.pointee.fields?.layout.reorder(&sequence.values)
      sequence.times = numbers.pointee.fields?.times(numbers.pointee.times)
    }
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

  /// Appends the numbers in the range of `bytes`, `count` with commas between them, to `values`.
  ///
  /// - Returns: False if there is anything else, even blanks; then nothing is appended.
  static func append(
    _ count: Int, in range: Range<Int>, of bytes: UnsafeRawBufferPointer, to values: inout [Float]
  ) -> Bool {
    guard let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self), !range.isEmpty else {
      return false
    }
    precondition(range.upperBound <= bytes.count, "bytes beyond the text")
    var shape = timestep_row_shape(
      delimiter: CChar(bitPattern: UInt8(ascii: ",")), fields: count, uses: nil, has_decimal_comma: false)
    let start = values.count
    values.append(contentsOf: repeatElement(0, count: count))
    let reading = values.withUnsafeMutableBufferPointer { values in
      timestep_read_rows(
        base + range.lowerBound, range.count, &shape, values.baseAddress.map { $0 + start }, 1)
    }
    if !reading.is_unusual, reading.rows == 1, reading.bytes == range.count { return true }
    values.removeLast(values.count - start)
    return false
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
