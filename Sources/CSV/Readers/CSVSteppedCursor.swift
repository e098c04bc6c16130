import Platform
import Sequences

/// One thread's way through a CSV file, a few rows at a call: for files that are longer than memory.
///
/// It holds one block of the file, and the rows of one call. Rows and errors are those of `CSVSequenceCursor`,
/// for which the whole file is read. An error comes with the rows it stands among: the ones of earlier calls
/// have been delivered. A quoted field is held whole, so a quote that is never closed takes as much memory as
/// there is behind it. Every fault is thrown, whatever the reader's policy: rows that were handed out, and the states
/// that were computed from them, cannot be called back when a later fault says that they should not have been.
///
/// Copies share their buffers, so a copy belongs to the same thread and goes on where the other one is.
public struct CSVSteppedCursor: SteppedSequenceCursor {
  private let locations: [SequenceLocation]
  private let schema: CSVSchema
  private let parser: CSVParser
  private let blocks: FileBlocks
  /// The file that is being read; `nil` before `begin` and after an error.
  private var reading: FileReading?

  init(locations: [SequenceLocation], schema: CSVSchema, blockSize: Int) {
    self.locations = locations
    self.schema = schema
    parser = CSVParser(schema.format, layout: schema.layout)
    blocks = FileBlocks(blockSize: blockSize)
  }

  /// Goes to the first row of file `index`.
  ///
  /// - Throws: `FileError` when the file cannot be opened; `RecordError` when its header is at fault.
  public mutating func begin(_ index: Int) throws {
    reading = nil
    let path = locations[index].path
    // What is skipped, and the header, are read where they lie; both are short.
    let file = try MappedFile(path)
    let start = try withExtendedLifetime(file) {
      try schema.start(of: file.bytes) ?? schema.rows(path: path, bytes: file.bytes).place
    }
    try blocks.open(path, at: start.offset)
    parser.fields?.beginSequence()
    parser.beginRows(columnCount: schema.columnCount, line: start.line)
    reading = FileReading(path: path, firstLine: start.line, offset: start.offset, goodEnd: start)
  }

  /// Reads the next `count` rows, `[count, C]`.
  ///
  /// - Throws: `FileError` when the file cannot be read; `RecordError` with the place of the first fault among
  ///   these rows.
  public mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    precondition(count >= 0, "\(count) rows")
    guard var file = reading else { preconditionFailure("begin a sequence before reading its rows") }
    reading = nil  // an error leaves it so
    while parser.rowCount < count && !file.isAtEnd {
      if try !blocks.bytes.isEmpty || blocks.fill() {
        guard let taken = parser.take(blocks.bytes, rowLimit: count) else { throw try fault(file) }
        blocks.take(taken)
        file.offset += taken
      } else {
        guard parser.takeEnd(), file.hasRows || parser.rowCount > 0 else { throw try fault(file) }
        file.isAtEnd = true
      }
    }
    let found = parser.rowCount
    parser.deliver(into: &rows)
    if found > 0 {
      file.hasRows = true
      file.goodEnd = CSVPlace(offset: file.offset, line: parser.line, column: 1)
    }
    reading = file
    return found
  }

  /// Closes the file.
  public mutating func end() {
    reading = nil
    blocks.close()
  }

  /// What is wrong behind the rows that were delivered; only there the file is read again.
  ///
  /// - Throws: `FileError` when it cannot be.
  private func fault(_ reading: FileReading) throws -> RecordError {
    blocks.close()
    let file = try MappedFile(reading.path)
    return withExtendedLifetime(file) {
      schema.fault(
        path: reading.path, bytes: file.bytes,
        behind: reading.hasRows ? (reading.firstLine, reading.goodEnd) : nil)
    }
  }
}

/// How far one file was read.
private struct FileReading {
  let path: String
  /// The line of the first row.
  let firstLine: Int
  /// The next byte that the parser takes.
  var offset: Int
  /// Behind the rows that were delivered; only at the end of the file is the parser further on between calls.
  var goodEnd: CSVPlace
  /// Whether there was any row.
  var hasRows = false
  var isAtEnd = false
}
