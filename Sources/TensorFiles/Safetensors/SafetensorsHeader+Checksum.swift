/// The checksum that every safetensors file of ours has in its metadata, as `timestep.checksum`.
///
/// It covers every byte: first the elements, then everything before them, with zeros in place of the
/// checksum's own digits. The elements come first, so that a writer can compute it before it knows the
/// header.
extension SafetensorsHeader {
  static let checksumKey = "timestep.checksum"
  private static let zeros = String(repeating: "0", count: Checksum.digitCount)

  /// The metadata without the checksum.
  var ownMetadata: [String: String] { metadata.filter { $0.key != Self.checksumKey } }

  /// Returns `metadata` with room for the checksum.
  static func withRoomForChecksum(_ metadata: [String: String]) -> [String: String] {
    metadata.merging([checksumKey: zeros]) { _, room in room }
  }

  /// Returns the location of the checksum's digits among the bytes of a header; `nil` if there are none.
  static func checksumLocation(in header: [UInt8]) -> Range<Int>? {
    // Inside of a string there is no quotation mark without a backslash, so nothing else can look like it.
    let key = Array("\"\(checksumKey)\":\"".utf8)
    var start = 8
    while let quote = header[start...].firstIndex(of: UInt8(ascii: "\"")) {
      if header[quote...].starts(with: key) {
        let digits = quote + key.count..<quote + key.count + Checksum.digitCount
        return digits.upperBound < header.count ? digits : nil
      }
      start = quote + 1
    }
    return nil
  }

  /// Returns the checksum of a file with these elements and this header, in which the digits are not used.
  static func checksum(elements: Checksum, header: [UInt8]) -> String? {
    guard let digits = checksumLocation(in: header) else { return nil }
    var header = header
    header.replaceSubrange(digits, with: zeros.utf8)
    var checksum = elements
    checksum.combine(header[...])
    return checksum.text
  }
}
