import Platform

/// Float elements that lie in a mapped file.
public struct MappedFloats: Sendable {
  private let file: MappedFile
  private let bytes: Range<Int>
  /// Whether the elements can be copied as they lie; the mapping and our own writer's header are aligned for them.
  private let isAligned: Bool

  init(file: MappedFile, bytes: Range<Int>) {
    (self.file, self.bytes) = (file, bytes)
    isAligned = UInt(bitPattern: file.bytes.baseAddress) % 4 == 0 && bytes.lowerBound % 4 == 0
  }

  /// Puts elements `range` into `array`, in place of what it held: nothing else of the file is touched.
  public func copy(_ range: Range<Int>, into array: inout [Float]) {
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
