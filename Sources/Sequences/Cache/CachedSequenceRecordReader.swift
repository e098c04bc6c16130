import Platform

/// The sequences of another reader, parsed once and kept in one memory-mapped file.
///
/// ```swift
/// let csv = try CSVSequenceRecordReader(NumberedFileInputSplit("data/x_%d.csv", 0...9))
/// let reader = try CachedSequenceRecordReader(csv, cache: "data/features.timestep-cache") { print($0) }
/// reader.parsedFileCount  // 10 at first; 0 ever after, until a file changes
/// ```
/// What it reads is bit for bit what the other reader reads: values, missing ones and made-up ones, lines, skipped rows, ledgers, and the
/// errors of sequences at fault. A file is parsed again when its size or its bytes have changed; its bytes are looked at
/// only when its time of change is another, or so recent that it proves nothing. Other options, and other columns, make
/// all of it anew. Data that lies in no file is read anew every time.
///
/// Labels with a reader of their own have a cache of their own. Any number of processes may open, and make, one cache at
/// a time: a cache takes its name when it is complete, the last one stays, and a killed process leaves the earlier one.
public struct CachedSequenceRecordReader<Base: SequenceRecordReader>: SizedSequenceRecordReader {
  /// The reader whose sequences these are.
  public let base: Base
  /// The file that they are kept in.
  public let path: String
  /// The number of files whose sequences were read through `base` when this value was made.
  public let parsedFileCount: Int
  let contents: CacheContents

  /// Opens the cache of `base` at `path`, made or brought up to date first if it has to be.
  ///
  /// - Parameters:
  ///   - base: What to read when it has to be.
  ///   - path: The file; its directory must exist.
  ///   - pool: The threads that read.
  ///   - onRebuild: Hears, as one line, why a cache that is there is not good as it is.
  /// - Throws: `FileError` when the cache or a file cannot be read, or the cache not be written; `RecordError` when a
  ///   file changes meanwhile. A fault inside one sequence is thrown when that sequence is read.
  public init(
    _ base: Base, cache path: String, pool: WorkerPool = .shared, onRebuild: (String) -> Void = { _ in }
  ) throws {
    self.base = base
    self.path = path
    (contents, parsedFileCount) = try CacheBuild(base, path: path, pool: pool).open(onRebuild: onRebuild)
  }

  /// Keeps the sequences of `base` in a file without name in `TMPDIR`, for as long as this value lives.
  ///
  /// - Throws: As the other initializer does.
  public init(temporarilyCaching base: Base, pool: WorkerPool = .shared) throws {
    let directory = try TemporaryDirectory()
    // The mapping outlives the name.
    self = try withExtendedLifetime(directory) {
      try Self(base, cache: "\(directory.path)/sequences.timestep-cache", pool: pool)
    }
  }

  /// The number of sequences.
  public var count: Int { base.count }

  /// The columns' names.
  public var columns: [String] { base.columns }

  /// All columns that the data has.
  public var fileColumns: [String] { base.fileColumns }

  /// How texts that are no numbers become numbers.
  public var encodings: [String: ColumnEncoding] { base.encodings }

  /// The number of time steps of sequence `index`; 0 where reading it throws.
  public func stepCount(of index: Int) -> Int { contents.stepCount(of: index) }

  /// The number of time steps of every sequence, found without reading a value.
  public var stepCounts: [Int] { (0..<count).map(stepCount(of:)) }

  /// Makes one thread's cursor.
  public func makeCursor() -> CachedSequenceCursor { CachedSequenceCursor(contents: contents) }

  /// The file, first line and key of sequence `index`.
  public func source(of index: Int) -> RecordSource { base.source(of: index) }

  /// The exact place of one value in the file that it came from.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    base.position(of: index, step: step, column: column)
  }

  /// What was done to the values of a column before they were kept.
  public func transforms(ofColumn column: Int) -> [String] { base.transforms(ofColumn: column) }

  /// What was done to the sequences before they were kept.
  public var appliedTransforms: AppliedTransforms? { base.appliedTransforms }

  /// The base's options.
  public var optionSignature: Signature { base.optionSignature }

  /// The index of the sequences, and a checksum of all their values.
  public var signature: Signature {
    var signature = base.indexSignature
    signature.add("the contents of the sequences", "#\(contents.checksum)")
    return signature
  }
}

/// One thread's way through a cache: the rows asked for are copied out of the mapping, and nothing else is read.
public struct CachedSequenceCursor: RowRangeSequenceCursor {
  let contents: CacheContents

  /// Reads sequence `index`.
  ///
  /// - Throws: The `RecordError` that the other reader threw, where the sequence is at fault.
  public mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try contents.read(index, into: &sequence)
  }

  /// Reads some rows of sequence `index`.
  ///
  /// - Throws: As reading all of it does.
  public mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try contents.read(index, rows: rows, into: &sequence)
  }
}
