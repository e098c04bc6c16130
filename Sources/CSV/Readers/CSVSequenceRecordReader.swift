import Platform
import Sequences

/// Sequences in CSV files: one file is one sequence, one row is one time step, every field a number.
///
/// ```swift
/// let reader = try CSVSequenceRecordReader(
///   NumberedFileInputSplit("data/myInput_%d.csv", 0...9), skippingLines: 1)
/// reader.count  // 10
/// ```
///
/// Quoting follows RFC 4180. A byte-order mark, CRLF and a missing last newline are fine; a carriage return
/// alone, a blank line before the last row and rows of different lengths are errors. Numbers are
/// `[+-]?(digits[.digits]|.digits|digits.)([eE][+-]?digits)?` with blanks around, correctly rounded to Float.
/// The first file fixes the number of columns, and their names where there is a header.
public struct CSVSequenceRecordReader: SteppedSequenceRecordReader, TextColumnReader {
  /// The files, in the split's order: sequence `i` is file `i`.
  public let locations: [SequenceLocation]
  private let schema: CSVSchema

  /// Makes a reader of the files of `split`; it reads the first row of the first file.
  ///
  /// - Parameters:
  ///   - split: Which files, in which order.
  ///   - skippingLines: The number of physical lines to skip in every file, before parsing begins.
  ///   - delimiter: What separates fields: one byte.
  ///   - header: Whether the line behind the skipped ones names the columns, the same in every file.
  ///   - missingValues: Which fields are missing values, and what to do about them.
  ///   - nonFinite: What to do about `nan` and `inf`.
  ///   - columns: Which columns are values, and how their texts become numbers.
  ///   - policy: What is done about faults in rows; where it skips sequences, the first file without such a fault in its
  ///     header and first row fixes the columns, and the cursor throws the fault for the batch to leave out.
  /// - Throws: What the split throws; `CSVOptionError` when an option cannot be; `FileError` or `RecordError`
  ///   when the first file cannot be opened or its first row is at fault, and the policy raises the fault.
  public init(
    _ split: any InputSplit, skippingLines: Int = 0, delimiter: String = ",", header: CSVHeader = .none,
    missingValues: MissingValues = .refused, nonFinite: NonFiniteValues = .refused,
    columns: CSVColumns = .all, policy: ErrorPolicy = .raise
  ) throws {
    let format = try CSVDialect(
      skippingLines: skippingLines, delimiter: delimiter, header: header, missingValues: missingValues,
      nonFinite: nonFinite)
    locations = try split.locations()
    guard !locations.isEmpty else {
      throw RecordError(
        .missingFile, path: String(describing: type(of: split)),
        "the split names no file: expected at least one, found none; add the files to read")
    }
    schema = try Self.schema(locations, format, columns, policy)
  }

  /// The schema of the first file that has one; files before it are at faults for which their sequence is skipped.
  private static func schema(
    _ locations: [SequenceLocation], _ format: CSVDialect, _ columns: CSVColumns, _ policy: ErrorPolicy
  ) throws -> CSVSchema {
    var first: RecordError?
    for location in locations {
      // Mapped: only the pages up to the end of the first row are read, however long the file is.
      let file = try MappedFile(location.path)
      do {
        return try withExtendedLifetime(file) {
          try CSVSchema(
            path: location.path, bytes: file.bytes, format: format, columns: columns, policy: policy)
        }
      } catch let error as RecordError where policy[error.kind] == .skipSequence {
        first = first ?? error
      }
    }
    guard let first else { preconditionFailure("a reader without files") }
    throw first
  }

  /// The number of files.
  public var count: Int { locations.count }

  /// The columns' names: the header's, new ones, or the 0-based index in the file.
  public var columns: [String] { schema.columns }

  /// The names of all columns of the file.
  public var fileColumns: [String] { schema.layout.fileColumns }

  /// How texts that are no numbers become numbers.
  public var encodings: [String: ColumnEncoding] { schema.layout.encodings }

  /// Makes one thread's cursor.
  public func makeCursor() -> CSVSequenceCursor { CSVSequenceCursor(locations: locations, schema: schema) }

  /// Makes one thread's cursor that reads row by row; it holds one block of a file, not the whole of it.
  ///
  /// It throws every fault, whatever the policy: rows that were handed out cannot be called back.
  public func makeSteppedCursor() -> CSVSteppedCursor { makeSteppedCursor(blockSize: 64 << 10) }

  func makeSteppedCursor(blockSize: Int) -> CSVSteppedCursor {
    CSVSteppedCursor(locations: locations, schema: schema, blockSize: blockSize)
  }

  /// The file, its first row's line, and its key.
  public func source(of index: Int) -> RecordSource {
    RecordSource(path: locations[index].path, firstLine: schema.firstLine, key: locations[index].key)
  }

  /// The index, the options, and the sizes of the files.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(optionSignature)
    signature.addSizes(of: locations)
    return signature
  }

  /// How the files are written and read, and what is done about their faults.
  public var optionSignature: Signature { schema.signature }

  /// The distinct texts of a column, sorted.
  public func texts(ofColumn name: String) throws -> [String] {
    try schema.layout.texts(ofColumn: name, in: locations) { file in
      try schema.rows(path: file.path, bytes: file.bytes, passingBlankLines: true)
    }
  }

  /// The exact place of one value and its text, unquoted; found by reading the file again, slowly.
  ///
  /// `step` counts the rows of the file, those that the policy leaves out too. A file that can no longer be read that
  /// far gives the line that the row would have without quoted line ends, and no text; a row too short its line.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    let path = locations[index].path
    let guess = RecordPosition(path: path, line: schema.firstLine + step)
    do {
      let file = try MappedFile(path)
      return try withExtendedLifetime(file) {
        var rows = try schema.rows(path: path, bytes: file.bytes, passingBlankLines: schema.passesBlankLines)
        for _ in 0..<step { _ = try rows.next() }
        guard let row = try rows.next() else { return guess }
        let index = schema.layout.fields[column]
        guard index < row.fields.count else { return RecordPosition(path: path, line: row.place.line) }
        let field = row.fields[index]
        return RecordPosition(
          path: path, line: field.place.line, column: field.place.column,
          text: String(decoding: field.text, as: UTF8.self), offset: field.place.offset)
      }
    } catch {
      return guess
    }
  }
}
