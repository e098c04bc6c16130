import Platform
import Sequences

/// Reads a CSV file a few rows at a time, for one thread: for files that do not fit in memory.
///
/// It holds one block of the file, and the rows of one call. Rows and errors are those of
/// `CSVSequenceCursor`, which reads whole files. An error is thrown by the call whose rows it concerns: rows
/// of earlier calls have already been delivered. A quoted field is held in memory, so a quote that is never
/// closed takes as much memory as there is text after it. Every fault is thrown, whatever the policy of the
/// reader: rows that have been delivered, and states computed from them, cannot be taken back if a later
/// fault means that they should have been skipped.
///
/// Copies share their buffers, so a copy belongs to the same thread and continues where the other one is.
struct CSVRowStream: RowStream {
  private let locations: [SequenceLocation]
  private let schema: CSVFileSchema
  private let firstParser: CSVParser
  /// The parser of files with columns in other places than in the first one.
  private let other = CSVFileParser()
  private let blocks: FileBlocks
  /// The lines of files that are rewritten before they are parsed; `nil` if files are read as they are.
  private let lines: FileLines?
  /// The file being read; `nil` before `begin` and after an error.
  private var reading: FileReading?

  init(locations: [SequenceLocation], schema: CSVFileSchema, blockSize: Int) {
    self.locations = locations
    self.schema = schema
    firstParser = CSVParser(schema.format, layout: schema.layout)
    blocks = FileBlocks(blockSize: blockSize)
    // The first file may be the only one that need not be rewritten.
    let mayBeTranscoded = schema.format.isTranscoded || schema.format.decoder.dependsOnMark
    lines = mayBeTranscoded ? FileLines(blockSize: blockSize) : nil
  }

  /// Moves to the first row of file `index`.
  ///
  /// - Throws: `FileError` if the file cannot be opened; `RecordError` if its header is faulty.
  mutating func begin(_ index: Int) throws {
    reading = nil
    let path = locations[index].path
    // Skipped lines and the header are read directly in the mapped file; both are short.
    let mapped = try MappedText(path, schema.versions)
    let (own, start) = try mapped.withBytes { bytes in
      let own = schema.differsByFile ? try schema.schema(of: path, bytes: bytes) : schema
      return (own, try own.start(of: bytes) ?? own.rows(path: path, bytes: bytes).location)
    }
    if let lines {
      lines.open(mapped.text.file, at: start.offset, own.format.decoder.lineFeed)
    } else {
      blocks.open(mapped.text.file, at: start.offset)
    }
    let parser = own.isAsRead(as: schema) ? firstParser : other.parser(for: own)
    parser.fields?.beginSequence()
    parser.beginRows(columnCount: schema.columnCount, line: start.line)
    reading = FileReading(
      path: path, schema: own, parser: parser, firstLine: start.line, offset: start.offset, goodEnd: start)
  }

  /// Reads the next `count` rows, `[count, C]`.
  ///
  /// - Throws: `FileError` if the file cannot be read; `RecordError` with the location of the first fault
  ///   among these rows.
  mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    precondition(count >= 0, "\(count) rows")
    guard var file = reading else { preconditionFailure("begin a sequence before reading its rows") }
    reading = nil  // an error leaves it so
    let parser = file.parser
    while parser.rowCount < count && !file.isAtEnd {
      if let lines {
        if let line = try lines.next() {
          file.offset += line.count
          guard parser.takeTranscoded(line) else { throw try fault(file) }
        } else {
          guard parser.takeEnd(), file.rowCount > 0 || parser.rowCount > 0 else { throw try fault(file) }
          file.isAtEnd = true
        }
      } else if try !blocks.bytes.isEmpty || blocks.fill() {
        guard let taken = parser.take(blocks.bytes, rowLimit: count) else { throw try fault(file) }
        blocks.take(taken)
        file.offset += taken
      } else {
        guard parser.takeEnd(), file.rowCount > 0 || parser.rowCount > 0 else { throw try fault(file) }
        file.isAtEnd = true
      }
    }
    let found = parser.rowCount
    parser.deliver(into: &rows)
    rows.chosenRows = RowOrdinals(streamed: file.rowCount..<file.rowCount + found)
    file.rowCount += found
    if found > 0 {
      file.goodEnd = CSVLocation(offset: file.offset, line: parser.line, column: 1)
    }
    reading = file
    return found
  }

  /// Closes the file.
  mutating func end() {
    reading = nil
    close()
  }

  private func close() {
    blocks.close()
    lines?.close()
  }

  /// Returns the fault after the delivered rows, by reading the file again from there.
  ///
  /// - Throws: `FileError` if it cannot be read.
  private func fault(_ reading: FileReading) throws -> RecordError {
    close()
    return try MappedText(reading.path, schema.versions).withBytes { bytes in
      reading.schema.fault(
        path: reading.path, bytes: bytes,
        after: reading.rowCount > 0 ? (reading.firstLine, reading.goodEnd) : nil)
    }
  }
}

/// The progress of reading one file.
private struct FileReading {
  let path: String
  let schema: CSVFileSchema
  let parser: CSVParser
  /// The line of the first row.
  let firstLine: Int
  /// The offset of the next byte for the parser.
  var offset: Int
  /// The position after the delivered rows; between calls, the parser is beyond it only at the end of the
  /// file.
  var goodEnd: CSVLocation
  /// The number of rows delivered.
  var rowCount = 0
  var isAtEnd = false
}
