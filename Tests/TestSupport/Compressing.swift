import CMinizip
import CZstd

/// Returns `bytes` as gzip writes them: one member.
///
/// - Parameter level: 0 (stored) to 9.
public func gzipped(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
  deflated(bytes, level: level, windowBits: MAX_WBITS + 16)
}

/// Returns `bytes` in raw deflate, as zip archives hold them.
private func deflated(_ bytes: [UInt8], level: Int32, windowBits: Int32) -> [UInt8] {
  var stream = z_stream()
  let size = Int32(MemoryLayout<z_stream>.size)
  precondition(
    deflateInit2_(&stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
  defer { deflateEnd(&stream) }
  var input = bytes
  return input.withUnsafeMutableBufferPointer { input in
    stream.next_in = input.baseAddress
    stream.avail_in = UInt32(input.count)
    let capacity = Int(deflateBound(&stream, uLong(input.count))) + 64
    return [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(capacity)
      precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
      count = capacity - Int(stream.avail_out)
    }
  }
}

/// Returns `bytes` as zstd writes them: one frame.
public func zstandard(_ bytes: [UInt8], level: Int32 = 3, hasChecksum: Bool = true) -> [UInt8] {
  guard let context = ZSTD_createCCtx() else { preconditionFailure("no memory for zstd") }
  defer { ZSTD_freeCCtx(context) }
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0)
  let capacity = ZSTD_compressBound(bytes.count)
  return [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
    count = bytes.withUnsafeBytes {
      ZSTD_compress2(context, output.baseAddress, capacity, $0.baseAddress, $0.count)
    }
  }
}

/// A file of an archive.
public struct ArchivedFile: Sendable {
  /// The name in the archive.
  public var name: String
  /// The contents.
  public var bytes: [UInt8]

  /// Makes a file.
  public init(_ name: String, _ bytes: some Sequence<UInt8>) {
    (self.name, self.bytes) = (name, Array(bytes))
  }
}

/// Returns a tar archive in the form of POSIX, with names of at most 100 bytes.
public func tarArchive(_ files: [ArchivedFile]) -> [UInt8] {
  var archive: [UInt8] = []
  for file in files {
    precondition(file.name.utf8.count <= 100)
    func octal(_ number: Int, _ width: Int) -> [UInt8] {
      let digits = String(number, radix: 8)
      return Array((String(repeating: "0", count: width - 1 - digits.count) + digits).utf8) + [0]
    }
    var header = [UInt8](repeating: 0, count: 512)
    header.replaceSubrange(0..<file.name.utf8.count, with: file.name.utf8)
    header.replaceSubrange(100..<108, with: octal(0o644, 8))
    header.replaceSubrange(124..<136, with: octal(file.bytes.count, 12))
    header.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
    header[156] = UInt8(ascii: "0")
    header.replaceSubrange(257..<265, with: Array("ustar\u{0}00".utf8))
    header.replaceSubrange(148..<155, with: octal(header.reduce(0) { $0 + Int($1) }, 7))
    archive += header + file.bytes
    archive += [UInt8](repeating: 0, count: (512 - file.bytes.count % 512) % 512)
  }
  return archive + [UInt8](repeating: 0, count: 1024)
}

/// Returns a zip archive, in which every other file is deflated.
public func zipArchive(_ files: [ArchivedFile]) -> [UInt8] {
  func little(_ numbers: (count: Int, value: Int)...) -> [UInt8] {
    numbers.flatMap { number in
      (0..<number.count).map { UInt8(truncatingIfNeeded: number.value >> (8 * $0)) }
    }
  }
  var (archive, directory): ([UInt8], [UInt8]) = ([], [])
  for (index, file) in files.enumerated() {
    let isDeflated = index % 2 == 1
    let packed = isDeflated ? deflated(file.bytes, level: 6, windowBits: -MAX_WBITS) : file.bytes
    let checksum = Int(crc32_z(0, file.bytes, file.bytes.count))
    let shared =
      little((2, 20), (2, 0x800), (2, isDeflated ? 8 : 0), (2, 0), (2, 33), (4, checksum), (4, packed.count))
      + little((4, file.bytes.count), (2, file.name.utf8.count), (2, 0))
    directory += little((4, 0x0201_4B50), (2, 20)) + shared
    directory += little((2, 0), (2, 0), (2, 0), (4, 0), (4, archive.count)) + Array(file.name.utf8)
    archive += little((4, 0x0403_4B50)) + shared + Array(file.name.utf8) + packed
  }
  let end = little(
    (4, 0x0605_4B50), (2, 0), (2, 0), (2, files.count), (2, files.count), (4, directory.count),
    (4, archive.count), (2, 0))
  return archive + directory + end
}
