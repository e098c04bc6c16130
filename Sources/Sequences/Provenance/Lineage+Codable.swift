extension Lineage: Codable {
  /// Reads what `encode` wrote.
  ///
  /// - Throws: `DecodingError` if the text is anything else: it comes from files.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let identities = Self.identities(text), zip(identities, identities.dropFirst()).allSatisfy(<) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a lineage is the base64 text of rising numbers of 8 bytes")
    }
    self.init(identities)
  }

  /// Writes the identities in ascending order, 8 bytes each, little-endian, as base64 (RFC 4648, section 4).
  ///
  /// The same lineage has the same text everywhere: 11 characters per example.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(base64)
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  private var base64: String {
    let bytes = identities.flatMap { identity in
      stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: identity >> UInt64($0)) }
    }
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let present = min(3, bytes.count - start)
      var group: UInt32 = 0
      for index in 0..<3 { group = group << 8 | (index < present ? UInt32(bytes[start + index]) : 0) }
      for index in 0..<4 {
        let digit = Int(group >> UInt32(18 - 6 * index) & 63)
        text.append(index <= present ? Self.alphabet[digit] : Self.padding)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Returns the numbers that the text encodes, or `nil` if the text is invalid.
  private static func identities(_ text: String) -> [UInt64]? {
    var characters = Array(text.utf8)
    guard characters.count.isMultiple(of: 4) else { return nil }
    var digits = [UInt8?](repeating: nil, count: 256)
    for (digit, character) in alphabet.enumerated() { digits[Int(character)] = UInt8(digit) }
    for _ in 0..<2 where characters.last == padding { characters.removeLast() }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count * 3 / 4)
    var (bits, bitCount) = (UInt32(0), 0)
    for character in characters {
      guard let digit = digits[Int(character)] else { return nil }
      bits = bits << 6 | UInt32(digit)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
      }
    }
    // The unused bits of the last digit carry no information; if they were not 0, the same numbers would have
    // a second text.
    let unused: UInt32 = 1 << UInt32(bitCount) - 1
    guard bytes.count.isMultiple(of: 8), bits & unused == 0 else { return nil }
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      // The lowest byte comes first.
      bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
  }
}
