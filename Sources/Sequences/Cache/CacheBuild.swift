import Platform
import TensorFiles

/// Determines which parts of a cache are still valid, and rebuilds the rest.
struct CacheBuild<Reader: SequenceRecordReader> {
  let reader: Reader
  var index: CacheIndex
  let path: String
  let pool: WorkerPool
  /// The time at which the build began: a file written around then may change again without a new time stamp.
  private let began = FileStamp.now

  init(_ reader: Reader, path: String, pool: WorkerPool) {
    (self.reader, self.path, self.pool) = (reader, path, pool)
    index = CacheIndex(reader)
  }

  /// Opens the cache, after rebuilding the parts that are out of date.
  ///
  /// - Parameter onRebuild: Called with the reason why an existing cache is not used as it is.
  /// - Returns: The sequences in the cache, and the number of files that were read again.
  func open(onRebuild: (String) -> Void) throws -> (sequences: CachedSequences, parsedFileCount: Int) {
    let old = try existing(onRebuild: onRebuild)
    let states = try currentStates(old)
    let copies = self.copies(old, states)
    let parsed = Set(copies.indices.filter { copies[$0] == nil }.map { index.sources[$0].file })
    var checksum = Fingerprint()
    for state in states { checksum.combine(Int(truncatingIfNeeded: state.checksum)) }
    if let old, parsed.isEmpty {
      // The cache may have more sequences than this reader.
      return (CachedSequences(old, places: copies.compactMap { $0 }, checksum), 0)
    }
    if old != nil {
      onRebuild(
        "\(path): \(parsed.count) of \(index.paths.count) files are new or changed and are read again")
    }
    Directory.removeAbandoned(beside: path)
    let whole = withOthers(old, states, copies)
    try write(whole, old, parsed)
    let new = try CacheContents(path)
    guard new.index == whole.index else {
      throw FileError(
        path: path,
        problem:
          "another process has put a cache of other data in its place; give each reader a cache of its own")
    }
    return (CachedSequences(new, places: Array(index.sources.indices), checksum), parsed.count)
  }

  /// What a cache is written from: its index, the states of its files, and for every sequence the one of the
  /// old cache that it is copied from, or `nil` if its file is read again.
  private struct Plan {
    var index: CacheIndex
    var states: [CachedFileState]
    var copies: [Int?]
  }

  /// Returns the plan for the sequences of the reader and then those of other files in the old cache, unless
  /// they are gone: a reader of a part of the files must not make another one read the others again.
  private func withOthers(_ old: CacheContents?, _ states: [CachedFileState], _ copies: [Int?]) -> Plan {
    var plan = Plan(index: index, states: states, copies: copies)
    guard let old else { return plan }
    let own = Set(index.paths)
    let others = old.index.sequencesOfFiles
    for (file, path) in old.index.paths.enumerated()
    where !own.contains(path) && FileTree.stamp(of: path) != nil {
      for sequence in others[file] {
        var source = old.index.sources[sequence]
        source.file = plan.index.paths.count
        plan.index.sources.append(source)
        plan.copies.append(sequence)
      }
      plan.index.paths.append(path)
      plan.states.append(old.files[file])
    }
    return plan
  }

  /// Returns the existing cache if it is intact and was read with the same options.
  private func existing(onRebuild: (String) -> Void) throws -> CacheContents? {
    if try Directory.kind(of: path) == .missing { return nil }
    do {
      let old = try CacheContents(path)
      var difference = index.options.firstDifference(from: old.index.options)
      if old.index.columns != index.columns { difference = difference ?? "the columns changed" }
      if index.keepsTimes && !old.index.keepsTimes { difference = difference ?? "it has no exact timestamps" }
      guard let difference else { return old }
      onRebuild("\(path): \(difference); all files are read again")
    } catch let error as TensorFileError {
      onRebuild("\(error): all files are read again")
    }
    return nil
  }

  /// Returns the current state of every file of the index; checksums only the files that may have changed.
  private func currentStates(_ old: CacheContents?) throws -> [CachedFileState] {
    let known = old.map { knownStates($0) } ?? [:]
    // The clock of a file system may tick only every other second (FAT), so files written that late are
    // checked.
    let trusted = (old?.began ?? 0) - 2_000_000_000
    let paths = index.paths
    let chunk = 64
    var states: [CachedFileState] = []
    try pool.inOrder((paths.count + chunk - 1) / chunk) { number in
      try paths[number * chunk..<min(paths.count, (number + 1) * chunk)].map { path in
        guard let stamp = FileTree.stamp(of: path) else { return CachedFileState(stamp: nil, checksum: 0) }
        if let before = known[path], before.stamp == stamp, max(stamp.modified, stamp.changed) < trusted {
          return before
        }
        return CachedFileState(stamp: stamp, checksum: try Checksum(of: TextFile(path).file).value)
      }
    } take: {
      states += $0
    }
    return states
  }

  private func knownStates(_ old: CacheContents) -> [String: CachedFileState] {
    Dictionary(zip(old.index.paths, old.files), uniquingKeysWith: { first, _ in first })
  }

  /// Returns, for every sequence, the sequence of the old cache that it is copied from, or `nil` if its file
  /// is read again.
  private func copies(_ old: CacheContents?, _ states: [CachedFileState]) -> [Int?] {
    var copies: [Int?] = Array(repeating: nil, count: index.sources.count)
    guard let old else { return copies }
    let oldFiles = Dictionary(
      zip(old.index.paths, old.index.paths.indices), uniquingKeysWith: { first, _ in first })
    let oldSequences = old.index.sequencesOfFiles
    for (file, sequences) in index.sequencesOfFiles.enumerated() {
      guard let oldFile = oldFiles[index.paths[file]], let stamp = states[file].stamp,
        let oldStamp = old.files[oldFile].stamp, stamp.size == oldStamp.size,
        states[file].checksum == old.files[oldFile].checksum,
        sequences.count == oldSequences[oldFile].count
      else { continue }
      let pairs = zip(sequences, oldSequences[oldFile])
      let areSame = pairs.allSatisfy { new, before in
        let (source, earlier) = (index.sources[new], old.index.sources[before])
        return source.key == earlier.key && source.firstLine == earlier.firstLine
      }
      if areSame { for (new, before) in pairs { copies[new] = before } }
    }
    return copies
  }

  private func write(_ plan: Plan, _ old: CacheContents?, _ parsed: Set<Int>) throws {
    var writer = try CacheWriter(path, plan.index)
    let chunks = self.chunks(plan)
    let (reader, width, copies, keepsTimes) = (
      reader, index.columns.count, plan.copies, plan.index.keepsTimes
    )
    try pool.inOrder(chunks.count) { number in
      try readChunk(
        chunks[number], of: reader, width: width, copies: copies, from: old, keepsTimes: keepsTimes)
    } take: {
      try writer.append($0)
    }
    // The checksum was taken before the sequences were read: without this check, a file that changed in
    // between would stay wrong in the cache forever.
    for file in parsed.sorted() where FileTree.stamp(of: index.paths[file]) != plan.states[file].stamp {
      throw RecordError(
        .changed, path: index.paths[file],
        "the file changed while its sequences were put into \(path): expected a file at rest, found another size or "
          + "time of change; try again when no program writes to it")
    }
    try writer.commit(files: plan.states, began: began)
  }

  /// Returns the groups of sequences to read at once: about a megabyte of file each, so that few results wait
  /// in memory and threads seldom contend.
  private func chunks(_ plan: Plan) -> [Range<Int>] {
    let (index, states) = (plan.index, plan.states)
    let sharers = index.sequencesOfFiles.map(\.count)
    var chunks: [Range<Int>] = []
    var (start, bytes) = (0, 0)
    for (sequence, source) in index.sources.enumerated() {
      bytes += (states[source.file].stamp?.size ?? 1 << 16) / max(1, sharers[source.file])
      if bytes >= 1 << 20 || sequence + 1 - start == 256 || sequence + 1 == index.sources.count {
        chunks.append(start..<sequence + 1)
        (start, bytes) = (sequence + 1, 0)
      }
    }
    return chunks
  }
}

/// Reads some sequences, from the old cache if it has them.
private func readChunk<Reader: SequenceRecordReader>(
  _ sequences: Range<Int>, of reader: Reader, width: Int, copies: [Int?], from old: CacheContents?,
  keepsTimes: Bool
) throws -> CacheChunk {
  var chunk = CacheChunk()
  var cursor: Reader.Cursor?
  var record = SequenceRecord()
  for sequence in sequences {
    var note = CacheNote(sequence: sequence)
    do {
      if let old, let copy = copies[sequence] {
        try old.read(copy, into: &record)
      } else {
        if cursor == nil { cursor = try reader.makeCursor() }
        record = SequenceRecord()
        try cursor?.read(sequence, into: &record)
      }
      (note.skippedRows, note.ledger) = (record.skippedRows, record.ledger)
      note.chosenRows = record.chosenRows
      if keepsTimes, let times = record.times {
        note.times = CachedTimes(times)
        for (_, column) in times.columns.sorted(by: { $0.key < $1.key }) { chunk.times += column.nanoseconds }
      }
      note.isFittedExample = record.isFittedExample ? true : nil
      guard record.stepCount == 0 || record.columnCount == width else {
        throw RecordError(
          .columnCount, path: reader.source(of: sequence).path,
          "the sequence has a different number of columns than the reader: expected \(width), found "
            + "\(record.columnCount); give every sequence the same columns")
      }
    } catch let error as RecordError where ErrorPolicy.Action.skipSequence.suits(error.kind) {
      // A fault of this sequence alone is stored: a policy may skip the sequence, and the others are still
      // readable.
      note.fault = CachedFault(error)
      record = SequenceRecord()
    }
    chunk.values += record.values
    chunk.sequences.append(
      .init(
        steps: record.stepCount, lines: record.lines, width: record.columnCount,
        missingCells: record.missingCells))
    if note != CacheNote(sequence: sequence) { chunk.notes.append(note) }
  }
  return chunk
}
