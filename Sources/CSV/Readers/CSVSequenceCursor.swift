import Platform
import Sequences

/// Reads CSV files for one thread, with the bytes of one file at a time and one parser for all.
///
/// Copies share their buffers, so a copy belongs to the same thread.
struct CSVSequenceCursor: SequenceCursor {
  private let locations: [SequenceLocation]
  private let schema: CSVFileSchema
  private let buffer = FileBuffer()
  private let parser: CSVParser
  /// The parser of files with columns in other places than in the first one.
  private let other = CSVFileParser()
  private var cost = ReadingCost()

  init(locations: [SequenceLocation], schema: CSVFileSchema) {
    self.locations = locations
    self.schema = schema
    parser = CSVParser(schema.format, layout: schema.layout)
  }

  /// Reads the whole of file `index`.
  ///
  /// - Throws: `FileError` if the file cannot be read; `RecordError` with the location of the first fault
  ///   that the policy does not handle inside the file. `sequence` is then empty.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let path = locations[index].path
    sequence.begin(columnCount: schema.columnCount)
    let began = monotonicNanoseconds()
    let file = try TextFile(path, schema.versions)
    let opened = monotonicNanoseconds()
    try buffer.read(file)
    let got = monotonicNanoseconds()
    defer {
      cost.add(
        began: began, opened: opened, got: got, done: monotonicNanoseconds(), bytes: buffer.bytes.count)
    }
    let bytes = buffer.bytes
    var (schema, parser) = (self.schema, self.parser)
    if schema.differsByFile {
      let own = try schema.schema(of: path, bytes: bytes)
      (schema, parser) = (own, own.isAsRead(as: schema) ? parser : other.parser(for: own))
    }
    if let start = try start(of: bytes, path, schema),
      parser.parse(bytes, from: start, columnCount: schema.columnCount, into: &sequence)
    {
      return
    }
    guard schema.readsRowByRow else { throw schema.fault(path: path, bytes: Array(bytes)) }
    try schema.readRepairing(path: path, bytes: Array(bytes), into: &sequence)
  }

  /// Returns the position of the first row, or `nil` if the ledger must record what precedes the rows.
  private func start<Bytes: RandomAccessCollection<UInt8>>(
    of bytes: Bytes, _ path: String, _ schema: CSVFileSchema
  ) throws(RecordError) -> CSVLocation? where Bytes.Index == Int {
    if let start = schema.start(of: bytes) { return start }
    let rows = try schema.rows(path: path, bytes: Array(bytes), passingBlankLines: schema.passesBlankLines)
    return rows.blankLines.isEmpty ? rows.location : nil
  }

  /// Returns the cost of everything read since the last call.
  mutating func takeCost() -> ReadingCost {
    defer { cost = ReadingCost() }
    return cost
  }
}
