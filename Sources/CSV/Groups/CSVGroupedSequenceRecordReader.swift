import Platform
import Sequences

/// Many sequences in one CSV file, or in several: told apart by a key column, by lines between them, or by counting rows.
///
/// ```swift
/// let reader = try CSVGroupedSequenceRecordReader(
///   CollectionInputSplit([Location(path: "patients.csv", key: "")]), groupBy: .column("id"), header: .present)
/// reader.source(of: 0).key  // "patient 7"
/// ```
/// The files are read once, in blocks, when the reader is made; then a sequence costs its own bytes. The key column is
/// text of any kind, and no feature. Apart from that files are as those of `CSVSequenceRecordReader`.
public struct CSVGroupedSequenceRecordReader: SizedSequenceRecordReader, TextColumnReader {
  private let index: CSVGroupIndex

  /// Makes a reader of the files of `split`; it reads all of them.
  ///
  /// - Parameters:
  ///   - split: Which files, in which order.
  ///   - grouping: What tells sequences apart.
  ///   - skippingLines: The number of physical lines to skip in every file, before parsing begins.
  ///   - delimiter: What separates fields: one byte.
  ///   - header: Whether the line behind the skipped ones names the columns, the same in every file.
  ///   - missingValues: Which fields are missing values, and what to do about them.
  ///   - nonFinite: What to do about `nan` and `inf`.
  ///   - columns: Which columns are values, and how their texts become numbers.
  ///   - policy: What is done about faults in rows. Where rows may be left out every sequence is read once, so that their
  ///     numbers of rows are known. What keeps sequences from being told apart is an error all the same.
  /// - Throws: What the split throws; `CSVOptionError` when an option cannot be; `FileError`; `RecordError` when the
  ///   first row is at fault, something keeps sequences from being told apart, such as a key that returns, a remainder is
  ///   refused, or no sequence is left.
  public init(
    _ split: any InputSplit, groupBy grouping: CSVGrouping, skippingLines: Int = 0, delimiter: String = ",",
    header: CSVHeader = .none, missingValues: MissingValues = .refused, nonFinite: NonFiniteValues = .refused,
    columns: CSVColumns = .all, policy: ErrorPolicy = .raise
  ) throws {
    if case .separator(let text) = grouping, text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
      throw CSVOptionError(
        "the separator holds a line end: expected the text of one line, found \"\(escapedText(text.utf8))\"; "
          + "leave out the line end")
    }
    if case .rows(let rowCount, _) = grouping, rowCount < 1 {
      throw CSVOptionError(
        "a sequence cannot have \(rowCount) rows: expected 1 or more, found \(rowCount); name the number of rows of a "
          + "sequence")
    }
    let format = try CSVDialect(
      skippingLines: skippingLines, delimiter: delimiter, header: header, missingValues: missingValues,
      nonFinite: nonFinite)
    index = try CSVGroupIndex(split, format: format, columns: columns, by: grouping, policy: policy)
    guard count > 0 else {
      throw RecordError(
        .empty, path: locations[0].path,
        "no sequence is left: expected \(grouping), found none; keep the remainder, or make sequences shorter"
      )
    }
  }

  /// The files, in the split's order.
  public var locations: [SequenceLocation] { index.locations }

  /// The number of sequences.
  public var count: Int { index.groups.count }

  /// The names of the columns of values: the header's, new ones, or the 0-based index in the file.
  public var columns: [String] { index.schema.columns }

  /// The names of all columns of the file, the key's among them.
  public var fileColumns: [String] { index.schema.layout.fileColumns }

  /// How texts that are no numbers become numbers.
  public var encodings: [String: ColumnEncoding] { index.schema.layout.encodings }

  /// The number of rows of sequence `index`, without those that the policy leaves out.
  public func stepCount(of index: Int) -> Int {
    let group = self.index.groups[index]
    return group.rowCount - Int(group.leftOutCount)
  }

  /// The index, the options, and the sizes of the files.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(optionSignature)
    signature.addSizes(of: locations)
    return signature
  }

  /// How the files are written and read, what is done about their faults, and how sequences are told apart.
  public var optionSignature: Signature {
    var signature = index.schema.signature
    signature.add("how sequences are told apart", index.grouping.description)
    return signature
  }

  /// Makes one thread's cursor.
  public func makeCursor() -> CSVGroupedCursor { CSVGroupedCursor(index) }

  /// The file, the line of the sequence's first row, and its key.
  ///
  /// Without a key column the key is the 0-based number; with several files it follows the file's own key: "a/0".
  public func source(of index: Int) -> RecordSource { self.index.source(of: index) }

  /// The distinct texts of a column, sorted.
  public func texts(ofColumn name: String) throws -> [String] {
    try index.schema.layout.texts(ofColumn: name, in: locations) { file in
      try index.schema.rows(path: file.path, bytes: file.bytes, passingBlankLines: true)
    }
  }

  /// The exact place of one value and its text, unquoted; found by reading the sequence again, slowly.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    self.index.position(of: index, step: step, column: column)
  }
}
