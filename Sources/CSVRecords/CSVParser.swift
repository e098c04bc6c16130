import CKernels
import CLibCSV
import Glibc
import Records

/// libcsv behind safe methods; the only file of this room in which there are pointers.
///
/// One parser serves one thread, for any number of files one after the other. It works in two ways: fast, a
/// line at a time, straight into floats (`parse`), and slowly, a byte at a time, into texts (`push`), so that
/// the caller knows at which byte something happened.
final class CSVParser {
  private let parser: UnsafeMutablePointer<csv_parser>
  private let numbers: UnsafeMutablePointer<NumberSink>
  private let texts: UnsafeMutablePointer<CSVEvent>
  private let delimiter: UInt8

  /// Makes a parser for files in `format`.
  init(_ format: CSVFormat) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: csv_parser())
    numbers = .allocate(capacity: 1)
    numbers.initialize(to: NumberSink(format: format))
    texts = .allocate(capacity: 1)
    texts.initialize(to: CSVEvent())
    delimiter = format.delimiter
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
  }

  private func start() {
    // Every line end is reported, so that blank lines and lone carriage returns are seen.
    let options = UInt8(CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)
    precondition(csv_init(parser, options) == 0, "csv_init failed")
    csv_set_delim(parser, delimiter)
    // Its own step of 128 bytes means thousands of reallocations in a file whose quote is never closed.
    csv_set_blk_size(parser, 4096)
  }

  /// Forgets what was parsed, after a fault: libcsv itself only starts anew behind a file that it liked.
  private func restart() {
    csv_free(parser)
    start()
  }

  /// Parses the rows from `place` on into `sequence`, whose old values are given up.
  ///
  /// - Returns: Whether the rest of the file is rows of `columnCount` good fields, at least one. If not,
  ///   nothing is delivered, and the slow way tells what is wrong and where.
  func parse(
    _ bytes: UnsafeRawBufferPointer, from place: CSVPlace, columnCount: Int,
    into sequence: inout SequenceRecord
  ) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    sequence.values.removeAll(keepingCapacity: true)
    numbers.pointee.begin(columnCount)

    var line = place.line
    var lastLine = line
    var rowCount = 0
    var isGood = true
    var offset = place.offset
    while offset < bytes.count && isGood {
      let start = base + offset
      let rest = bytes.count - offset
      // Lines end at line feeds, inside quotes too.
      let length = memchr(start, 0x0A, rest).map { start.distance(to: UnsafeRawPointer($0)) + 1 } ?? rest
      numbers.pointee.lineEnds = 0
      numbers.pointee.makeRoom(length + 1)  // a line has at most one field more than bytes
      let parsed = csv_parse(parser, start, length, numberField, numberRow, numbers)
      isGood = parsed == length && !numbers.pointee.isFaulty
      switch numbers.pointee.lineEnds {
      case 0, NumberSink.lineFeed: break  // 0: inside quotes, or at the end of the file
      case NumberSink.lineFeed + NumberSink.carriageReturn:
        if length < 2 || start.load(fromByteOffset: length - 2, as: UInt8.self) != 0x0D { isGood = false }
      default: isGood = false
      }
      if numbers.pointee.rowCount != rowCount {
        rowCount = numbers.pointee.rowCount
        lastLine = line
      } else if numbers.pointee.lineEnds != 0 {
        numbers.pointee.hasBlankLine = true
      }
      offset += length
      line += 1
    }
    if isGood { isGood = csv_fini(parser, numberField, numberRow, numbers) == 0 }
    isGood = isGood && !numbers.pointee.isFaulty && numbers.pointee.rowCount > 0
    guard isGood else {
      restart()
      return false
    }
    // A row that only the end of the file ended.
    if numbers.pointee.rowCount != rowCount { lastLine = line - 1 }
    sequence.values.append(contentsOf: numbers.pointee.values)
    sequence.columnCount = columnCount
    sequence.lines = place.line...lastLine
    return true
  }

  /// Parses rows that are in memory, from their first byte on; as `parse` of a file's bytes.
  func parse(_ bytes: [UInt8], columnCount: Int, into sequence: inout SequenceRecord) -> Bool {
    bytes.withUnsafeBytes {
      parse($0, from: CSVPlace(), columnCount: columnCount, into: &sequence)
    }
  }

  /// `value` with nine significant digits, as `%.9g` writes it: enough to read the same Float back.
  static func text(of value: Float) -> String {
    var text = [CChar](repeating: 0, count: 32)
    let length = timestep_format_float(value, &text, text.count)
    return String(decoding: text[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Takes one byte, slowly.
  ///
  /// - Returns: What the byte completed, or `nil` when it makes the file malformed.
  func push(_ byte: UInt8) -> CSVEvent? {
    var byte = byte
    texts.pointee = CSVEvent()
    return csv_parse(parser, &byte, 1, textField, textRow, texts) == 1 ? texts.pointee : nil
  }

  /// Takes the end of the file, slowly.
  ///
  /// - Returns: What it completed, or `nil` when a quote was never closed.
  func finish() -> CSVEvent? {
    texts.pointee = CSVEvent()
    return csv_fini(parser, textField, textRow, texts) == 0 ? texts.pointee : nil
  }

  /// What `text` is, as a number.
  static func decimal(_ text: [UInt8]) -> (kind: timestep_decimal, value: Float) {
    var value: Float = 0
    let kind = text.withUnsafeBytes {
      timestep_parse_float($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &value)
    }
    return (kind, value)
  }
}

/// What one byte, or the end of the file, completed.
struct CSVEvent {
  /// The text of the field that ended, unquoted, or `nil` when none did.
  var field: [UInt8]?
  /// Whether a line ended, blank or not.
  var endsLine = false
}

/// Where fields become numbers; libcsv hands its address from callback to callback.
///
/// Fields are counted by how far `next` went, and room is made before every line: what happens for each
/// field is one call that writes one Float.
private struct NumberSink {
  let format: CSVFormat
  private(set) var storage = UnsafeMutableBufferPointer<Float>.allocate(capacity: 4096)
  /// Where the next field goes, and where the row's first went, as indices of `storage`.
  var next = 0
  var rowStart = 0
  var columnCount = 0
  var rowCount = 0
  /// Line ends outside quotes since it was last set to 0: `lineFeed` and `carriageReturn` each.
  var lineEnds = 0
  var hasBlankLine = false
  var isFaulty = false

  // The carriage returns are counted in the upper half, to tell all cases by one comparison.
  static let lineFeed = 1
  static let carriageReturn = 1 << 32

  init(format: CSVFormat) { self.format = format }

  mutating func begin(_ columnCount: Int) {
    self.columnCount = columnCount
    next = 0
    rowStart = 0
    rowCount = 0
    hasBlankLine = false
    isFaulty = false
  }

  /// Makes room for `count` more values.
  mutating func makeRoom(_ count: Int) {
    guard storage.count - next < count else { return }
    let larger = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(storage.count * 2, next + count))
    _ = larger.moveInitialize(fromContentsOf: storage[..<next])
    storage.deallocate()
    storage = larger
  }

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
    // Written for `number` and `not_finite` only.
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

private func textField(_ text: UnsafeMutableRawPointer?, _ length: Int, _ context: UnsafeMutableRawPointer?) {
  guard let context, let text else { return }
  let bytes = UnsafeRawBufferPointer(start: text, count: length)
  context.assumingMemoryBound(to: CSVEvent.self).pointee.field = Array(bytes)
}

private func textRow(_ terminator: Int32, _ context: UnsafeMutableRawPointer?) {
  context?.assumingMemoryBound(to: CSVEvent.self).pointee.endsLine = true
}
