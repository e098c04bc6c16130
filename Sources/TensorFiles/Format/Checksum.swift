import CMinizip
import Platform

/// A CRC-32 (zlib's) that is taken piece by piece: what tells damaged or changed bytes, and no protection against intent.
public struct Checksum: Hashable, Sendable {
  /// The checksum of everything so far.
  public private(set) var value: UInt32 = 0

  /// Makes the checksum of nothing.
  public init() {}

  /// Adds `bytes`.
  public mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    value = UInt32(
      truncatingIfNeeded: crc32_z(UInt(value), start.assumingMemoryBound(to: UInt8.self), bytes.count))
  }

  /// The checksum of the whole file at `path`, which is read a block at a time.
  ///
  /// - Throws: `FileError` when it cannot be read.
  public init(ofFile path: String) throws(FileError) {
    let blocks = FileBlocks(blockSize: 256 << 10)
    try blocks.open(path)
    while try blocks.fill() {
      combine(blocks.bytes)
      blocks.take(blocks.bytes.count)
    }
  }

  /// The checksum in eight hexadecimal digits.
  public var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
