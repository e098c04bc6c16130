/// A collection of sequences, read by index.
///
/// The value is shared by threads; each thread has a cursor of its own.
///
/// The index space is fixed when a reader is made: `count`, `columns` and `source(of:)` never change.
public protocol SequenceRecordReader: Sendable {
  associatedtype Cursor: SequenceCursor

  /// The number of sequences; fixed at construction, which throws, and scans if it must.
  var count: Int { get }

  /// The columns' names, which every sequence shares; a column without a name is called by its 0-based index.
  var columns: [String] { get }

  /// The names of all columns that the data has, those among them that are no part of sequences, as keys.
  ///
  /// What `--label-column` counts.
  var fileColumns: [String] { get }

  /// How the texts of columns become numbers where they are none, by the columns' names as they are read.
  ///
  /// Who wraps a reader gives the base's; they are part of what a model knows of its data.
  var encodings: [String: ColumnEncoding] { get }

  /// Makes one thread's cursor.
  func makeCursor() throws -> Cursor

  /// The file, first line and key of sequence `index`, for errors, pairing and metadata.
  func source(of index: Int) -> RecordSource

  /// The exact place of one value, found by reading the sequence again, slowly. For error messages.
  ///
  /// `step` counts the rows that a policy left out too (`SequenceRecord.skippedRows`).
  func position(of index: Int, step: Int, column: Int) -> RecordPosition

  /// What was done to the values of a column since they were read, in order, in words.
  func transforms(ofColumn column: Int) -> [String]

  /// What was done to whole sequences since they were read: what a model takes along to do it again; `nil`: nothing.
  ///
  /// A reader around another one passes it on.
  var appliedTransforms: AppliedTransforms? { get }

  /// What tells this data, and the options it is read with, from others: what an iterator's state is checked against.
  var signature: Signature { get }

  /// The options that the data is read with: a cache of it is made anew when one of them changes.
  var optionSignature: Signature { get }
}

extension SequenceRecordReader {
  /// The row's line, counted from the first line of the sequence.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    let source = source(of: index)
    return RecordPosition(path: source.path, line: source.firstLine + step)
  }

  /// The columns of the sequences.
  public var fileColumns: [String] { columns }

  /// None: every value is a number in the data.
  public var encodings: [String: ColumnEncoding] { [:] }

  /// The column's encoding, where its texts are no numbers.
  public func transforms(ofColumn column: Int) -> [String] {
    encodings[columns[column]].map { ["\($0)"] } ?? []
  }

  /// Nothing was.
  public var appliedTransforms: AppliedTransforms? { nil }

  /// The number, the columns and the keys of the sequences, and the options.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(optionSignature)
    return signature
  }

  /// None.
  public var optionSignature: Signature { Signature() }

  /// What every reader's signature has: the number, the columns and the keys of the sequences.
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

/// One thread's reading position and buffers; may remember the file it has open or parsed last.
public protocol SequenceCursor {
  /// Reads sequence `index` as `[T, C]` floats, row-major, into `sequence`, reusing its storage.
  ///
  /// Nothing is left of what `sequence` held: neither values nor lines, skipped rows, missing cells or decisions.
  ///
  /// - Throws: `RecordError` or another error that names the place. `sequence` is then of no use.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws
}
