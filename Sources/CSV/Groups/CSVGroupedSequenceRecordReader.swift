import Platform
import Sequences

/// A reader of several sequences per CSV file, distinguished by a key column, by separator lines, or by row
/// count.
///
/// ```swift
/// let reader = try CSVGroupedSequenceRecordReader(
///   CollectionInputSplit([SequenceLocation(path: "patients.csv", key: "")]),
///   groupBy: .column("id"), header: .present)
/// reader.source(of: 0).key  // "patient 7"
/// ```
/// The files are read once, in blocks, when the reader is made; after that, reading a sequence reads only its
/// bytes. Scattered rows (`CSVGrouping.columns`) need an index of 16 bytes per run of rows of one sequence, and twice
/// that while a file is indexed: at most 36 bytes per row. The key column may be any text, and is not a feature. In all other respects, files are as for
/// `CSVSequenceRecordReader`.
public struct CSVGroupedSequenceRecordReader: SequenceRecordReader, TextColumnReader {
  /// The columns of the files without the key column, and the options they are read with.
  public let schema: SequenceSchema
  private let index: CSVGroupIndex

  /// Makes a reader of the files of `split`, and reads all of them.
  ///
  /// - Parameters:
  ///   - split: The files, in order.
  ///   - grouping: The rule that distinguishes sequences.
  ///   - skippingLines: The number of physical lines to skip in every file before parsing begins.
  ///   - delimiter: The separator between fields: one byte, or `space`; `nil`: that of `notation`.
  ///   - header: `.present` if the line after the skipped ones names the columns, in every file.
  ///   - notation: How rows are written.
  ///   - missingValues: The fields that are missing values, and their handling.
  ///   - nonFinite: The handling of `nan` and `inf`.
  ///   - columns: The columns that are values, and the encodings of their texts.
  ///   - policy: The handling of faults in rows. If rows may be skipped, every sequence is read once, so that
  ///     the number of its rows is known. Anything that prevents distinguishing the sequences is an error
  ///     under every policy.
  /// - Throws: Any error of the split; `UsageError` if an option is invalid; `FileError`; `RecordError`
  ///   if the first row is faulty, if the sequences cannot be distinguished, for example because a key
  ///   recurs, if a remainder is rejected, or if there are no sequences.
  public init(
    _ split: any InputSplit, groupBy grouping: CSVGrouping, skippingLines: Int = 0, delimiter: String? = nil,
    header: CSVHeader = .none, notation: TextNotation = .plain, missingValues: MissingValues = .rejected,
    nonFinite: NonFiniteValues = .rejected,
    columns: CSVColumns = .all, policy: ErrorPolicy = .raise
  ) throws {
    if case .separator(let text) = grouping, text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
      throw UsageError(
        "the separator contains a line end: expected the text of one line, found \"\(escapedText(text.utf8))\"; "
          + "leave out the line end")
    }
    if case .rows(let rowCount, _) = grouping, rowCount < 1 {
      throw UsageError(
        "a sequence cannot have \(rowCount) rows: expected 1 or more, found \(rowCount); name the number of rows of a "
          + "sequence")
    }
    let format = try CSVDialect(
      skippingLines: skippingLines, notation: notation.delimited(by: delimiter), header: header,
      missingValues: missingValues, nonFinite: nonFinite)
    index = try CSVGroupIndex(split, format: format, columns: columns, by: grouping, policy: policy)
    var options = index.schema.signature
    options.add("how sequences are told apart", index.grouping.description)
    schema = index.schema.sequenceSchema(options: options)
    guard count > 0 else {
      throw RecordError(
        .empty, path: locations[0].path,
        "no sequence is left: expected \(grouping), found none; keep the remainder (\(Remedy.keepRemainder)), or make "
          + "sequences shorter"
      )
    }
  }

  /// The files, in the split's order.
  public var locations: [SequenceLocation] { index.locations }

  /// The number of sequences.
  public var count: Int { index.groups.count }

  /// The number of sequences that are the shorter remainder of their file.
  public var remainderCount: Int {
    guard case .rows(let rowCount, _) = index.grouping else { return 0 }
    return index.groups.count { Int($0.rowCount) < rowCount }
  }

  /// The numbers of rows at the ends of files that are too few for a sequence and are dropped, of each such file.
  public var droppedRowCounts: [Int] { index.droppedRowCounts }

  /// Returns the number of rows of sequence `index`, without those that the policy skips.
  public func stepCount(of index: Int) -> Int? {
    let group = self.index.groups[index]
    return group.rowCount - Int(group.skippedCount)
  }

  /// Returns the number of all rows of sequence `index`, whatever a policy does with them.
  package func rowCount(of index: Int) -> Int { self.index.groups[index].rowCount }

  /// The index, the options, and the sizes of the files.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(schema.options)
    signature.addSizes(of: locations)
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() -> some SequenceCursor { CSVGroupedCursor(index) }

  /// Returns the file, the line of the sequence's first row, and its key.
  ///
  /// Without a key column, the key is the 0-based index; with several files, it follows the file's own key:
  /// "a/0".
  public func source(of index: Int) -> SequenceRecord.Source { self.index.source(of: index) }

  /// Returns the path of the file relative to the directory of the split, without extensions, followed by `:`
  /// and the key column's text, or the sequence's 0-based number in the file.
  public func exampleKey(of index: Int) -> String { self.index.exampleKey(of: index) }

  /// Returns the distinct texts of a column, sorted by their code points, to make a closed vocabulary.
  ///
  /// The sequences are read once. Missing values are not included, and rows with a different number of fields are
  /// ignored: the error is reported when the sequences are read.
  ///
  /// - Parameter sequences: The sequences that have the texts, in ascending order; `nil`: all.
  /// - Throws: `RecordError` if there is no such column, if a text is not UTF-8, if there are more than
  ///   65,536, or if a file is malformed; `FileError`.
  public func texts(ofColumn name: String, in sequences: [Int]? = nil) throws -> [String] {
    try index.texts(ofColumn: name, in: sequences)
  }

  /// Returns the exact location of one value and its unquoted text, by slowly reading the sequence again.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    self.index.position(of: index, row: row, column: column)
  }
}
