import FoundationEssentials
import Platform
import TensorFiles

/// Writes a cache, sequence by sequence.
struct CacheWriter {
  private let writer: GrowingSafetensorsWriter
  private let index: CacheIndex
  private var offsets: [Int64] = [0]
  private var sequences: [Int64] = []
  private var missing: [Int64] = []
  private var notes: [CacheNote] = []
  /// Every timestamp as its upper and its lower half.
  private var times: [Int64] = []

  /// Creates the cache at `path`.
  ///
  /// - Throws: `FileError` if the file cannot be created.
  init(_ path: String, _ index: CacheIndex) throws {
    self.index = index
    writer = try GrowingSafetensorsWriter(
      path, metadata: ["format": CacheContents.format, "version": "\(CacheContents.version)"])
    writer.begin("values", .float32, rowShape: [index.columns.count])
  }

  /// Appends the next sequences.
  mutating func append(_ chunk: CacheChunk) throws {
    try writer.append(chunk.values)
    for sequence in chunk.sequences {
      let source = index.sources[offsets.count - 1]
      offsets.append(offsets[offsets.count - 1] + Int64(sequence.steps))
      sequences += [
        source.file, source.firstLine, sequence.lines.lowerBound, sequence.lines.upperBound, sequence.width,
        sequence.missingCells.count,
      ].map(Int64.init)
      missing += sequence.missingCells.map(Int64.init)
    }
    var start = times.count / 2
    for var note in chunk.notes {
      note.times?.start = start
      start += note.times.map { $0.stepCount * $0.columns.count } ?? 0
      notes.append(note)
    }
    for time in chunk.times {
      times.append(Int64(time >> 64))
      times.append(Int64(truncatingIfNeeded: time))
    }
  }

  /// Completes the cache.
  ///
  /// - Parameters:
  ///   - files: The state of every file when its sequences were read.
  ///   - began: The time at which the build began, in nanoseconds since 1970.
  mutating func commit(files: [CachedFileState], began: Int) throws {
    writer.begin("offsets", .int64)
    try writer.append(offsets)
    writer.begin("sequences", .int64, rowShape: [6])
    try writer.append(sequences)
    if !missing.isEmpty {
      writer.begin("missing", .int64)
      try writer.append(missing)
    }
    if !times.isEmpty {
      writer.begin("times", .int64, rowShape: [2])
      try writer.append(times)
    }
    writer.begin("files", .int64, rowShape: [6])
    try writer.append(
      files.flatMap { file -> [Int64] in
        let stamp =
          file.stamp.map { [$0.size, $0.modified, $0.changed, $0.device, $0.inode] } ?? [-1, 0, 0, 0, 0]
        return stamp.map(Int64.init) + [Int64(bitPattern: file.checksum)]
      })
    let names = CacheNames(
      paths: index.paths, keys: index.sources.map(\.key), columns: index.columns, options: index.options,
      keepsTimes: index.keepsTimes ? true : nil, began: "\(began)")
    writer.begin("names", .uint8)
    try append(names)
    writer.begin("notes", .uint8)
    try append(notes)
    try writer.commit()
  }

  private func append(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = Array(try encoder.encode(value))
    // Padded to a multiple of 8, so that the following tensors are aligned.
    while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
    try writer.append(text)
  }
}

/// Some consecutive sequences, ready to be written.
struct CacheChunk: Sendable {
  /// One sequence, without its values.
  struct Sequence: Sendable {
    var steps: Int
    var lines: ClosedRange<Int>
    var width: Int
    var missingCells: [Int]
  }

  var values: [Float] = []
  var sequences: [Sequence] = []
  var notes: [CacheNote] = []
  /// The timestamps that the notes describe.
  var times: [Int128] = []
}
