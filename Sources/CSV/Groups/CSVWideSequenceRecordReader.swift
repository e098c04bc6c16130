import Platform
import Sequences

/// A reader of files in which every row is one sequence, one field per step: the wide form.
///
/// ```swift
/// let series = try CSVWideSequenceRecordReader(split, labels: ["0"])     // 1,0.5,0.7,0.9
/// let classes = try CSVGroupedSequenceRecordReader(split, groupBy: .rows(1), columns: CSVColumns(.keep(["0"])))
/// ```
/// With several channels, a row has the steps of the first one, then those of the second, and so on. A series ends at
/// its last value: blank fields and `NaN` after it, in all channels, are no steps; between values they are missing
/// values. The files are read once when the reader is made, for an index of about 60 bytes per row; after that, any
/// row is read directly. In all other respects, files are as for `CSVSequenceRecordReader`.
public struct CSVWideSequenceRecordReader: SequenceRecordReader, TextColumnReader {
  /// The channels, called by their 0-based numbers, and the options they are read with.
  public let schema: SequenceSchema
  private let index: CSVGroupIndex
  private let channelCount: Int

  /// Makes a reader of the files of `split`, and reads all of them.
  ///
  /// - Parameters:
  ///   - split: The files, in order.
  ///   - channels: The number of channels of a series, 1 or more.
  ///   - labels: The columns that are not values of the series, because they are their labels.
  ///   - skippingLines: The number of physical lines to skip in every file before parsing begins.
  ///   - delimiter: The separator between fields: one byte, or `space`; `nil`: that of `notation`.
  ///   - header: `.present` if the line after the skipped ones names the columns, in every file.
  ///   - notation: How rows are written.
  ///   - missingValues: The fields between values that are missing values, and their handling.
  ///   - columns: The columns that are values of the series; their encodings are ignored.
  ///   - policy: The handling of faults. A row is a sequence: there are no rows to skip in it.
  /// - Throws: Any error of the split; `UsageError` if an option is invalid; `FileError`; `RecordError` if the rows
  ///   cannot be found, or have a number of values that is not a multiple of the channels.
  public init(
    _ split: any InputSplit, channels: Int = 1, labels: [String] = [], skippingLines: Int = 0,
    delimiter: String? = nil, header: CSVHeader = .none, notation: TextNotation = .plain,
    missingValues: MissingValues = .rejected, columns: CSVColumns = .all, policy: ErrorPolicy = .raise
  ) throws {
    guard channels > 0 else {
      throw UsageError(
        "a series cannot have \(channels) channels: expected 1 or more, found \(channels); count them")
    }
    let format = try CSVDialect(
      skippingLines: skippingLines, notation: notation.delimited(by: delimiter), header: header,
      missingValues: missingValues, nonFinite: .rejected)
    var own = CSVColumns(columns.selection)
    own.byName = columns.byName
    own.excluded = labels
    index = try CSVGroupIndex(
      split, format: format, columns: own, by: .rows(1), policy: policy, checksValues: false)
    channelCount = channels
    let count = index.schema.columnCount
    guard count.isMultiple(of: channels) else {
      throw RecordError(
        .columnCount, path: index.locations[0].path, line: index.schema.firstRowLine,
        "a row has \(count) values: expected as many for each of the \(channels) channels, found a remainder of "
          + "\(count % channels); name the columns that are no values")
    }
    var options = index.schema.signature
    options.add("how sequences are told apart", "every row, \(channels) channels")
    var schema = SequenceSchema(columns: (0..<channels).map(String.init), options: options, policy: policy)
      .noting(index.schema.format.notation)
    let layout = index.schema.layout
    schema.seriesRow = SeriesRow(names: layout.fileColumns, values: layout.fields)
    self.schema = schema
  }

  /// The files, in the split's order.
  public var locations: [SequenceLocation] { index.locations }

  /// The number of rows of all files.
  public var count: Int { index.groups.count }

  /// The index, the options, and the sizes of the files.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(schema.options)
    signature.addSizes(of: locations)
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() -> some SequenceCursor { CSVWideCursor(index, channelCount: channelCount) }

  /// Returns the file, the line of the row, and its key: the 0-based number of the row, after the file's own key if
  /// there are several files: "a/0".
  public func source(of index: Int) -> SequenceRecord.Source { self.index.source(of: index) }

  /// Returns the path of the file relative to the directory of the split, without extensions, followed by `:` and the
  /// row's 0-based number in the file.
  public func exampleKey(of index: Int) -> String { self.index.exampleKey(of: index) }

  /// Returns the exact location of one value and its unquoted text, by slowly reading the row again.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let steps = self.index.schema.columnCount / channelCount
    return self.index.position(
      of: index, row: self.index.groups[index].rowCount - 1, column: column * steps + row)
  }

  /// Returns the distinct texts of a column of the files, sorted by their code points, to make a closed vocabulary.
  ///
  /// - Throws: `RecordError` if there is no such column, if a text is not UTF-8, or if there are more than 65,536;
  ///   `FileError`.
  public func texts(ofColumn name: String, in sequences: [Int]? = nil) throws -> [String] {
    try index.texts(ofColumn: name, in: sequences)
  }
}
