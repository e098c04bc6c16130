import Platform

/// A reader that parses the sequences of another reader once and keeps them in one file.
///
/// ```swift
/// let csv = try CSVSequenceRecordReader(NumberedFileInputSplit("data/x_%d.csv", 0...9))
/// let reader = try CachedSequenceRecordReader(csv, cache: "data/features.timestep-cache") { print($0) }
/// reader.parsedFileCount  // 10 at first; 0 ever after, until a file changes
/// ```
/// It reads exactly what the other reader reads, bit for bit: values, missing and filled-in ones, lines,
/// skipped rows, ledgers, and the errors of faulty sequences. A file is parsed again if its bytes have
/// changed; they are checked only if something else about the file differs (its size, its times, or its place
/// on the file system), or is too recent to be reliable. So a folder that was copied or moved is not parsed
/// again, and one that takes the place of another is. If the options or the columns change, the whole cache
/// is rebuilt. Data that is not in a file is read again every time. Several readers of parts of the same
/// files can share a cache.
///
/// Labels with their own reader have their own cache. Any number of processes may open, and build, the same
/// cache at the same time: a cache gets its name only when it is complete, the last one wins, and a killed
/// process leaves the earlier cache untouched.
public struct CachedSequenceRecordReader<Base: SequenceRecordReader>: SequenceRecordReader {
  /// The reader that provides the sequences.
  public let base: Base
  /// The path of the cache file.
  public let path: String
  /// The number of files whose sequences were read through `base` when this reader was made.
  public let parsedFileCount: Int
  let sequences: CachedSequences

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
    try self.init(CacheBuild(base, path: path, pool: pool), onRebuild)
  }

  private init(_ build: CacheBuild<Base>, _ onRebuild: (String) -> Void = { _ in }) throws {
    base = build.reader
    path = build.path
    (sequences, parsedFileCount) = try build.open(onRebuild: onRebuild)
  }

  /// Keeps the sequences of `base` in an unnamed file in `TMPDIR` for the lifetime of this value.
  ///
  /// - Throws: The same errors as the other initializer.
  public init(temporarilyCaching base: Base, pool: WorkerPool = .shared) throws {
    let directory = try TemporaryDirectory()
    // The open file stays valid after its name is removed.
    self = try withExtendedLifetime(directory) {
      let path = "\(directory.path)/sequences.timestep-cache"
      return try Self(CacheBuild(base, path: path, pool: pool))
    }
  }

  /// The number of sequences.
  public var count: Int { base.count }

  /// The schema of `base`.
  public var schema: SequenceSchema { base.schema }

  /// Returns the number of time steps of sequence `index`; 0 if reading it throws.
  public func stepCount(of index: Int) -> Int? { sequences.stepCount(of: index) }

  /// The number of time steps of every sequence, known without reading values.
  public var stepCounts: [Int] { (0..<count).map(sequences.stepCount(of:)) }

  /// Makes a cursor for one thread.
  public func makeCursor() -> some SequenceCursor { CacheCursor(sequences: sequences) }

  /// Makes a stream for one thread that copies a few rows at a time from the cache, however long the
  /// sequence is.
  public func makeRowStream() -> any RowStream { CacheRowStream(sequences: sequences) }

  /// Makes a cursor for one thread that copies only the requested rows out of the cache.
  public func makeRowRangeCursor() -> (any RowRangeCursor)? { CacheCursor(sequences: sequences) }

  /// Returns the file, first line and key of sequence `index`.
  public func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }

  /// Returns the key of the example in `base`.
  public func exampleKey(of index: Int) -> String { base.exampleKey(of: index) }

  /// Returns the whole sequence in `base`.
  public func wholeSequence(of index: Int) -> Int { base.wholeSequence(of: index) }

  /// Returns the number of steps that `base` counts as repeated.
  public func repeatedStepCount(of index: Int) -> Int { base.repeatedStepCount(of: index) }

  /// Returns the exact location of one value in its original file.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    base.position(of: index, row: row, column: column)
  }

  /// The signature of `base`, and a checksum of its files, which is compared only with that of another cache.
  public var signature: Signature {
    var signature = base.signature
    signature.add(optional: "the contents of the sequences", sequences.checksum)
    return signature
  }
}

/// Reads a cache for one thread.
private struct CacheCursor: SequenceCursor, RowRangeCursor {
  let sequences: CachedSequences

  /// Reads sequence `index`.
  ///
  /// - Throws: The `RecordError` that the other reader threw, if the sequence is faulty.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try sequences.read(index, into: &sequence)
  }

  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try sequences.read(index, rows: rows, into: &sequence)
  }
}

/// Reads cached sequences a few rows at a time, for one thread.
private struct CacheRowStream: RowStream {
  let sequences: CachedSequences
  /// The sequence and its remaining rows; `nil` before `begin` and after `end`.
  private var rest: (sequence: Int, rows: Range<Int>)?

  init(sequences: CachedSequences) { self.sequences = sequences }

  /// Moves to the first row of sequence `index`.
  ///
  /// - Throws: The `RecordError` of the sequence, wherever the fault is in it.
  mutating func begin(_ index: Int) throws {
    rest = nil
    var nothing = SequenceRecord()
    // A faulty sequence has no rows and must not be mistaken for one that has ended.
    try sequences.read(index, rows: 0..<0, into: &nothing)
    rest = (index, 0..<sequences.stepCount(of: index))
  }

  /// Copies the next `count` rows, or as many as remain.
  mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    precondition(count >= 0, "\(count) rows")
    guard let (sequence, left) = rest else { preconditionFailure("no sequence was begun") }
    let next = left.prefix(count)
    try sequences.read(sequence, rows: next, into: &rows)
    rest = (sequence, next.upperBound..<left.upperBound)
    return next.count
  }

  /// Releases the sequence.
  mutating func end() { rest = nil }
}
