import TensorFiles

/// The checksum of a manifest: its last member, over all bytes before the comma in front of it.
extension Manifest {
  private static let opening = Array(",\n\"checksum\":\"".utf8)
  private static let closing = Array("\"}\n".utf8)

  /// Returns the end of a manifest whose other bytes have this checksum.
  static func ending(_ checksum: Checksum) -> String {
    String(decoding: opening, as: UTF8.self) + checksum.text + String(decoding: closing, as: UTF8.self)
  }

  /// Returns true if `bytes` have their checksum, or have none: earlier manifests, and those that another
  /// program has formatted in its own way.
  static func isIntact(_ bytes: [UInt8]) -> Bool {
    let digitCount = Checksum().text.utf8.count
    let end = opening.count + digitCount + closing.count
    guard bytes.count >= end, bytes.suffix(closing.count).elementsEqual(closing),
      bytes.suffix(end).starts(with: opening)
    else { return true }
    var checksum = Checksum()
    checksum.combine(bytes.dropLast(end))
    return bytes.suffix(end).dropFirst(opening.count).prefix(digitCount).elementsEqual(checksum.text.utf8)
  }
}
