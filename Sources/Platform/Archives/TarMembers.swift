/// The members of a tar archive in memory: POSIX (ustar, pax), GNU and old ones.
///
/// The formats are those of POSIX.1-2017 (pax, "ustar Interchange Format" and "pax Header Block") and of GNU
/// tar's manual, "Basic Tar Format". libarchive reads more of them, but does not say where the bytes of a
/// member begin.
struct TarMembers {
  private static let block = 512

  private let archive: UnsafeRawBufferPointer
  /// What a header says about the next member, in place of the fields of that.
  private var extended = Extended()

  private struct Extended {
    var name: [UInt8]?
    var size: Int?
    var isSparse = false
  }

  /// - Parameter archive: All bytes of the archive.
  init(_ archive: UnsafeRawBufferPointer) { self.archive = archive }

  /// Returns the members, in the order of the archive.
  ///
  /// - Throws: `Fault` if it is no tar archive, damaged, or cut off.
  func all() throws(Fault) -> [Archive.Entry] {
    var reader = self
    var entries: [Archive.Entry] = []
    var offset = 0
    while let header = try header(at: offset) {
      offset += Self.block
      let size =
        if let size = reader.extended.size { size } else { try number(header, 124..<136, at: offset) }
      let type = header[156]
      // Links and devices have no bytes, whatever their size.
      let hasBytes = !("1"..."6").contains(Character(Unicode.Scalar(type)))
      let count = hasBytes ? size : 0
      guard count <= archive.count - offset else { throw cut(at: offset) }
      let bytes = offset..<offset + count
      if let entry = try reader.take(type, header, bytes) { entries.append(entry) }
      offset += (count + Self.block - 1) / Self.block * Self.block
    }
    return entries
  }

  /// Returns the header at `offset`; `nil` at the end, which is a block of zeros.
  private func header(at offset: Int) throws(Fault) -> UnsafeRawBufferPointer? {
    guard offset + Self.block <= archive.count else {
      throw offset == 0 ? notTar : cut(at: offset)
    }
    let header = UnsafeRawBufferPointer(rebasing: archive[offset..<offset + Self.block])
    if header.allSatisfy({ $0 == 0 }) { return nil }
    // The sum of all bytes, those of the sum itself taken as blanks; old programs took bytes as signed.
    let field = 148..<156
    let sum = header.indices.reduce(0) { $0 + (field.contains($1) ? 0x20 : Int(header[$1])) }
    let signed = header.indices.reduce(0) {
      $0 + (field.contains($1) ? 0x20 : Int(Int8(bitPattern: header[$1])))
    }
    guard let expected = octal(header[field]), expected == sum || expected == signed else {
      throw offset == 0
        ? notTar
        : Fault(
          "is a damaged tar archive: expected the header of a member at byte \(offset), found a wrong checksum; "
            + "get the file again")
    }
    return header
  }

  private var notTar: Fault {
    Fault(
      "is no archive: expected a zip or tar archive, or a tar archive in gzip or zstd, found "
        + "\"\(escapedText(archive.prefix(8)))\"; check the name")
  }

  private func cut(at offset: Int) -> Fault {
    Fault(
      "is cut off: expected a tar archive with a block of zeros at its end, found the end of the file at byte "
        + "\(archive.count); get the file again")
  }

  /// Takes a member, or what precedes one.
  private mutating func take(
    _ type: UInt8, _ header: UnsafeRawBufferPointer, _ bytes: Range<Int>
  ) throws(Fault) -> Archive.Entry? {
    switch type {
    case UInt8(ascii: "L"):
      extended.name = Array(archive[bytes].prefix { $0 != 0 })
      return nil
    case UInt8(ascii: "K"), UInt8(ascii: "g"), UInt8(ascii: "V"): return nil
    case UInt8(ascii: "x"):
      try readRecords(bytes)
      return nil
    default: break
    }
    defer { extended = Extended() }
    let name = extended.name ?? self.name(header)
    return Archive.Entry(name: name, contents: contents(type, name, bytes))
  }

  private func contents(_ type: UInt8, _ name: [UInt8], _ bytes: Range<Int>) -> Archive.Contents {
    switch type {
    case UInt8(ascii: "5"), UInt8(ascii: "D"): return .directory
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
      if name.last == UInt8(ascii: "/") { return .directory }
      if extended.isSparse { break }
      return .file(bytes, nil)
    case UInt8(ascii: "1"), UInt8(ascii: "2"):
      return .refused(
        "is a link: expected a file in the archive; make the archive with what it leads to (tar --dereference "
          + "--hard-dereference)")
    case UInt8(ascii: "S"): break
    default: return .refused("is no plain file: expected a file in the archive; leave it out")
    }
    return .refused(
      "is a sparse file: expected one with all its bytes; make the archive again (tar without --sparse)")
  }

  /// Returns the name in a header; POSIX has another part of it in front.
  private func name(_ header: UnsafeRawBufferPointer) -> [UInt8] {
    func text(_ field: Range<Int>) -> [UInt8] { Array(header[field].prefix { $0 != 0 }) }
    let prefix = text(345..<500)
    let isPOSIX = header[257..<263].elementsEqual(Array("ustar\0".utf8))
    return isPOSIX && !prefix.isEmpty ? prefix + [UInt8(ascii: "/")] + text(0..<100) : text(0..<100)
  }

  /// Reads the records of a pax header, `LENGTH KEY=VALUE` and a line feed each.
  private mutating func readRecords(_ range: Range<Int>) throws(Fault) {
    var rest = archive[range]
    func damaged() -> Fault {
      Fault(
        "is a damaged tar archive: the pax header at byte \(range.lowerBound) cannot be read; get the file again"
      )
    }
    while let first = rest.first, first != 0 {
      guard let blank = rest.firstIndex(of: 0x20),
        let length = Int(String(decoding: rest[..<blank], as: UTF8.self)),
        length > blank - rest.startIndex + 2,
        length <= rest.count, rest[rest.startIndex + length - 1] == 0x0A
      else { throw damaged() }
      let record = rest[(blank + 1)..<(rest.startIndex + length - 1)]
      rest = rest[(rest.startIndex + length)...]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { throw damaged() }
      let value = Array(record[(equals + 1)...])
      let key = String(decoding: record[..<equals], as: UTF8.self)
      switch key {
      case "path": extended.name = value
      case "size":
        guard let size = Int(String(decoding: value, as: UTF8.self)), size >= 0 else { throw damaged() }
        extended.size = size
      default:
        if key.hasPrefix("GNU.sparse") { extended.isSparse = true }
      }
    }
  }

  /// Returns a number of a header: in octal, or, with GNU tar, in binary after a byte 0x80.
  private func number(
    _ header: UnsafeRawBufferPointer, _ field: Range<Int>, at offset: Int
  ) throws(Fault) -> Int {
    let bytes = header[field]
    if header[field.lowerBound] == 0x80 {
      let value = bytes.dropFirst().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      if let value = Int(exactly: value), bytes.dropFirst().prefix(bytes.count - 9).allSatisfy({ $0 == 0 }) {
        return value
      }
    } else if let value = octal(bytes) {
      return value
    }
    throw Fault(
      "is a damaged tar archive: the member before byte \(offset) has no length; get the file again")
  }

  /// Returns an octal number, ended by a blank or a zero; an empty field is 0.
  private func octal(_ field: Slice<UnsafeRawBufferPointer>) -> Int? {
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 << 3 | Int($1 & 7) }
  }
}
