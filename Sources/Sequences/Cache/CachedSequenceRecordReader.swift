import Platform

/// A reader that parses the sequences of another reader once and keeps them in one memory-mapped file.
///
/// ```swift
/// let csv = try CSVSequenceRecordReader(NumberedFileInputSplit("data/x_%d.csv", 0...9))
/// let reader = try CachedSequenceRecordReader(csv, cache: "data/features.timestep-cache") { print($0) }
/// reader.parsedFileCount  // 10 at first; 0 ever after, until a file changes
/// ```
/// It reads exactly what the other reader reads, bit for bit: values, missing and filled-in ones, lines,
/// skipped rows, ledgers, and the errors of faulty sequences. A file is parsed again if its size or its bytes
/// have changed; the bytes are checked only if its modification time differs, or is too recent to be
/// reliable. If the options or the columns change, the whole cache is rebuilt. Data that is not in a file is
/// read again every time.
///
/// Labels with their own reader have their own cache. Any number of processes may open, and build, the same
/// cache at the same time: a cache gets its name only when it is complete, the last one wins, and a killed
/// process leaves the earlier cache untouched.
public struct CachedSequenceRecordReader<Base: SequenceRecordReader>: SizedSequenceRecordReader {
  /// The reader that provides the sequences.
  public let base: Base
  /// The path of the cache file.
  public let path: String
  /// The number of files whose sequences were read through `base` when this reader was made.
  public let parsedFileCount: Int
  let contents: CacheContents

  /// Opens the cache of `base` at `path`, after building or updating it if necessary.
  ///
  /// - Parameters:
  ///   - base: The reader to cache.
  ///   - path: The cache file; its directory must exist.
  ///   - pool: The threads that read.
  ///   - onRebuild: Called with one line that says why an existing cache is not used as it is.
  /// - Throws: `FileError` if the cache or a file cannot be read, or the cache cannot be written;
  ///   `RecordError` if a file changes in the meantime. A fault inside one sequence is thrown when that
  ///   sequence is read.
  public init(
    _ base: Base, cache path: String, pool: WorkerPool = .shared, onRebuild: (String) -> Void = { _ in }
  ) throws {
    self.base = base
    self.path = path
    (contents, parsedFileCount) = try CacheBuild(base, path: path, pool: pool).open(onRebuild: onRebuild)
  }

  /// Keeps the sequences of `base` in an unnamed file in `TMPDIR` for the lifetime of this value.
  ///
  /// - Throws: The same errors as the other initializer.
  public init(temporarilyCaching base: Base, pool: WorkerPool = .shared) throws {
    let directory = try TemporaryDirectory()
    // The mapping stays valid after the name is removed.
    self = try withExtendedLifetime(directory) {
      try Self(base, cache: "\(directory.path)/sequences.timestep-cache", pool: pool)
    }
  }

  /// The number of sequences.
  public var count: Int { base.count }

  /// The column names.
  public var columns: [String] { base.columns }

  /// All columns of the data.
  public var fileColumns: [String] { base.fileColumns }

  /// The encodings of columns whose texts are not numbers.
  public var encodings: [String: ColumnEncoding] { base.encodings }

  /// Returns the number of time steps of sequence `index`; 0 if reading it throws.
  public func stepCount(of index: Int) -> Int { contents.stepCount(of: index) }

  /// The number of time steps of every sequence, known without reading values.
  public var stepCounts: [Int] { (0..<count).map(stepCount(of:)) }

  /// Makes a cursor for one thread.
  public func makeCursor() -> CachedSequenceCursor { CachedSequenceCursor(contents: contents) }

  /// Returns the file, first line and key of sequence `index`.
  public func source(of index: Int) -> RecordSource { base.source(of: index) }

  /// Returns the exact location of one value in its original file.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    base.position(of: index, step: step, column: column)
  }

  /// Returns the transforms applied to a column before it was cached.
  public func transforms(ofColumn column: Int) -> [String] { base.transforms(ofColumn: column) }

  /// The transforms applied to the sequences before they were cached.
  public var appliedTransforms: AppliedTransforms? { base.appliedTransforms }

  /// The options of `base`.
  public var optionSignature: Signature { base.optionSignature }

  /// The index of the sequences, and a checksum of all their values.
  public var signature: Signature {
    var signature = base.indexSignature
    signature.add("the contents of the sequences", "#\(contents.checksum)")
    return signature
  }
}

/// Reads a cache for one thread: copies only the requested rows out of the mapping.
public struct CachedSequenceCursor: RowRangeSequenceCursor {
  let contents: CacheContents

  /// Reads sequence `index`.
  ///
  /// - Throws: The `RecordError` that the other reader threw, if the sequence is faulty.
  public mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try contents.read(index, into: &sequence)
  }

  /// Reads some rows of sequence `index`.
  ///
  /// - Throws: The same errors as reading the whole sequence.
  public mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try contents.read(index, rows: rows, into: &sequence)
  }
}
