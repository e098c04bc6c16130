import FoundationEssentials
import Platform
import TensorFiles

/// An open cache: small data in memory, values in the file.
///
/// The tensors: `values` F32 [sum of T, C], `offsets` I64 [N + 1] in steps, `sequences` I64 [N, 6] (file,
/// first line of the source, first and last line of the record, its number of columns, the number of its
/// missing cells), `missing` I64 (those cells, sequence by sequence; only if there are any), `times` I64 [.., 2] (the upper
/// and lower halves of exact timestamps; only if there are any), `files` I64 [F,
/// 6] (size or -1, times of modification and of change in ns, device, inode, checksum), and the JSON of
/// `CacheNames` and of `[CacheNote]` as U8. Names are not stored as metadata: a header holds at most 100 MB,
/// which a few hundred thousand files would fill.
final class CacheContents: Sendable {
  static let format = "timestep-sequence-cache"
  /// Version 1 did not store missing cells, version 2 had other checksums.
  static let version = 3

  let index: CacheIndex
  /// The state of each of `index.paths`.
  let files: [CachedFileState]
  /// The first step of each sequence, and the end of the last one.
  let offsets: [Int]
  /// The time at which the build of the cache began, in nanoseconds since 1970.
  let began: Int
  private let lines: [ClosedRange<Int>]
  private let widths: [Int]
  /// The index in `missing` of the first missing cell of each sequence, and the end of the last; empty if
  /// nothing is missing.
  private let missingOffsets: [Int]
  private let notes: [Int: CacheNote]
  private let values: SafetensorsFile.Pieces
  /// `nil` if nothing is missing.
  private let missing: SafetensorsFile.Pieces?
  /// `nil` if there are no exact timestamps.
  private let times: SafetensorsFile.Pieces?

  /// Opens the cache at `path` and checks every byte of it.
  ///
  /// - Throws: `FileError` if it cannot be opened, `TensorFileError` if it is damaged, not a cache, or of a
  ///   newer version.
  init(_ path: String) throws {
    let file = try SafetensorsFile(path)
    func fault(_ problem: String) -> TensorFileError {
      TensorFileError(path: path, problem: "is not a sequence cache: it \(problem); make it again")
    }
    guard file.metadata["format"] == Self.format else { throw fault("is of another format") }
    guard let text = file.metadata["version"], let version = Int(text), version == Self.version else {
      throw fault(
        "is of version \(file.metadata["version"] ?? "?"), and this program knows version \(Self.version)")
    }
    guard file.checksum() != nil else { throw fault("has no checksum") }
    func numbers(_ name: String, width: Int) throws -> [Int] {
      guard let info = file.info(name), info.element == .int64, !info.shape.isEmpty,
        info.shape.dropFirst().reduce(1, *) == width
      else { throw fault("has no \(name)") }
      var all: [Int] = []
      try file.pieces(name).append(0..<info.shape[0] * width, to: &all)
      return all
    }
    func decoded<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
      guard let info = file.info(name), info.element == .uint8, info.shape.count == 1 else {
        throw fault("has no \(name)")
      }
      var bytes: [UInt8] = []
      try file.pieces(name).append(0..<info.shape[0], to: &bytes)
      do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
        throw fault("has \(name) that cannot be read")
      }
    }
    let names = try decoded("names", as: CacheNames.self)
    // Flat, with six numbers per entry: a million small arrays would take longer than everything
    // else.
    let sequences = try numbers("sequences", width: 6)
    let states = try numbers("files", width: 6)
    let offsets = try numbers("offsets", width: 1)
    let (count, fileCount) = (names.keys.count, names.paths.count)
    let width = names.columns.count
    func isValid(_ sequence: Int) -> Bool {
      let file = sequences[6 * sequence]
      let (firstLine, lastLine) = (sequences[6 * sequence + 2], sequences[6 * sequence + 3])
      let missingCount = sequences[6 * sequence + 5]
      let cellCount = (offsets[sequence + 1] - offsets[sequence]) * width
      return file >= 0 && file < fileCount && firstLine <= lastLine
        && missingCount >= 0 && missingCount <= cellCount
    }
    guard let values = file.info("values"), values.element == .float32,
      offsets.count == count + 1, sequences.count == 6 * count, states.count == 6 * fileCount,
      offsets[0] == 0, values.shape == [offsets[count], width],
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }), (0..<count).allSatisfy(isValid),
      let began = Int(names.began)
    else { throw fault("does not fit together") }
    self.offsets = offsets
    self.values = try file.pieces("values")
    index = CacheIndex(
      paths: names.paths,
      sources: names.keys.enumerated().map { number, key in
        .init(file: sequences[6 * number], firstLine: sequences[6 * number + 1], key: key)
      },
      columns: names.columns, options: names.options, keepsTimes: names.keepsTimes ?? false)
    files = (0..<fileCount).map { number in
      let state = states[6 * number..<6 * number + 6].map { $0 }
      let stamp = FileStamp(
        size: state[0], modified: state[1], changed: state[2], device: state[3], inode: state[4])
      return CachedFileState(
        stamp: state[0] < 0 ? nil : stamp, checksum: UInt64(bitPattern: Int64(state[5])))
    }
    self.began = began
    lines = (0..<count).map { sequences[6 * $0 + 2]...sequences[6 * $0 + 3] }
    widths = (0..<count).map { sequences[6 * $0 + 4] }
    var ends = [0]
    for sequence in 0..<count { ends.append(ends[sequence] + sequences[6 * sequence + 5]) }
    let cells = file.info("missing")
    guard ends[count] == cells?.shape.first ?? 0, cells.map({ $0.element == .int64 }) ?? true else {
      throw fault("does not fit together")
    }
    missing = try cells.map { try file.pieces($0.name) }
    missingOffsets = ends[count] == 0 ? [] : ends
    notes = Dictionary(
      try decoded("notes", as: [CacheNote].self).map { ($0.sequence, $0) },
      uniquingKeysWith: { _, last in last })
    let stored = file.info("times")
    let timeCount = stored?.shape.first ?? 0
    let hasAllTimes = notes.values.allSatisfy { note in
      guard let times = note.times else { return true }
      return times.start >= 0 && times.stepCount >= 0
        && times.start + times.stepCount * times.columns.count <= timeCount
    }
    guard hasAllTimes, stored.map({ $0.element == .int64 && $0.shape.dropFirst() == [2] }) ?? true else {
      throw fault("does not fit together")
    }
    times = try stored.map { try file.pieces($0.name) }
  }

  func stepCount(of index: Int) -> Int { offsets[index + 1] - offsets[index] }

  /// Returns the ordinals of the steps of sequence `index`.
  private func rowOrdinals(of index: Int) -> RowOrdinals {
    let note = note(index)
    if let rows = note?.chosenRows { return rows }
    let skipped = note?.skippedRows ?? []
    let rowCount = stepCount(of: index) + skipped.count
    let lines = lines[index]
    return RowOrdinals(
      allOf: rowCount, skipping: skipped, firstLine: lines.count == rowCount ? lines.lowerBound : nil)
  }

  /// Returns the note about a sequence; most have none.
  private func note(_ index: Int) -> CacheNote? { notes.isEmpty ? nil : notes[index] }

  /// Reads all of sequence `index`.
  func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try copy(index, 0..<stepCount(of: index), into: &sequence)
    let note = note(index)
    sequence.lines = lines[index]
    sequence.skippedRows = note?.skippedRows ?? []
    sequence.chosenRows = note?.chosenRows
    sequence.ledger = note?.ledger ?? []
  }

  /// Returns the exact timestamps of some steps of a sequence.
  private func rowTimes(_ cached: CachedTimes, _ steps: Range<Int>) throws -> RowTimes {
    var halves: [Int] = []
    for column in cached.columns.indices {
      let start = cached.start + column * cached.stepCount
      try times?.append(2 * (start + steps.lowerBound)..<2 * (start + steps.upperBound), to: &halves)
    }
    return cached.times(
      stride(from: 0, to: halves.count, by: 2).map {
        Int128(halves[$0]) << 64 | Int128(UInt64(bitPattern: Int64(halves[$0 + 1])))
      })
  }

  /// Reads some rows as `SequenceRecord.take` would, without reading the rest.
  func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= stepCount(of: index),
      "rows \(rows) of \(stepCount(of: index)) of sequence \(index)")
    try copy(index, rows, into: &sequence)
    sequence.chooseRows(rowOrdinals(of: index)[rows], linesOfAll: lines[index])
    sequence.ledger = rows.lowerBound == 0 ? note(index)?.ledger ?? [] : []
  }

  private func copy(_ index: Int, _ rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    // Kept through `begin`: numbers that are overwritten need not be zeros before.
    var numbers: [Float] = []
    swap(&numbers, &sequence.values)
    sequence.begin(columnCount: widths[index])
    let note = note(index)
    if let fault = note?.fault { throw fault.error }
    sequence.isFittedExample = note?.isFittedExample ?? false
    let width = self.index.columns.count
    let start = offsets[index]
    try values.copy(
      (start + rows.lowerBound) * width..<(start + rows.upperBound) * width, into: &numbers)
    sequence.values = numbers
    sequence.times = try note?.times.map { try rowTimes($0, rows) }
    sequence.missingCells = try missingCells(of: index, in: rows.lowerBound * width..<rows.upperBound * width)
  }

  /// Returns the missing cells of sequence `index` among `cells`, counted from the first of `cells`.
  private func missingCells(of index: Int, in cells: Range<Int>) throws -> [Int] {
    guard let missing, !missingOffsets.isEmpty, missingOffsets[index] < missingOffsets[index + 1] else {
      return []
    }
    var all: [Int] = []
    try missing.append(missingOffsets[index]..<missingOffsets[index + 1], to: &all)
    return all.filter(cells.contains).map { $0 - cells.lowerBound }
  }
}

/// The strings stored in a cache.
struct CacheNames: Codable {
  var paths: [String]
  var keys: [String]
  var columns: [String]
  var options: Signature
  /// True if exact timestamps are kept; older caches do not say.
  var keepsTimes: Bool?
  /// The time at which the build began, as text: JSON numbers are not precise enough.
  var began: String
}
