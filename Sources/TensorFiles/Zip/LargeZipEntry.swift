import CMinizip

/// An entry of a zip archive whose sizes or offset are in the fields of zip64, as from 4 GB on.
///
/// minizip 1.1, the version of Debian 12, does not look into these fields when it reads. The format is that
/// of PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.5.3.
struct LargeZipEntry: Sendable {
  /// The bytes of the entry, stored or deflated, in the archive.
  let location: Range<Int>
  /// The number of bytes after decompression.
  let byteCount: Int
  private let isDeflated: Bool
  private let checksum: UInt32

  /// Reads the record at byte `start` of the directory.
  ///
  /// - Returns: `nil` if the entry does not use the fields of zip64.
  /// - Throws: `Fault` if they do not fit the archive.
  init?(_ archive: UnsafeRawBufferPointer, at start: Int, name: String) throws(Fault) {
    func number<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) throws(Fault) -> Int {
      guard offset >= 0, offset + MemoryLayout<Value>.size <= archive.count else {
        throw Fault("describes \(quoted(name)) outside of the archive")
      }
      return Int(clamping: Value(littleEndian: archive.loadUnaligned(fromByteOffset: offset, as: Value.self)))
    }
    func fault() -> Fault { Fault("describes \(quoted(name)) by sizes that do not fit the archive") }
    let absent = 0xFFFF_FFFF
    var (packed, count) = (try number(UInt32.self, at: start + 20), try number(UInt32.self, at: start + 24))
    var header = try number(UInt32.self, at: start + 42)
    guard packed == absent || count == absent || header == absent else { return nil }
    // The extra fields: an identifier, a length, and as many bytes; identifier 1 has the large numbers.
    var field = start + 46 + (try number(UInt16.self, at: start + 28))
    let end = field + (try number(UInt16.self, at: start + 30))
    while field + 4 <= end, try number(UInt16.self, at: field) != 1 {
      field += 4 + (try number(UInt16.self, at: field + 2))
    }
    guard field + 4 <= end else { return nil }  // sizes that happen to be the largest of 32 bits
    field += 4
    if count == absent {
      count = try number(UInt64.self, at: field)
      field += 8
    }
    if packed == absent {
      packed = try number(UInt64.self, at: field)
      field += 8
    }
    if header == absent { header = try number(UInt64.self, at: field) }
    guard header <= archive.count - 30, try number(UInt32.self, at: header) == 0x0403_4B50 else {
      throw fault()
    }
    let first =
      header + 30 + (try number(UInt16.self, at: header + 26)) + (try number(UInt16.self, at: header + 28))
    guard first <= archive.count, packed <= archive.count - first else { throw fault() }
    location = first..<first + packed
    byteCount = count
    isDeflated = try number(UInt16.self, at: start + 10) != 0
    checksum = UInt32(try number(UInt32.self, at: start + 16))
    guard isDeflated || byteCount == packed else { throw fault() }
  }

  /// Reads the first `count` bytes, and verifies the checksum if these are all.
  func read(_ count: Int, of archive: UnsafeRawBufferPointer, name: String) throws(Fault) -> [UInt8] {
    let packed = UnsafeRawBufferPointer(rebasing: archive[location])
    let bytes = isDeflated ? Self.inflated(packed, count) : Array(packed.prefix(count))
    guard bytes.count == count else {
      throw Fault("contains \(quoted(name)) damaged: \(bytes.count) of \(count) bytes can be read")
    }
    let isIntact =
      count < byteCount || bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) } == checksum
    guard isIntact else { throw Fault("contains \(quoted(name)) damaged: its checksum differs") }
    return bytes
  }

  /// Returns the first `count` bytes of deflated data, or fewer if it is damaged.
  private static func inflated(_ packed: UnsafeRawBufferPointer, _ count: Int) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else { return [] }
    defer { inflateEnd(&stream) }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      var read = 0
      var status = Z_OK
      while status == Z_OK && written < count {
        // zlib counts in 32 bits.
        let input = UnsafeRawBufferPointer(rebasing: packed[read..<min(packed.count, read + 1 << 30)])
        let room = min(count - written, 1 << 30)
        stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = buffer.baseAddress.map { $0 + written }
        stream.avail_out = UInt32(room)
        status = inflate(&stream, Z_NO_FLUSH)
        let (taken, made) = (input.count - Int(stream.avail_in), room - Int(stream.avail_out))
        if taken == 0 && made == 0 { break }
        read += taken
        written += made
      }
    }
  }
}
