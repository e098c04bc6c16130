import Files
import Records

/// One thread's way through CSV files: the bytes of one file at a time, and one parser for all.
///
/// Copies share their buffers, so a copy belongs to the same thread.
public struct CSVSequenceCursor: SequenceCursor {
  private let locations: [Location]
  private let schema: CSVSchema
  private let buffer = FileBuffer()
  private let parser: CSVParser

  init(locations: [Location], schema: CSVSchema) {
    self.locations = locations
    self.schema = schema
    parser = CSVParser(schema.format)
  }

  /// Reads file `index` whole.
  ///
  /// - Throws: `FileError` when the file cannot be read; `RecordError` with the place of the first fault.
  ///   `sequence` is then empty.
  public mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let path = locations[index].path
    sequence.values.removeAll(keepingCapacity: true)
    // Another reader may have filled the record before.
    (sequence.skippedRows, sequence.ledger) = ([], [])
    try buffer.read(path)
    let bytes = buffer.bytes
    let start = try schema.start(of: bytes) ?? schema.rows(path: path, bytes: Array(bytes)).place
    guard
      parser.parse(bytes, from: start, columnCount: schema.columnCount, into: &sequence)
    else { throw schema.fault(path: path, bytes: Array(bytes)) }
  }
}
