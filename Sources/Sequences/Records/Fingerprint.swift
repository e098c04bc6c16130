/// A 64-bit FNV-1a hash that is the same in every process and on every machine.
///
/// Swift's own `Hasher` is seeded differently in every process. A fingerprint shows whether data and options
/// are still the same as when a checkpoint or an iterator state was made; it does not protect against
/// deliberate collisions.
///
/// ```swift
/// var fingerprint = Fingerprint()
/// fingerprint.combine("data/x_0.csv")
/// fingerprint.combine(32)
/// print(fingerprint)  // 16 hexadecimal digits
/// ```
public struct Fingerprint: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The hash so far.
  public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Makes the fingerprint of no data.
  public init() {}

  /// Adds `bytes` as they are: the result is the same in one call or in two.
  public mutating func combine(bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  }

  /// Adds the eight bytes of `number`, the lowest first.
  public mutating func combine(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      combine(bytes: CollectionOfOne(UInt8(truncatingIfNeeded: number >> UInt64(shift))))
    }
  }

  /// Adds `number`.
  public mutating func combine(_ number: Int) { combine(UInt64(bitPattern: Int64(number))) }

  /// Adds the bits of `number`: 0 and -0 differ, and so do NaNs of different payloads.
  public mutating func combine(_ number: Double) { combine(number.bitPattern) }

  /// Adds the length of `text` and its UTF-8 bytes: "ab" and "c" differ from "a" and "bc".
  public mutating func combine(_ text: String) {
    combine(text.utf8.count)
    combine(bytes: text.utf8)
  }

  /// Adds the number of `texts`, and each text.
  public mutating func combine(_ texts: some Collection<String>) {
    combine(texts.count)
    for text in texts { combine(text) }
  }

  /// The hash in 16 hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension UInt64 {
  /// The number with its bits mixed: every bit of the result depends on every bit of the number (the finalizer
  /// of SplitMix64).
  @inlinable package var mixed: UInt64 {
    var z = self
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A hash of 8 bytes at a time, in an eighth of the time that `Fingerprint` would take.
///
/// It is the same in every process and on every machine, and does not protect against deliberate collisions.
package struct WordHash: Sendable, Hashable {
  /// The hash so far.
  @usableFromInline package var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Makes the hash of no words.
  package init() {}

  /// Adds a word: multiplication carries bits up, and the shift brings them down again.
  @inlinable package mutating func add(_ word: UInt64) {
    // Both operations are invertible, so two hashes that differ stay different whatever follows.
    value = (value ^ word) &* 0xD6E8_FEB8_6659_FD93
    value ^= value >> 32
  }
}
