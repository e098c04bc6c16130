import CMinizip
import Platform

/// A CRC-32 checksum (as in zlib) that is computed piece by piece.
///
/// It detects damaged or changed bytes. It does not protect against intentional changes.
package struct Checksum: Hashable, Sendable {
  /// The checksum of all bytes so far.
  package private(set) var value: UInt32 = 0

  /// Makes the checksum of no bytes.
  package init() {}

  /// Adds `bytes`.
  package mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    value = UInt32(
      truncatingIfNeeded: crc32_z(UInt(value), start.assumingMemoryBound(to: UInt8.self), bytes.count))
  }

  /// Computes the checksum of the whole file at `path`, block by block.
  ///
  /// - Throws: `FileError` if it cannot be read.
  package init(ofFile path: String) throws(FileError) {
    let blocks = FileBlocks(blockSize: 256 << 10)
    try blocks.open(path)
    while try blocks.fill() {
      combine(blocks.bytes)
      blocks.take(blocks.bytes.count)
    }
  }

  /// The checksum as eight hexadecimal digits.
  package var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
