import Records

/// CSV files in which every so many rows are a sequence.
///
/// ```swift
/// let reader = try CSVLinesSequenceRecordReader(
///   NumberedFileInputSplit("day_%d.csv", 0...6), linesPerSequence: 60, remainder: .drop)
/// reader.source(of: 1).key  // "0/1": the second sequence of file 0
/// ```
/// The files are read once, in blocks, when the reader is made; then a sequence costs its own bytes. A sequence ends
/// with its file. Apart from that files are as those of `CSVSequenceRecordReader`.
public struct CSVLinesSequenceRecordReader: SizedSequenceRecordReader {
  private let index: CSVGroupIndex

  /// Makes a reader of the files of `split`; it reads all of them.
  ///
  /// - Parameters:
  ///   - linesPerSequence: The number of rows of a sequence, 1 or more.
  ///   - remainder: What becomes of the last rows of a file where they are fewer.
  ///   - skippingLines: The number of physical lines to skip in every file, before parsing begins.
  ///   - delimiter: What separates fields: one byte.
  ///   - header: Whether the line behind the skipped ones names the columns, the same in every file.
  ///   - missingValues: Which fields are missing values, and what to do about them.
  ///   - nonFinite: What to do about `nan` and `inf`.
  /// - Throws: What the split throws; `CSVOptionError` when an option cannot be; `FileError`; `RecordError` when the
  ///   first row is at fault, a remainder is refused, or no sequence is left.
  public init(
    _ split: any InputSplit, linesPerSequence: Int, remainder: CSVRemainder = .keep, skippingLines: Int = 0,
    delimiter: String = ",", header: CSVHeader = .none, missingValues: MissingValues = .refused,
    nonFinite: NonFiniteValues = .refused
  ) throws {
    guard linesPerSequence > 0 else {
      throw CSVOptionError(
        "a sequence cannot have \(linesPerSequence) rows: expected 1 or more, found \(linesPerSequence); "
          + "name the number of rows of a sequence")
    }
    let format = try CSVFormat(
      skippingLines: skippingLines, delimiter: delimiter, header: header, missingValues: missingValues,
      nonFinite: nonFinite)
    index = try CSVGroupIndex(split, format: format, by: .lines(linesPerSequence, remainder))
    guard count > 0 else {
      throw RecordError(
        .empty, path: locations[0].path,
        "no sequence is left: expected files of \(linesPerSequence) rows or more, found none; keep the remainder, or "
          + "make sequences shorter")
    }
  }

  /// The files, in the split's order.
  public var locations: [Location] { index.locations }

  /// The number of sequences.
  public var count: Int { index.groups.count }

  /// The columns' names: the header's, or the 0-based index.
  public var columns: [String] { index.schema.columns }

  /// The number of rows of sequence `index`.
  public func stepCount(of index: Int) -> Int { self.index.groups[index].rowCount }

  /// The index, the options, and the sizes of the files.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(optionSignature)
    signature.addSizes(of: locations)
    return signature
  }

  /// How the files are written, and how sequences are told apart.
  public var optionSignature: Signature {
    var signature = index.schema.format.signature
    signature.add("how sequences are told apart", index.rule.description)
    return signature
  }

  /// Makes one thread's cursor.
  public func makeCursor() -> CSVGroupedCursor { CSVGroupedCursor(index) }

  /// The file, the line of the sequence's first row, and its 0-based number, behind the file's key where there are several.
  public func source(of index: Int) -> RecordSource { self.index.source(of: index) }

  /// The exact place of one value and its text, unquoted; found by reading the sequence again, slowly.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    self.index.position(of: index, step: step, column: column)
  }
}
