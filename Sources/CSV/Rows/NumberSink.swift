import CText
import Sequences

/// Collects the parsed numbers; libcsv passes its address from callback to callback.
///
/// Fields are counted by the advance of `next`, and room is made before every line, so that each field costs
/// one call that writes one Float.
struct NumberSink {
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
  /// True if a field may be a label that is missing; stored, because it is asked for every field.
  let mayLackLabels: Bool
  /// True if columns are reordered or contain timestamps; stored, because to copy `fields` takes longer than a short row.
  let isArranged: Bool
  /// The timestamps of the rows so far, for every field of timestamps.
  private(set) var times: [[Int128]]
  /// The number of fields of the row so far; counted only if not all are numbers.
  var fieldCount = 0
  /// The number of empty fields of the row so far.
  var emptyFields = 0
  /// A number in the notation of plain CSV.
  private var plain: [UInt8] = []

  init(format: CSVDialect, fields: CSVFieldValues?) {
    (self.format, self.fields) = (format, fields)
    mayLackLabels = fields?.layout.mayLackLabels ?? false
    isArranged = fields.map { $0.layout.order != nil || !$0.layout.timeFields.isEmpty } ?? false
    times = Array(repeating: [], count: fields?.layout.timeFields.count ?? 0)
  }

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
    emptyFields = 0
    forgetTimes()
  }

  /// Adds the number that is written in `notation` as `text`.
  mutating func add(_ text: UnsafeRawBufferPointer, in notation: NumberNotation) {
    let isNumber = notation.rewrite(text, into: &plain)
    let (kind, number) = isNumber ? CSVParser.decimal(plain.span) : (.not_a_number, 0)
    if kind == .empty { emptyFields &+= 1 }
    switch format.value(text, kind, number) {
    case .success(let value): storage[next] = value
    case .failure:
      storage[next] = .nan
      isFaulty = true
    }
    next &+= 1
  }

  /// Keeps the timestamps of the row that ended.
  mutating func keepTimes() {
    guard let row = fields?.rowTimes else { return }
    for slot in times.indices { times[slot].append(row[slot]) }
    fields?.beginRow()
  }

  private mutating func forgetTimes() {
    for slot in times.indices { times[slot] = [] }
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
      forgetTimes()
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
func numberField(
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
    if kind == .empty { sink.pointee.emptyFields &+= 1 }
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
func numberRow(_ terminator: Int32, _ context: UnsafeMutableRawPointer?) {
  guard let context else { return }
  let sink = context.assumingMemoryBound(to: NumberSink.self)
  sink.pointee.lineEnds &+= terminator == 0x0D ? NumberSink.carriageReturn : NumberSink.lineFeed
  let fieldCount = sink.pointee.next &- sink.pointee.rowStart
  guard fieldCount > 0 else { return }
  if fieldCount != sink.pointee.columnCount || sink.pointee.hasBlankLine { sink.pointee.isFaulty = true }
  // A row of delimiters alone is not a step.
  if sink.pointee.emptyFields != 0 {
    if sink.pointee.emptyFields == fieldCount && fieldCount > 1 { sink.pointee.isFaulty = true }
    sink.pointee.emptyFields = 0
  }
  sink.pointee.rowStart = sink.pointee.next
  sink.pointee.rowCount &+= 1
}

/// Does the same as `numberField` when not all fields are numbers.
func encodedField(
  _ text: UnsafeMutableRawPointer?, _ length: Int, _ context: UnsafeMutableRawPointer?
) {
  guard let sink = context?.assumingMemoryBound(to: NumberSink.self), let text else { return }
  let index = sink.pointee.fieldCount
  sink.pointee.fieldCount &+= 1
  let bytes = UnsafeRawBufferPointer(start: text, count: length)
  if sink.pointee.mayLackLabels, sink.pointee.fields?.layout.isMissingLabel(bytes, index) == true {
    sink.pointee.storage[sink.pointee.next] = .nan
    sink.pointee.next &+= 1
    return
  }
  switch sink.pointee.fields?.role(index) {
  case .dropped: if bytes.isEmpty { sink.pointee.emptyFields &+= 1 }
  case .classNumber:
    number(bytes, text, context)
    let value = sink.pointee.storage[sink.pointee.next - 1]
    if sink.pointee.fields?.isRounded(bytes, to: value) == true { sink.pointee.isFaulty = true }
  case .number, nil: number(bytes, text, context)
  case .encoded(let encoding):
    var value = Float.nan
    switch sink.pointee.fields?.value(bytes, index, encoding) {
    case .success(let found): value = found
    case .failure, nil: sink.pointee.isFaulty = true
    }
    // An empty text can be a category.
    if bytes.isEmpty && value.isNaN { sink.pointee.emptyFields &+= 1 }
    sink.pointee.storage[sink.pointee.next] = value
    sink.pointee.next &+= 1
  }
}

/// Takes a field that is a number in the notation of the files.
private func number(
  _ bytes: UnsafeRawBufferPointer, _ text: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer?
) {
  guard let sink = context?.assumingMemoryBound(to: NumberSink.self) else { return }
  guard let notation = sink.pointee.format.numbers else { return numberField(text, bytes.count, context) }
  sink.pointee.add(bytes, in: notation)
}

func encodedRow(_ terminator: Int32, _ context: UnsafeMutableRawPointer?) {
  guard let sink = context?.assumingMemoryBound(to: NumberSink.self) else { return }
  let count = sink.pointee.fieldCount
  // A row with only dropped fields has no value, and would be mistaken for a blank line.
  if count > 0 && count != sink.pointee.fields?.layout.roles.count { sink.pointee.isFaulty = true }
  sink.pointee.fieldCount = 0
  if count > 1 && sink.pointee.emptyFields == count { sink.pointee.isFaulty = true }
  sink.pointee.emptyFields = 0
  if count > 0 && !sink.pointee.times.isEmpty { sink.pointee.keepTimes() }
  numberRow(terminator, context)
}
