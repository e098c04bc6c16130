import Platform

/// The sequences of a reader and the files they come from, without any values: the index of a cache.
struct CacheIndex: Equatable {
  /// The location of one sequence.
  struct Source: Equatable {
    /// The index of its file in `paths`.
    var file: Int
    var firstLine: Int
    var key: String
  }

  /// The distinct files, in the order of their first sequences.
  var paths: [String] = []
  var sources: [Source] = []
  /// The names of the columns.
  var columns: [String]
  /// The options that the files are read with, independent of particular files.
  var options: Signature
  /// True if exact timestamps are kept.
  var keepsTimes: Bool

  /// Makes the index of `reader`.
  init(_ reader: some SequenceRecordReader) {
    columns = reader.columns
    options = reader.schema.options
    keepsTimes = reader.schema.hasTimes
    var numbers: [String: Int] = [:]
    sources.reserveCapacity(reader.count)
    for index in 0..<reader.count {
      let source = reader.source(of: index)
      if numbers[source.path] == nil {
        numbers[source.path] = paths.count
        paths.append(source.path)
      }
      let file = numbers[source.path, default: 0]
      sources.append(Source(file: file, firstLine: source.firstLine, key: source.key))
    }
  }

  init(paths: [String], sources: [Source], columns: [String], options: Signature, keepsTimes: Bool) {
    (self.paths, self.sources, self.columns, self.options) = (paths, sources, columns, options)
    self.keepsTimes = keepsTimes
  }

  /// The sequences of every file, in order.
  var sequencesOfFiles: [[Int]] {
    var result = Array(repeating: [Int](), count: paths.count)
    for (index, source) in sources.enumerated() { result[source.file].append(index) }
    return result
  }
}

/// A file's state when its sequences were read.
struct CachedFileState: Equatable {
  /// `nil` for data that is not in a file: changes cannot be detected, so it is read again every time.
  var stamp: FileStamp?
  /// The checksum of its bytes.
  var checksum: UInt64
}
