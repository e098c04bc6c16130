import CMinizip

/// A zip archive in memory, read with minizip.
///
/// This file holds all unsafe code for reading.
///
/// Use it from one thread at a time, because an archive has one open entry. Threads that share the bytes each
/// make their own reader.
package final class ZipReader {
  /// One file of the archive.
  package struct Entry: Sendable {
    package var name: String
    var position: Position
    package var byteCount: Int
    /// Where to find the bytes without minizip; `nil` if minizip can read them.
    var large: ZipEntryData?
  }

  /// The location of an entry in the archive, as minizip keeps it.
  struct Position: Sendable {
    var directory: ZPOS64_T
    var number: ZPOS64_T
  }

  private let source: ZipSource
  /// `nil` for an archive without entries, in which minizip finds no directory.
  private let archive: unzFile?

  /// Opens the archive in `bytes`, which must outlive the reader.
  package init(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
    source = ZipSource(bytes)
    guard let record = Self.endRecord(of: bytes) else {
      throw Fault("has no end of a zip archive's directory at its end (\(bytes.count) bytes)")
    }
    if record == 0 {
      archive = nil
      return
    }
    var functions = source.functions
    guard let archive = unzOpen2_64("", &functions) else {
      throw Fault("has a damaged directory")
    }
    self.archive = archive
  }

  deinit {
    if let archive { unzClose(archive) }
  }

  /// The start of the record that ends an archive, or `nil` if it is not complete. (minizip accepts a
  /// truncated one.)
  private static func endRecord(of bytes: UnsafeRawBufferPointer) -> Int? {
    let signature: [UInt8] = [0x50, 0x4B, 5, 6]
    // The record has 22 bytes. The last two are the length of the comment, which fills the rest of the file.
    guard bytes.count >= 22 else { return nil }
    for comment in 0...min(bytes.count - 22, 0xFFFF) {
      let start = bytes.count - 22 - comment
      let length = Int(bytes[start + 20]) | Int(bytes[start + 21]) << 8
      if length == comment && bytes[start..<start + 4].elementsEqual(signature) { return start }
    }
    return nil
  }

  /// The entries, in the order of the archive's directory.
  package func entries() throws(Fault) -> [Entry] {
    try all { archive throws(Fault) in try currentEntry(archive) }
  }

  /// The entries as members of an archive, in the order of the archive's directory.
  ///
  /// - Throws: `Fault` if the directory is damaged.
  func members() throws(Fault) -> [Archive.Entry] {
    try all { archive throws(Fault) in
      try ZipEntryData.member(source.bytes, at: Int(clamping: unzGetOffset64(archive)))
    }
  }

  /// Checks that the name in front of every entry's bytes is the one in the directory.
  ///
  /// No checksum covers names: an entry whose name is damaged would be overlooked, or taken for another one.
  ///
  /// - Throws: `Fault` if a name differs, or the directory is damaged.
  package func checkNames() throws(Fault) { _ = try members() }

  /// Goes to every entry, and returns what `body` makes of it.
  private func all<Value>(_ body: (unzFile) throws(Fault) -> Value) throws(Fault) -> [Value] {
    guard let archive else { return [] }
    var global = unz_global_info64()
    guard unzGetGlobalInfo64(archive, &global) == UNZ_OK else { throw Fault("has a damaged directory") }
    var values: [Value] = []
    var status = global.number_entry == 0 ? UNZ_END_OF_LIST_OF_FILE : unzGoToFirstFile(archive)
    while status == UNZ_OK {
      values.append(try body(archive))
      status = unzGoToNextFile(archive)
    }
    guard status == UNZ_END_OF_LIST_OF_FILE, UInt64(values.count) == UInt64(global.number_entry) else {
      throw Fault("has a damaged directory, with \(values.count) of \(global.number_entry) entries")
    }
    return values
  }

  private func currentEntry(_ archive: unzFile) throws(Fault) -> Entry {
    var info = unz_file_info64()
    var position = unz64_file_pos()
    guard unzGetCurrentFileInfo64(archive, &info, nil, 0, nil, 0, nil, 0) == UNZ_OK else {
      throw Fault("has a damaged directory")
    }
    var name = [CChar](repeating: 0, count: Int(info.size_filename) + 1)
    guard unzGetCurrentFileInfo64(archive, &info, &name, uLong(name.count - 1), nil, 0, nil, 0) == UNZ_OK,
      unzGetFilePos64(archive, &position) == UNZ_OK
    else { throw Fault("has a damaged directory") }
    let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let large = try ZipEntryData(
      largeIn: source.bytes, at: Int(clamping: unzGetOffset64(archive)), name: text)
    guard info.flag & 1 == 0 else { throw Fault("contains \(quoted(text)) encrypted") }
    guard info.compression_method == 0 || info.compression_method == UInt(Z_DEFLATED) else {
      throw Fault(
        "contains \(quoted(text)) compressed by method \(info.compression_method), not stored or deflated")
    }
    // Deflate compresses at most 1032 to 1. A larger size is wrong, and must not be used to allocate memory.
    let packed = large.map { UInt64($0.location.count) } ?? UInt64(info.compressed_size)
    let count = large.map { UInt64($0.byteCount) } ?? UInt64(info.uncompressed_size)
    let largest =
      info.compression_method == 0 ? packed : packed.multipliedReportingOverflow(by: 1032).partialValue
    guard packed <= UInt64(source.bytes.count), count <= largest else {
      throw Fault("gives \(quoted(text)) \(count) bytes, more than the archive can contain")
    }
    return Entry(
      name: text, position: Position(directory: position.pos_in_zip_directory, number: position.num_of_file),
      byteCount: Int(count), large: large)
  }

  /// Reads the first `count` bytes of `entry`, and verifies the checksum if that is the whole entry.
  package func read(_ entry: Entry, count: Int) throws(Fault) -> [UInt8] {
    if let large = entry.large { return try large.read(count, of: source.bytes, name: entry.name) }
    var position = unz64_file_pos(
      pos_in_zip_directory: entry.position.directory, num_of_file: entry.position.number)
    guard unzGoToFilePos64(archive, &position) == UNZ_OK, unzOpenCurrentFile(archive) == UNZ_OK else {
      throw Fault("cannot give \(quoted(entry.name)): its place in the archive is damaged")
    }
    var status = UNZ_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
      while read < count {
        let part = UInt32(min(count - read, 1 << 30))
        let got = unzReadCurrentFile(archive, buffer.baseAddress.map { $0 + read }, part)
        guard got > 0 else {
          status = got
          break
        }
        read += Int(got)
      }
    }
    let closed = unzCloseCurrentFile(archive)
    guard status == UNZ_OK, bytes.count == count else {
      throw Fault("contains \(quoted(entry.name)) damaged: \(bytes.count) of \(count) bytes can be read")
    }
    guard closed != UNZ_CRCERROR else {
      throw Fault("contains \(quoted(entry.name)) damaged: its checksum differs")
    }
    return bytes
  }
}

/// Bytes that minizip reads like a file.
private final class ZipSource {
  let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The callbacks for minizip.
  ///
  /// The reference is unretained: the reader keeps the source while the archive is open.
  var functions: zlib_filefunc64_def {
    zlib_filefunc64_def(
      zopen64_file: { opaque, _, _ in opaque },
      zread_file: { opaque, _, buffer, count in ZipSource.at(opaque)?.read(into: buffer, count) ?? 0 },
      zwrite_file: { _, _, _, _ in 0 },
      ztell64_file: { opaque, _ in ZPOS64_T(ZipSource.at(opaque)?.position ?? 0) },
      zseek64_file: { opaque, _, offset, origin in
        ZipSource.at(opaque)?.seek(UInt64(offset), from: origin) ?? -1
      },
      zclose_file: { _, _ in 0 },
      zerror_file: { _, _ in 0 },
      opaque: Unmanaged.passUnretained(self).toOpaque())
  }

  private static func at(_ opaque: UnsafeMutableRawPointer?) -> ZipSource? {
    opaque.map { Unmanaged<ZipSource>.fromOpaque($0).takeUnretainedValue() }
  }

  private func read(into buffer: UnsafeMutableRawPointer?, _ count: UInt) -> UInt {
    let some = min(bytes.count - position, Int(clamping: count))
    guard some > 0, let buffer, let start = bytes.baseAddress else { return 0 }
    buffer.copyMemory(from: start + position, byteCount: some)
    position += some
    return UInt(some)
  }

  private func seek(_ offset: UInt64, from origin: Int32) -> Int {
    let base = zipSeekBase(origin, position: position, end: bytes.count)
    let (target, overflow) = base.addingReportingOverflow(Int(truncatingIfNeeded: offset))
    guard !overflow, (0...bytes.count).contains(target) else { return -1 }
    position = target
    return 0
  }
}

/// The position from which minizip counts an offset when it seeks.
package func zipSeekBase(_ origin: Int32, position: Int, end: Int) -> Int {
  switch origin {
  case ZLIB_FILEFUNC_SEEK_CUR: position
  case ZLIB_FILEFUNC_SEEK_END: end
  default: 0
  }
}
