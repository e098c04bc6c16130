import Platform
import Sequences

/// Reads files of lines for one thread, with one pattern and the bytes of one file at a time.
///
/// Copies share their buffer, so a copy belongs to the same thread.
struct RegexSequenceCursor: SequenceCursor {
  private let locations: [SequenceLocation]
  private let lines: LineFormat
  private let reading: CSVRowReading
  private let versions: FileVersions
  private let pattern: LinePattern
  private let buffer = FileBuffer()
  private var cost = ReadingCost()

  init(
    locations: [SequenceLocation], _ lines: LineFormat, _ reading: CSVRowReading, _ pattern: LinePattern,
    _ versions: FileVersions
  ) {
    (self.locations, self.lines, self.reading, self.pattern) = (locations, lines, reading, pattern)
    self.versions = versions
  }

  /// Reads the whole of file `index`.
  ///
  /// - Throws: `FileError` if the file cannot be read; `RecordError` with the location of the first fault
  ///   that the policy does not handle inside the file. `sequence` is then empty.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let path = locations[index].path
    sequence.begin(columnCount: reading.layout.columns.count)
    let began = monotonicNanoseconds()
    let file = try TextFile(path, versions)
    let opened = monotonicNanoseconds()
    try buffer.read(file)
    let got = monotonicNanoseconds()
    defer {
      cost.add(
        began: began, opened: opened, got: got, done: monotonicNanoseconds(), bytes: buffer.bytes.count)
    }
    try ForeignContent.check(buffer.bytes, path: path, lines.format, isAnyText: true)
    var rows = LineRows(
      path: path, bytes: Array(buffer.bytes), lines, pattern: pattern,
      passesBlankLines: reading.policy[.blankLine] == .skipRow)
    try reading.read(&rows, .row(line: 1), of: "file", headerLine: 0, into: &sequence)
  }

  /// Returns the cost of everything read since the last call.
  mutating func takeCost() -> ReadingCost {
    defer { cost = ReadingCost() }
    return cost
  }
}
