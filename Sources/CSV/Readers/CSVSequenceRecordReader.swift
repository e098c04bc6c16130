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
public struct CSVSequenceRecordReader: SequenceRecordReader, TextColumnReader {
  /// The files, in the order of the split: sequence `i` is file `i`.
  public let locations: [SequenceLocation]
  private let directory: String?
  /// The columns of the files, and the options they are read with.
  public let schema: SequenceSchema
  private let fileSchema: CSVFileSchema

  /// Makes a reader of the files of `split`, and reads the first row of the first file.
  ///
  /// - Parameters:
  ///   - split: The files, in order.
  ///   - skippingLines: The number of physical lines to skip in every file before parsing begins.
  ///   - delimiter: The separator between fields: one byte, or `space`; `nil`: that of `notation`.
  ///   - header: `.present` if the line after the skipped ones names the columns, in every file.
  ///   - notation: How rows are written.
  ///   - missingValues: The fields that are missing values, and their handling.
  ///   - nonFinite: The handling of `nan` and `inf`.
  ///   - columns: The columns that are values, and the encodings of their texts.
  ///   - policy: The handling of faults in rows. If it skips sequences, the first file without such a fault
  ///     in its header and first row determines the columns, and the cursor throws the fault so that the
  ///     batch can leave the sequence out.
  /// - Throws: Any error of the split; `UsageError` if an option is invalid; `FileError` or `RecordError`
  ///   if the first file cannot be opened, or if its first row is faulty and the policy raises the fault.
  public init(
    _ split: any InputSplit, skippingLines: Int = 0, delimiter: String? = nil, header: CSVHeader = .none,
    notation: TextNotation = .plain, missingValues: MissingValues = .rejected,
    nonFinite: NonFiniteValues = .rejected,
    columns: CSVColumns = .all, policy: ErrorPolicy = .raise
  ) throws {
    let format = try CSVDialect(
      skippingLines: skippingLines, notation: notation.delimited(by: delimiter), header: header,
      missingValues: missingValues, nonFinite: nonFinite)
    locations = try split.files()
    directory = split.directory
    fileSchema = try Self.schema(locations, format, columns, policy)
    schema = fileSchema.sequenceSchema(options: fileSchema.signature)
  }

  /// Returns the schema of the first file that has one; the files before it have faults for which their
  /// sequences are skipped.
  private static func schema(
    _ locations: [SequenceLocation], _ format: CSVDialect, _ columns: CSVColumns, _ policy: ErrorPolicy
  ) throws -> CSVFileSchema {
    var first: RecordError?
    let versions = FileVersions.forReader()
    for location in locations {
      // Mapped, so that only the pages up to the end of the first row are read, however long the file is.
      let file = try MappedText(location.path, versions)
      do {
        return try file.withBytes { bytes in
          try CSVFileSchema(
            path: location.path, bytes: bytes, format: format, columns: columns, policy: policy,
            versions: versions)
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

  /// Makes a cursor for one thread.
  public func makeCursor() -> some SequenceCursor {
    CSVSequenceCursor(locations: locations, schema: fileSchema)
  }

  /// Makes a stream for one thread that reads row by row, and holds one block of a file rather than all of
  /// it.
  ///
  /// It throws every fault, whatever the policy: rows that have been delivered cannot be taken back.
  ///
  /// Rows that are sorted by time are read whole.
  public func makeRowStream() -> any RowStream {
    fileSchema.layout.sortsByTime ? WholeSequenceRowStream(makeCursor()) : makeRowStream(blockSize: 64 << 10)
  }

  func makeRowStream(blockSize: Int) -> CSVRowStream {
    CSVRowStream(locations: locations, schema: fileSchema, blockSize: blockSize)
  }

  /// Returns the file, the line of its first row, and its key.
  public func source(of index: Int) -> SequenceRecord.Source {
    SequenceRecord.Source(
      path: locations[index].path, firstLine: fileSchema.firstLine, key: locations[index].key)
  }

  /// Returns the path of the file relative to the directory of the split, without extensions.
  public func exampleKey(of index: Int) -> String { locations[index].exampleKey(below: directory) }

  /// The index, the options, and the sizes of the files.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(schema.options)
    signature.addSizes(of: locations)
    return signature
  }

  /// Returns the distinct texts of a column, sorted by their code points, to make a closed vocabulary.
  ///
  /// ```swift
  /// var columns = CSVColumns()
  /// columns.encodings["sky"] = .category(Vocabulary([], unknown: .ignore))
  /// let scanned = try CSVSequenceRecordReader(split, header: .present, columns: columns)
  /// columns.encodings["sky"] = .category(Vocabulary(try scanned.texts(ofColumn: "sky")))
  /// ```
  /// The files are read once. Missing values are not included, and rows with a different number of fields are
  /// ignored: the error is reported when the sequences are read.
  ///
  /// - Parameter sequences: The sequences that have the texts; `nil`: all.
  /// - Throws: `RecordError` if there is no such column, if a text is not UTF-8, if there are more than
  ///   65,536, or if a file is malformed; `FileError`.
  public func texts(ofColumn name: String, in sequences: [Int]? = nil) throws -> [String] {
    var texts = try ColumnTexts(ofColumn: name, fileSchema.layout, path: locations[0].path)
    for path in sequences?.map({ locations[$0].path }) ?? locations.map(\.path) {
      try MappedText(path, fileSchema.versions).withBytes { bytes in
        let schema = try fileSchema.schema(of: path, bytes: bytes)
        try texts.add(schema.rows(path: path, bytes: bytes, passingBlankLines: true), of: schema.layout)
      }
    }
    return texts.sorted
  }

  /// Returns the exact location of one value and its unquoted text, by slowly reading the file again.
  ///
  /// If the file can no longer be read that far, the result has the line that the row would have without
  /// quoted line endings, and no text; for a row that is too short, it has the line of the row.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let path = locations[index].path
    let guess = SequenceRecord.Position(path: path, line: fileSchema.firstLine + row)
    do {
      return try MappedText(path).withBytes { bytes in
        let schema = try fileSchema.schema(of: path, bytes: bytes)
        var rows = try schema.rows(path: path, bytes: bytes, passingBlankLines: schema.passesBlankLines)
        guard let found = try rows.row(row) else { return guess }
        let index = schema.layout.fields[column]
        guard index < found.fields.count else {
          return SequenceRecord.Position(path: path, line: found.location.line)
        }
        let field = found.fields[index]
        return SequenceRecord.Position(
          path: path, line: field.location.line, column: field.location.column,
          text: String(decoding: field.text, as: UTF8.self), offset: field.location.offset)
      }
    } catch {
      return guess
    }
  }
}
