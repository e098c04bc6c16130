import CXXHash
import Platform

/// An XXH64 checksum (seed 0) that is computed piece by piece, about as fast as memory is read.
///
/// It detects damaged or changed bytes. It does not protect against intentional changes.
package struct Checksum: Sendable {
  private var state = XXH64_state_t()

  /// Makes the checksum of no bytes.
  package init() { XXH64_reset(&state, 0) }

  /// The checksum of all bytes so far.
  package var value: UInt64 {
    withUnsafePointer(to: state) { XXH64_digest($0) }
  }

  /// Adds `bytes`.
  package mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    XXH64_update(&state, start, bytes.count)
  }

  /// Adds `bytes`.
  package mutating func combine(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { combine($0) } }

  /// Adds the UTF-8 bytes of `text`.
  package mutating func combine(_ text: String) { combine(Array(text.utf8)[...]) }

  /// Computes the checksum of the whole file at `path`, block by block.
  ///
  /// - Throws: `FileError` if it cannot be read.
  package init(ofFile path: String) throws(FileError) { try self.init(of: OpenFile(path)) }

  /// Computes the checksum of `file`, block by block.
  ///
  /// - Throws: `FileError` if it cannot be read.
  package init(of file: OpenFile) throws(FileError) {
    self.init()
    let blocks = FileBlocks(blockSize: 256 << 10)
    blocks.open(file)
    while try blocks.fill() {
      combine(blocks.bytes)
      blocks.take(blocks.bytes.count)
    }
  }

  /// The number of digits of `text`.
  static let digitCount = 16

  /// The checksum as sixteen hexadecimal digits.
  package var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: Self.digitCount - digits.count) + digits
  }
}
