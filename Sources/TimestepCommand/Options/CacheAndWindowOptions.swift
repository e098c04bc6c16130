import ArgumentParser
import Timestep

/// The flags for caching parsed sequences, and for cutting them into windows.
struct CacheAndWindowOptions: ParsableArguments {
  @Option(help: .flag("cache")) var cache: String?

  @Flag(help: .flag("verify")) var verify = false

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
    return try cached(reader, "\(cache)/\(name).timestep-cache")
  }

  private func cached(_ reader: some SequenceRecordReader, _ path: String) throws -> any SequenceRecordReader
  {
    let cached = try CachedSequenceRecordReader(reader, cache: path) { StandardStream.error.write($0 + "\n") }
    if verify {
      try cached.verify()
      StandardStream.error.write("\(path): verified: equal to a fresh parse\n")
    }
    return cached
  }

  /// Returns `reader`, cut into windows if they were requested.
  func cut(_ reader: any SequenceRecordReader) throws -> any SequenceRecordReader {
    guard let window else { return reader }
    return try windows(reader, window)
  }

  private func windows(_ reader: some SequenceRecordReader, _ window: WindowArgument) throws
    -> any SequenceRecordReader
  {
    let windows = try WindowedSequenceRecordReader(
      reader, size: window.size, stride: window.stride, tail: tail ?? .drop)
    if windows.droppedSequenceCount > 0 {
      StandardStream.error.write(
        "\(pluralized(windows.droppedSequenceCount, "sequence")) shorter than a window of \(window.size) steps: left out "
          + "(--tail keep keeps them)\n")
    }
    return windows
  }
}

/// A reader that returns windows of any other reader.
private protocol Windows {
  /// The sequences that can be read, by their keys, with their sources and numbers of steps.
  var sequences: [String: (source: SequenceRecord.Source, stepCount: Int)] { get }
}

extension WindowedSequenceRecordReader: Windows {
  fileprivate var sequences: [String: (source: SequenceRecord.Source, stepCount: Int)] {
    var sequences: [String: (source: SequenceRecord.Source, stepCount: Int)] = [:]
    for index in 0..<base.count where sequenceStepCount(of: index) > 0 {
      let source = base.source(of: index)
      sequences[source.key] = (source, sequenceStepCount(of: index))
    }
    return sequences
  }
}

/// Rejects windows of features and labels that do not begin together: windows are counted from the first row.
func checkWindowsPair(_ features: any SequenceRecordReader, _ labels: any SequenceRecordReader) throws {
  guard let features = (features as? any Windows)?.sequences, let labels = (labels as? any Windows)?.sequences
  else { return }
  let unequal = features.compactMap { key, sequence in
    labels[key].flatMap { $0.stepCount == sequence.stepCount ? nil : (sequence, $0) }
  }
  guard
    let (sequence, label) = unequal.min(by: {
      ($0.0.source.path, $0.0.source.firstLine) < ($1.0.source.path, $1.0.source.firstLine)
    })
  else { return }
  throw RecordError(
    .lengths, path: label.source.path, line: label.source.firstLine,
    "has \(label.stepCount) time step\(label.stepCount == 1 ? "" : "s") where \(sequence.source.path) has "
      + "\(sequence.stepCount); windows of features and labels of their own are cut from the first row on, so both must have the same "
      + "length; give every row its label, or say that they begin together (--align start)")
}

extension WindowTail: ExpressibleByArgument {}

/// A window size, or a size and a stride: `100`, or `100,50`.
struct WindowArgument: ExpressibleByArgument {
  let size: Int
  let stride: Int

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let known = numbers.compactMap { $0 }.filter { $0 > 0 }
    guard known.count == numbers.count, (1...2).contains(known.count) else { return nil }
    (size, stride) = (known[0], known.last ?? known[0])
  }
}
