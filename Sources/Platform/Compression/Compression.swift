/// The coding of compressed bytes.
package enum Compression: Hashable, Sendable {
  /// The format of gzip (RFC 1952): one member or several, which are one text.
  case gzip
  /// The format of zstd (RFC 8878): one frame or several, which are one text.
  case zstd
  /// An entry of a zip archive, whose directory knows the length and the CRC-32 of its text.
  case zipEntry(isDeflated: Bool, byteCount: Int, checksum: UInt32)

  /// Recognizes the coding of a file by its first bytes; `nil` if there is none.
  ///
  /// No text begins with them: the first ones of gzip and zstd are not UTF-8, and skippable frames of zstd
  /// have a control character.
  package init?(of bytes: UnsafeRawBufferPointer) {
    // One comparison for almost all files.
    guard bytes.count >= 3, let first = bytes.first, first == 0x1F || first == 0x28 || first & 0xF0 == 0x50
    else { return nil }
    if first == 0x1F && bytes[1] == 0x8B && bytes[2] == 8 {
      self = .gzip
    } else if bytes.count >= 4
      && (hasBytes(bytes, [0x28, 0xB5, 0x2F, 0xFD], at: 0)
        || first & 0xF0 == 0x50 && hasBytes(bytes, [0x2A, 0x4D, 0x18], at: 1))
    {
      self = .zstd
    } else {
      return nil
    }
  }

  /// The name of the format, for messages.
  var name: String {
    switch self {
    case .gzip: "gzip"
    case .zstd: "zstd"
    case .zipEntry: "zip"
    }
  }

  /// Returns a name without the extension that a compressed file has after its own: `x.csv` for `x.csv.gz`.
  package static func withoutExtension(_ name: Substring) -> Substring {
    let bytes = name.utf8
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > bytes.startIndex else { return name }
    let last = name[bytes.index(after: dot)...].lowercased()
    return last == "gz" || last == "zst" ? name[..<dot] : name
  }
}
