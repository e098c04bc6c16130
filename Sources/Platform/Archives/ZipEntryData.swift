import CMinizip

/// The bytes of an entry of a zip archive, found without minizip.
///
/// Members of an archive are read at their places, by any thread. And minizip 1.1, the version of Debian 12,
/// does not look into the fields of zip64, which entries of 4 GB and more have. The format is that of
/// PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12, 4.4.2 and 4.5.3.
struct ZipEntryData: Sendable {
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
  init?(largeIn archive: UnsafeRawBufferPointer, at start: Int, name: String) throws(Fault) {
    let record = ZipRecord(archive, start, name)
    guard let sizes = try record.largeSizes() else { return nil }
    try self.init(record, sizes)
  }

  private init(_ record: ZipRecord, _ sizes: ZipRecord.Sizes) throws(Fault) {
    let header = sizes.header
    guard header <= record.archive.count - 30, try record.number(UInt32.self, at: header) == 0x0403_4B50
    else {
      throw record.misfit
    }
    let first =
      header + 30 + (try record.number(UInt16.self, at: header + 26))
      + (try record.number(UInt16.self, at: header + 28))
    guard first <= record.archive.count, sizes.packed <= record.archive.count - first else {
      throw record.misfit
    }
    location = first..<first + sizes.packed
    byteCount = sizes.count
    isDeflated = try record.method() != 0
    checksum = UInt32(try record.number(UInt32.self, at: record.start + 16))
    guard isDeflated || byteCount == sizes.packed else { throw record.misfit }
  }

  /// Returns the member whose record is at byte `start` of the directory.
  ///
  /// - Throws: `Fault` if the record does not fit the archive.
  static func member(_ archive: UnsafeRawBufferPointer, at start: Int) throws(Fault) -> Archive.Entry {
    let length = try ZipRecord(archive, start, "an entry").number(UInt16.self, at: start + 28)
    guard start + 46 + length <= archive.count else { throw Fault("has a damaged directory") }
    let name = Array(archive[start + 46..<start + 46 + length])
    let record = ZipRecord(archive, start, String(decoding: name, as: UTF8.self))
    if name.last == UInt8(ascii: "/") { return .init(name: name, contents: .directory) }
    if let reason = try record.refusal() { return .init(name: name, contents: .refused(reason)) }
    let sizes = if let large = try record.largeSizes() { large } else { try record.sizes() }
    let data = try ZipEntryData(record, sizes)
    // The header in front of the bytes names them too, so a damaged name cannot stand for other bytes.
    let named = try record.number(UInt16.self, at: sizes.header + 26)
    guard named == length, hasBytes(archive, name, at: sizes.header + 30) else {
      throw Fault(
        "is damaged: expected \(quoted(record.name)) where its directory says, found another name; get the file again"
      )
    }
    return .init(
      name: name,
      contents: .file(
        data.location,
        .zipEntry(isDeflated: data.isDeflated, byteCount: data.byteCount, checksum: data.checksum)))
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

/// A record of the directory of a zip archive.
private struct ZipRecord {
  /// The numbers of bytes of an entry, and the offset of its header.
  struct Sizes {
    var packed, count, header: Int
  }

  let archive: UnsafeRawBufferPointer
  let start: Int
  let name: String

  init(_ archive: UnsafeRawBufferPointer, _ start: Int, _ name: String) {
    (self.archive, self.start, self.name) = (archive, start, name)
  }

  var misfit: Fault { Fault("describes \(quoted(name)) by sizes that do not fit the archive") }

  func number<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) throws(Fault) -> Int {
    guard offset >= 0, offset + MemoryLayout<Value>.size <= archive.count else {
      throw Fault("describes \(quoted(name)) outside of the archive")
    }
    return Int(clamping: Value(littleEndian: archive.loadUnaligned(fromByteOffset: offset, as: Value.self)))
  }

  func method() throws(Fault) -> Int { try number(UInt16.self, at: start + 10) }

  /// The sizes in the fields of 32 bits.
  func sizes() throws(Fault) -> Sizes {
    Sizes(
      packed: try number(UInt32.self, at: start + 20), count: try number(UInt32.self, at: start + 24),
      header: try number(UInt32.self, at: start + 42))
  }

  /// The sizes, some of which are in the fields of zip64; `nil` if none are.
  func largeSizes() throws(Fault) -> Sizes? {
    let absent = 0xFFFF_FFFF
    var sizes = try sizes()
    guard sizes.packed == absent || sizes.count == absent || sizes.header == absent else { return nil }
    // The extra fields: an identifier, a length, and as many bytes; identifier 1 has the large numbers.
    var field = start + 46 + (try number(UInt16.self, at: start + 28))
    let end = field + (try number(UInt16.self, at: start + 30))
    while field + 4 <= end, try number(UInt16.self, at: field) != 1 {
      field += 4 + (try number(UInt16.self, at: field + 2))
    }
    guard field + 4 <= end else { return nil }  // sizes that happen to be the largest of 32 bits
    field += 4
    if sizes.count == absent {
      sizes.count = try number(UInt64.self, at: field)
      field += 8
    }
    if sizes.packed == absent {
      sizes.packed = try number(UInt64.self, at: field)
      field += 8
    }
    if sizes.header == absent { sizes.header = try number(UInt64.self, at: field) }
    return sizes
  }

  /// Why the entry cannot be read, in words; `nil` if it can.
  func refusal() throws(Fault) -> String? {
    // Systems that have the mode of a file in the upper half of its attributes: Unix, and macOS.
    let system = try number(UInt8.self, at: start + 5)
    let type = (try number(UInt32.self, at: start + 38)) >> 28
    if [3, 19].contains(system), type != 0, type != 0o10 {
      return
        "is \(type == 0o12 ? "a link" : "no plain file"): expected a file in the archive; make the archive with what it "
        + "leads to (zip without -y)"
    }
    if try number(UInt16.self, at: start + 8) & 1 != 0 {
      return "is encrypted: expected a member that can be read without a password; unpack the archive (unzip)"
    }
    let method = try method()
    if method != 0 && method != 8 {
      return
        "is compressed by method \(method) of zip: expected a stored or deflated member; unpack the archive (unzip)"
    }
    return nil
  }
}
