import Platform

/// The Float elements of a tensor in a mapped file.
package struct MappedFloats: Sendable {
  private let file: MappedFile
  private let bytes: Range<Int>
  /// True if the elements are aligned, as they are after the header of our own writer.
  private let isAligned: Bool

  init(file: MappedFile, bytes: Range<Int>) {
    (self.file, self.bytes) = (file, bytes)
    isAligned = UInt(bitPattern: file.bytes.baseAddress) % 4 == 0 && bytes.lowerBound % 4 == 0
  }

  /// Replaces the contents of `array` with the elements `range`.
  ///
  /// No other part of the file is read.
  package func copy(_ range: Range<Int>, into array: inout [Float]) {
    array.removeAll(keepingCapacity: true)
    precondition(range.lowerBound >= 0 && range.upperBound * 4 <= bytes.count, "no such elements")
    withExtendedLifetime(file) {
      let start = bytes.lowerBound
      let bytes = UnsafeRawBufferPointer(
        rebasing: file.bytes[start + range.lowerBound * 4..<start + range.upperBound * 4])
      if isAligned {
        bytes.withMemoryRebound(to: Float.self) { array.append(contentsOf: $0) }
      } else {
        for offset in stride(from: 0, to: bytes.count, by: 4) {
          array.append(bytes.loadUnaligned(fromByteOffset: offset, as: Float.self))
        }
      }
    }
  }
}
