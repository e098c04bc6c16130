import ArgumentParser
import Platform
import Timestep

/// The flags for caching parsed sequences, and for cutting them into windows.
struct CacheAndWindowOptions: ParsableArguments {
  @Option(help: .flag("cache")) var cache: String?

  @Flag(help: .flag("verify")) var verify = false

  @Option(help: .flag("max-gap")) var maxGap: DurationArgument?

  @Option(help: .flag("window")) var window: WindowArgument?

  @Option(help: .flag("tail")) var tail: WindowTail?

  func validate() throws {
    if cache?.isEmpty == true { throw ValidationError("--cache is empty; name a directory") }
  }

  /// Returns `reader`, with its sequences in a cache if one was requested.
  ///
  /// - Parameter name: The cache's name in the directory.
  func kept(_ reader: any SequenceRecordReader, as name: String) throws -> any SequenceRecordReader {
    guard let cache else { return reader }
    try Directory.create(cache)
    return try cached(reader, path(of: name, in: cache))
  }

  /// Returns the path of the cache called `name` in a directory.
  func path(of name: String, in directory: String) -> String { "\(directory)/\(name).timestep-cache" }

  private func cached(_ reader: some SequenceRecordReader, _ path: String) throws -> any SequenceRecordReader
  {
    let cached = try CachedSequenceRecordReader(reader, cache: path) { StandardStream.error.write($0 + "\n") }
    if verify {
      try cached.verify()
      StandardStream.error.write("\(path): verified: equal to a fresh parse\n")
    }
    return cached
  }

  /// Returns the features, cut where more time passes than --max-gap or the model allows, and the labels of the pieces.
  func cutAtGaps(
    _ features: any SequenceRecordReader, _ labels: (any SequenceRecordReader)? = nil,
    knowing contract: DataContract? = nil
  ) throws -> (features: any SequenceRecordReader, labels: (any SequenceRecordReader)?) {
    guard let longestGap = maxGap?.nanoseconds ?? contract?.longestGap else { return (features, labels) }
    func cut(_ features: some SequenceRecordReader) throws -> (
      any SequenceRecordReader, (any SequenceRecordReader)?
    ) {
      let pieces = try WindowedSequenceRecordReader(features, longestGap: longestGap)
      func ofPieces(_ labels: some SequenceRecordReader) throws -> any SequenceRecordReader {
        try pieces.labels(from: labels)
      }
      return (pieces, try labels.map { try ofPieces($0) })
    }
    return try cut(features)
  }

  /// The sequences of features, or their windows, and those of labels.
  struct Cut {
    var features: any SequenceRecordReader
    var labels: (any SequenceRecordReader)?
    /// The decisions about each sequence that no window reports, because it has none.
    var decisions: [[Ledger.Entry]] = []
  }

  /// Returns the features, cut into windows if these were requested, and the labels of the windows.
  func cut(_ features: any SequenceRecordReader, _ labels: (any SequenceRecordReader)?) throws -> Cut {
    guard let window else { return Cut(features: features, labels: labels) }
    return try windows(features, labels, window)
  }

  private func windows(
    _ features: some SequenceRecordReader, _ labels: (any SequenceRecordReader)?, _ window: WindowArgument
  ) throws -> Cut {
    let windows = try WindowedSequenceRecordReader(
      features, size: window.size, stride: window.stride, tail: tail ?? .drop)
    if windows.droppedSequenceCount > 0 {
      RunNotes.write(
        "\(pluralized(windows.droppedSequenceCount, "sequence")) shorter than a window of \(window.size) steps: left out "
          + "(\(Remedy.keepTail) keeps them)")
    }
    func ofWindows(_ labels: some SequenceRecordReader) throws -> any SequenceRecordReader {
      try windows.labels(from: labels)
    }
    var decisions: [[Ledger.Entry]] = []
    if !features.schema.policy.raisesEverything || labels?.schema.policy.raisesEverything == false {
      decisions = try windows.droppedSequences.map { index in
        let key = features.source(of: index).key
        return try features.decisions(about: index)
          + (labels?.decisions(aboutKey: key) ?? [])
      }.filter { !$0.isEmpty }
    }
    return Cut(features: windows, labels: try labels.map { try ofWindows($0) }, decisions: decisions)
  }
}

extension SequenceRecordReader {
  /// Returns the decisions about a sequence, which is read for this; none if reading it throws.
  fileprivate func decisions(about index: Int) throws -> [Ledger.Entry] {
    var (cursor, record) = (try makeCursor(), SequenceRecord())
    do {
      try cursor.read(index, into: &record)
    } catch is RecordError {
      // A sequence that cannot be read has a window, which throws the error.
      return []
    }
    return record.ledger
  }

  /// Returns the decisions about the sequence with a pairing key; none if there is no such sequence.
  fileprivate func decisions(aboutKey key: String) throws -> [Ledger.Entry] {
    guard let index = (0..<count).first(where: { source(of: $0).key == key }) else { return [] }
    return try decisions(about: index)
  }
}

extension WindowTail: FlagValue {}

/// A window size, or a size and a stride: `100`, or `100,50`.
struct WindowArgument: NotatedFlagValue {
  let size: Int
  let stride: Int

  init(flag text: String) throws(ValidationError) {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let known = numbers.compactMap { $0 }.filter { $0 > 0 }
    guard known.count == numbers.count, (1...2).contains(known.count) else {
      throw ValidationError("expected SIZE or SIZE,STRIDE, such as 100 or 100,50, each at least 1 step")
    }
    (size, stride) = (known[0], known.last ?? known[0])
  }
}
