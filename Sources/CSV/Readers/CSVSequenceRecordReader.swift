import Platform
import Sequences

/// A reader of CSV files: one file is one sequence, one row is one time step, and every field is a number.
///
/// ```swift
/// let reader = try CSVSequenceRecordReader(
///   NumberedFileInputSplit("data/myInput_%d.csv", 0...9), skippingLines: 1)
/// reader.count  // 10
/// ```
///
/// Quoting follows RFC 4180. A byte-order mark, CRLF and a missing last newline are accepted; a lone carriage
/// return, a blank line before the last row and rows of different lengths are errors. Numbers are
/// `[+-]?(digits[.digits]|.digits|digits.)([eE][+-]?digits)?`, optionally surrounded by blanks, and correctly
/// rounded to Float. The first file determines the number of columns, and their names if there is a header.
public struct CSVSequenceRecordReader: SteppedSequenceRecordReader, TextColumnReader {
  /// The files, in the order of the split: sequence `i` is file `i`.
  public let locations: [SequenceLocation]
  private let schema: CSVSchema

  /// Makes a reader of the files of `split`, and reads the first row of the first file.
  ///
  /// - Parameters:
  ///   - split: The files, in order.
  ///   - skippingLines: The number of physical lines to skip in every file before parsing begins.
  ///   - delimiter: The separator between fields: one byte.
  ///   - header: `.present` if the line after the skipped ones names the columns, in every file.
  ///   - missingValues: The fields that are missing values, and their handling.
  ///   - nonFinite: The handling of `nan` and `inf`.
  ///   - columns: The columns that are values, and the encodings of their texts.
  ///   - policy: The handling of faults in rows. If it skips sequences, the first file without such a fault
  ///     in its header and first row determines the columns, and the cursor throws the fault so that the
  ///     batch can leave the sequence out.
  /// - Throws: Any error of the split; `CSVOptionError` if an option is invalid; `FileError` or `RecordError`
  ///   if the first file cannot be opened, or if its first row is faulty and the policy raises the fault.
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

  /// Returns the schema of the first file that has one; the files before it have faults for which their
  /// sequences are skipped.
  private static func schema(
    _ locations: [SequenceLocation], _ format: CSVDialect, _ columns: CSVColumns, _ policy: ErrorPolicy
  ) throws -> CSVSchema {
    var first: RecordError?
    for location in locations {
      // Mapped, so that only the pages up to the end of the first row are read, however long the file is.
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

  /// The column names: the header's, new ones, or the 0-based index in the file.
  public var columns: [String] { schema.columns }

  /// The names of all columns of the file.
  public var fileColumns: [String] { schema.layout.fileColumns }

  /// The encodings of columns whose texts are not numbers.
  public var encodings: [String: ColumnEncoding] { schema.layout.encodings }

  /// Makes a cursor for one thread.
  public func makeCursor() -> CSVSequenceCursor { CSVSequenceCursor(locations: locations, schema: schema) }

  /// Makes a cursor for one thread that reads row by row, and holds one block of a file rather than all of
  /// it.
  ///
  /// It throws every fault, whatever the policy: rows that have been delivered cannot be taken back.
  public func makeSteppedCursor() -> CSVSteppedCursor { makeSteppedCursor(blockSize: 64 << 10) }

  func makeSteppedCursor(blockSize: Int) -> CSVSteppedCursor {
    CSVSteppedCursor(locations: locations, schema: schema, blockSize: blockSize)
  }

  /// Returns the file, the line of its first row, and its key.
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

  /// The file format, and the handling of faults.
  public var optionSignature: Signature { schema.signature }

  /// Returns the distinct texts of a column, sorted.
  public func texts(ofColumn name: String) throws -> [String] {
    try schema.layout.texts(ofColumn: name, in: locations) { file in
      try schema.rows(path: file.path, bytes: file.bytes, passingBlankLines: true)
    }
  }

  /// Returns the exact location of one value and its unquoted text, by slowly reading the file again.
  ///
  /// `step` counts the rows of the file, including those that the policy skips. If the file can no longer be
  /// read that far, the result has the line that the row would have without quoted line endings, and no text;
  /// for a row that is too short, it has the line of the row.
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
