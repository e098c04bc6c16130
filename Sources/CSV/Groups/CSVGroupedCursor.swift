import Platform
import Sequences

/// Reads CSV files of several sequences for one thread: the bytes of one sequence at a time.
///
/// The file read last stays open. Copies share their buffers, so a copy belongs to the same thread.
struct CSVGroupedCursor: SequenceCursor {
  private let index: CSVGroupIndex
  private let buffer = FileBuffer()
  private let parser: CSVParser
  /// The file read last; `nil` at first.
  private var file: TextFile?
  private var cost = ReadingCost()

  init(_ index: CSVGroupIndex) {
    self.index = index
    parser = CSVParser(index.schema.format, layout: index.schema.layout)
  }

  /// Reads sequence `index`, and only its bytes.
  ///
  /// - Throws: `FileError` if the file cannot be read; `RecordError` with the location of the first fault
  ///   that the policy does not handle inside the sequence.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let schema = self.index.schema
    let group = self.index.groups[index]
    let path = self.index.locations[Int(group.file)].path
    sequence.begin(columnCount: schema.columnCount)
    let began = monotonicNanoseconds()
    let file: TextFile
    if let open = self.file, open.path == path {
      try open.check(schema.versions)
      file = open
    } else {
      file = try self.index.text(of: Int(group.file))
    }
    self.file = file
    let opened = monotonicNanoseconds()
    try buffer.read(group.offset..<group.end, of: file)
    let got = monotonicNanoseconds()
    defer {
      cost.add(
        began: began, opened: opened, got: got, done: monotonicNanoseconds(), bytes: buffer.bytes.count)
    }
    guard buffer.bytes.count == group.end - group.offset else { throw changed(path) }
    var location = group.location
    location.offset = 0
    if !parser.parse(buffer.bytes, from: location, columnCount: schema.columnCount, into: &sequence) {
      guard schema.readsRowByRow else {
        throw schema.fault(path: path, bytes: Array(buffer.bytes), from: location)
      }
      try schema.readRepairing(path: path, bytes: Array(buffer.bytes), from: location, into: &sequence)
    }
    guard sequence.stepCount + sequence.skippedRows.count == group.rowCount else {
      sequence.values.removeAll(keepingCapacity: true)
      throw changed(path)
    }
  }

  /// Returns the cost of everything read since the last call.
  mutating func takeCost() -> ReadingCost {
    defer { cost = ReadingCost() }
    return cost
  }
}
