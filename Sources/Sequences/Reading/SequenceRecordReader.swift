/// A collection of sequences, read by index.
///
/// Threads share the value; each thread has its own cursor.
///
/// The indices are fixed when a reader is made: `count`, `columns` and `source(of:)` never change.
public protocol SequenceRecordReader: Sendable {
  associatedtype Cursor: SequenceCursor

  /// The number of sequences, fixed by the initializer, which scans the data if necessary and may throw.
  var count: Int { get }

  /// The column names, common to all sequences; a column without a name is called by its 0-based index.
  var columns: [String] { get }

  /// The names of all columns of the data, including those that are not part of the sequences, such as keys.
  ///
  /// `--label-column` counts these columns.
  var fileColumns: [String] { get }

  /// The encodings of columns whose texts are not numbers, by the column names in the data.
  ///
  /// A wrapper returns its base's value; a model stores the encodings of its data.
  var encodings: [String: ColumnEncoding] { get }

  /// Makes a cursor for one thread.
  func makeCursor() throws -> Cursor

  /// Returns the file, first line and key of sequence `index`, for errors, pairing and metadata.
  func source(of index: Int) -> RecordSource

  /// Returns the exact location of one value for error messages, by slowly reading the sequence again.
  ///
  /// `step` also counts the rows that a policy skipped (`SequenceRecord.skippedRows`).
  func position(of index: Int, step: Int, column: Int) -> RecordPosition

  /// Returns descriptions of the transforms applied to a column since it was read, in order.
  func transforms(ofColumn column: Int) -> [String]

  /// The transforms applied to whole sequences since they were read, which a model stores and repeats; `nil`
  /// if none.
  ///
  /// A wrapper passes its base's value on.
  var appliedTransforms: AppliedTransforms? { get }

  /// Identifies this data and the options it is read with; the state of an iterator is checked against it.
  var signature: Signature { get }

  /// The options that the data is read with; if one of them changes, a cache of the data is rebuilt.
  var optionSignature: Signature { get }
}

extension SequenceRecordReader {
  /// Returns the line of the row, counted from the first line of the sequence.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    let source = source(of: index)
    return RecordPosition(path: source.path, line: source.firstLine + step)
  }

  /// The columns of the sequences.
  public var fileColumns: [String] { columns }

  /// Empty: every value in the data is a number.
  public var encodings: [String: ColumnEncoding] { [:] }

  /// Returns the encoding of the column, if it has one.
  public func transforms(ofColumn column: Int) -> [String] {
    encodings[columns[column]].map { ["\($0)"] } ?? []
  }

  /// `nil`: no transforms were applied.
  public var appliedTransforms: AppliedTransforms? { nil }

  /// The number, columns and keys of the sequences, and the options.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(optionSignature)
    return signature
  }

  /// An empty signature.
  public var optionSignature: Signature { Signature() }

  /// The common part of every signature: the number, columns and keys of the sequences.
  public var indexSignature: Signature {
    var signature = Signature()
    signature.add("the number of sequences", "\(count)")
    var names = Fingerprint()
    names.combine(columns)
    signature.add("the number of columns", "\(columns.count)")
    signature.add("the names of the columns", names)
    var keys = Fingerprint()
    for index in 0..<count { keys.combine(source(of: index).key) }
    signature.add("the keys of the sequences (files were added, removed or renamed)", keys)
    return signature
  }
}

/// The reading position and buffers of one thread; may keep a file open or remember the one parsed last.
public protocol SequenceCursor {
  /// Reads sequence `index` as `[T, C]` floats, row-major, into `sequence`, reusing its storage.
  ///
  /// Nothing that `sequence` held before is kept: no values, lines, skipped rows, missing cells or ledger
  /// entries.
  ///
  /// - Throws: `RecordError` or another error that names the location. `sequence` is then invalid.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws
}
