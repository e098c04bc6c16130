import Platform

/// A memory-mapped file written by `CheckedSafetensorsWriter`.
///
/// Opening it compares every byte with the checksums, at the speed of memory. After that, only the requested
/// pieces of tensors are read and copied.
public struct CheckedSafetensorsFile: Sendable {
  /// The path of the file, for messages.
  public let path: String
  /// The metadata of the file, by key.
  public let metadata: [String: String]
  private let locations: [String: (info: TensorInfo, bytes: Range<Int>)]
  private let file: MappedFile

  /// Opens the file at `path` and checks every byte.
  ///
  /// - Throws: `FileError` if it cannot be opened, `TensorFileError` if it is damaged or of another kind.
  public init(_ path: String) throws {
    self.path = path
    file = try MappedFile(path)
    do {
      let header = try SafetensorsHeader(file.bytes)
      metadata = header.metadata
      locations = Dictionary(
        header.entries.map { entry in
          let start = header.dataStart
          return (
            entry.info.name, (entry.info, start + entry.bytes.lowerBound..<start + entry.bytes.upperBound)
          )
        }, uniquingKeysWith: { first, _ in first })
      try Self.check(file.bytes, header)
    } catch {
      throw TensorFileError(path: path, problem: "is not a sound file: it \(error.reason); make it again")
    }
  }

  private static func check(_ bytes: UnsafeRawBufferPointer, _ header: SafetensorsHeader) throws(Fault) {
    guard let last = header.entries.last, last.info.name == CheckedSafetensorsWriter.headerName,
      last.info.element == .int64, last.info.shape == [1],
      let expected = header.metadata[CheckedSafetensorsWriter.dataKey]
    else { throw Fault("has no checksums") }
    var checksum = Checksum()
    checksum.combine(UnsafeRawBufferPointer(rebasing: bytes[..<header.dataStart]))
    let end = header.dataStart + last.bytes.lowerBound
    let found = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: end, as: Int64.self))
    guard found == Int64(checksum.value) else { throw Fault("has a damaged header") }
    checksum = Checksum()
    checksum.combine(UnsafeRawBufferPointer(rebasing: bytes[header.dataStart..<end]))
    guard checksum.text == expected else { throw Fault("has damaged elements") }
  }

  /// The checksum of the elements, as eight hexadecimal digits.
  public var dataChecksum: String { metadata[CheckedSafetensorsWriter.dataKey] ?? "" }

  /// The number of bytes of the file.
  public var byteCount: Int { file.bytes.count }

  /// The type and the shape of tensor `name`, or `nil` if there is none.
  public func info(_ name: String) -> TensorInfo? { locations[name]?.info }

  /// The elements of tensor `name`, which must exist and be of type F32.
  ///
  /// The lookup by name happens here once, not for each copy.
  public func floats(_ name: String) -> Floats {
    guard let location = locations[name] else { preconditionFailure("\(path) has no tensor \(quoted(name))") }
    precondition(location.info.element == .float32, "\(quoted(name)) contains no Floats")
    return CheckedSafetensorsFile.Floats(file: file, bytes: location.bytes)
  }

  /// Appends the elements `range` of tensor `name`, which must exist, to `array`.
  ///
  /// No other part of the file is read.
  public func append<Element: BitwiseCopyable>(
    _ range: Range<Int>, of name: String, to array: inout [Element]
  ) {
    guard let location = locations[name] else { preconditionFailure("\(path) has no tensor \(quoted(name))") }
    let stride = MemoryLayout<Element>.stride
    precondition(
      location.info.element.bitCount == stride * 8, "elements of another type than \(quoted(name)) has")
    precondition(
      range.lowerBound >= 0 && range.upperBound * stride <= location.bytes.count, "no such elements")
    withExtendedLifetime(file) {
      let start = location.bytes.lowerBound
      let bytes = UnsafeRawBufferPointer(
        rebasing: file.bytes[start + range.lowerBound * stride..<start + range.upperBound * stride])
      // The mapping and the writer's header are aligned for any element; those of other writers may not be.
      guard let base = bytes.baseAddress, UInt(bitPattern: base) % UInt(MemoryLayout<Element>.alignment) == 0
      else {
        for offset in Swift.stride(from: 0, to: bytes.count, by: stride) {
          array.append(bytes.loadUnaligned(fromByteOffset: offset, as: Element.self))
        }
        return
      }
      bytes.withMemoryRebound(to: Element.self) { array.append(contentsOf: $0) }
    }
  }
}

extension CheckedSafetensorsFile {
  /// The Float elements of a tensor in a mapped file.
  public struct Floats: Sendable {
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
}
