import Platform
import Sequences

/// Reads CSV files of several sequences for one thread: the bytes of one sequence at a time.
///
/// The file read last stays open. Copies share their buffers, so a copy belongs to the same thread.
struct CSVGroupedCursor: SequenceCursor {
  private let index: CSVGroupIndex
  private let bytes: CSVGroupBytes
  private let parser: CSVParser
  /// The parser of files with columns in other places than in the first one.
  private let other = CSVFileParser()
  /// The parser of the first fields of rows, if the others are not values and every row is a sequence.
  private let firstFields: CSVFirstFields?
  private let columnCount: Int
  private var cost = ReadingCost()

  init(_ index: CSVGroupIndex) {
    self.index = index
    bytes = CSVGroupBytes(index)
    let schema = index.schema
    parser = CSVParser(schema.format, layout: schema.layout)
    columnCount = schema.columnCount
    firstFields = if case .rows(1, _) = index.grouping { CSVFirstFields(schema) } else { nil }
  }

  /// Reads sequence `index`, and only its bytes.
  ///
  /// - Throws: `FileError` if the file cannot be read; `RecordError` with the location of the first fault
  ///   that the policy does not handle inside the sequence.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let group = self.index.groups[index]
    sequence.begin(columnCount: columnCount)
    let began = monotonicNanoseconds()
    let (opened, got) = try bytes.read(index)
    let found = bytes.window.bytes
    defer {
      cost.add(began: began, opened: opened, got: got, done: monotonicNanoseconds(), bytes: found.count)
    }
    var location = group.location
    location.offset = 0
    if let firstFields, group.rowCount == 1, let row = firstFields.text(of: found),
      firstFields.parser.parse(row, from: location, columnCount: columnCount, into: &sequence)
    {
      return
    }
    let parts = self.index.parts(of: index)
    let parser = self.index.otherSchema(ofFile: Int(group.file)).map(other.parser) ?? self.parser
    if !parser.parse(found, from: location, columnCount: columnCount, into: &sequence) {
      let schema = self.index.schema(ofFile: Int(group.file))
      let path = self.index.locations[Int(group.file)].path
      guard schema.readsRowByRow else {
        throw schema.fault(path: path, bytes: Array(found), from: location, parts: parts)
      }
      try schema.readRepairing(path: path, bytes: Array(found), from: location, parts: parts, into: &sequence)
    }
    if let last = parts.last {
      let lineCount = self.index.schema(ofFile: Int(group.file)).format.decoder.lineCount(
        of: found, from: last.offset)
      sequence.lines = sequence.lines.lowerBound...last.line + lineCount - 1
    }
    guard sequence.stepCount + sequence.skippedRows.count == group.rowCount else {
      sequence.values.removeAll(keepingCapacity: true)
      throw changed(self.index.locations[Int(group.file)].path)
    }
  }

  /// Returns the cost of everything read since the last call.
  mutating func takeCost() -> ReadingCost {
    defer { cost = ReadingCost() }
    return cost
  }
}
