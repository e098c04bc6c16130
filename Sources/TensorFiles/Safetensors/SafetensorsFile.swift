import Platform
import Tensors

/// An open safetensors file: only the requested elements are read.
///
/// ```swift
/// let file = try SafetensorsFile("model.safetensors")
/// file.metadata["format"]                    // "timestep"
/// let weights = try file.floats("0.weight")  // a Tensor
/// ```
/// Opening it checks the whole header: types, shapes, and that the elements fill the file without gaps or
/// overlaps. A file that we wrote has a checksum of every byte, which is verified too. From then on, a file
/// that changes is an error, so that no other bytes are used than those that were checked.
public struct SafetensorsFile: TensorFile {
  /// The path of the file, for messages.
  public var path: String { file.path }
  /// The metadata of the file, by key.
  public let metadata: [String: String]
  /// The tensors of the file, in the order of their elements.
  public let tensors: [TensorInfo]
  private let locations: [String: Range<Int>]
  private let file: OpenFile
  private let verifiedChecksum: String?

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` if it cannot be opened, `TensorFileError` if it is not a valid safetensors file, or does
  ///   not have its checksum.
  public init(_ path: String) throws {
    file = try OpenFile(path)
    let (header, bytes) = try Self.header(of: file)
    (metadata, verifiedChecksum) = (header.ownMetadata, header.metadata[SafetensorsHeader.checksumKey])
    tensors = header.entries.map(\.info)
    locations = Dictionary(
      header.entries.map { entry in
        (
          entry.info.name,
          header.dataStart + entry.bytes.lowerBound..<header.dataStart + entry.bytes.upperBound
        )
      }, uniquingKeysWith: { first, _ in first })
    if verifiedChecksum != nil { try Self.verify(file, header, bytes) }
  }

  /// The checksum of the file, which was verified when it was opened; `nil` if it has none.
  public func checksum() -> String? { verifiedChecksum }

  /// Reads the metadata of the file at `path`, without verifying a checksum.
  ///
  /// - Throws: `FileError` if it cannot be opened, `TensorFileError` if it is not a valid safetensors file.
  public static func metadata(of path: String) throws -> [String: String] {
    try header(of: OpenFile(path)).header.ownMetadata
  }

  private static func header(of file: OpenFile) throws -> (header: SafetensorsHeader, bytes: [UInt8]) {
    do {
      var bytes = [UInt8](repeating: 0, count: min(8, file.length))
      try bytes.withUnsafeMutableBytes { try file.fill($0, from: 0) }
      let count = try bytes.withUnsafeBytes { try SafetensorsHeader.byteCount($0, fileCount: file.length) }
      bytes = [UInt8](repeating: 0, count: count)
      try bytes.withUnsafeMutableBytes { try file.fill($0, from: 0) }
      return (try bytes.withUnsafeBytes { try SafetensorsHeader($0, fileCount: file.length) }, bytes)
    } catch let fault as Fault {
      throw TensorFileError(
        path: file.path,
        problem:
          "is not a sound safetensors file: it \(fault.reason); it is of another format, or damaged or cut "
          + "off: make it again")
    }
  }

  private static func verify(_ file: OpenFile, _ header: SafetensorsHeader, _ bytes: [UInt8]) throws {
    var elements = Checksum()
    // A block that stays in the processor's cache between reading and adding up.
    var block = [UInt8](repeating: 0, count: min(256 << 10, max(1, file.length - header.dataStart)))
    var start = header.dataStart
    while start < file.length {
      let count = min(block.count, file.length - start)
      try block.withUnsafeMutableBytes {
        let part = UnsafeMutableRawBufferPointer(rebasing: $0[..<count])
        try file.fill(part, from: start)
        elements.combine(UnsafeRawBufferPointer(part))
      }
      start += count
    }
    guard
      SafetensorsHeader.checksum(elements: elements, header: bytes)
        == header.metadata[SafetensorsHeader.checksumKey]
    else {
      throw TensorFileError(
        path: file.path,
        problem:
          "does not have its checksum: some bytes are not those that were written; make it again, or copy it again from "
          + "an intact one")
    }
  }

  /// Reads the elements of `info`, which must be one of `tensors`.
  ///
  /// - Throws: `TensorFileError` if its element type cannot be read, `FileError` if the file has changed.
  public func read(_ info: TensorInfo) throws -> TensorValue {
    guard let location = locations[info.name], tensors.contains(info) else {
      preconditionFailure("\(quoted(info.name)) is not a tensor of \(path)")
    }
    let value = try TensorValue(info, order: .c) { try file.fill($0, from: location.lowerBound) }
    guard let value else { throw unreadable(info) }
    return value
  }

  /// The type and the shape of tensor `name`, or `nil` if there is none.
  public func info(_ name: String) -> TensorInfo? { tensors.first { $0.name == name } }

  /// Returns the elements of tensor `name`, to be read piece by piece.
  ///
  /// The lookup by name happens here once, not for each piece.
  ///
  /// - Throws: `FileError` if the file cannot be mapped into memory.
  public func pieces(_ name: String) throws -> Pieces {
    guard let info = info(name), let location = locations[name] else {
      preconditionFailure("\(path) has no tensor \(quoted(name))")
    }
    return Pieces(file: file, mapped: try MappedFile(file), info: info, bytes: location)
  }
}

extension SafetensorsFile {
  /// The elements of a tensor in a file.
  public struct Pieces: Sendable {
    fileprivate let file: OpenFile
    // Small pieces are copied from mapped memory in half the time of a system call each.
    fileprivate let mapped: MappedFile
    fileprivate let info: TensorInfo
    fileprivate let bytes: Range<Int>

    /// Replaces the contents of `array` with the elements `range`, reusing its storage; no other part of the
    /// file is read.
    ///
    /// After an error, `array` holds anything.
    ///
    /// - Throws: `FileError` if the file has changed since it was opened.
    @inlinable
    public func copy<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
      _ range: Range<Int>, into array: inout [Element]
    ) throws {
      // Only new room is filled with zeros first.
      if array.count > range.count { array.removeLast(array.count - range.count) }
      array.append(contentsOf: repeatElement(0, count: range.count - array.count))
      try array.withUnsafeMutableBytes { try fill($0, MemoryLayout<Element>.stride, range) }
    }

    /// Appends the elements `range` to `array`; no other part of the file is read.
    ///
    /// - Throws: `FileError` if the file has changed since it was opened.
    @inlinable
    public func append<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
      _ range: Range<Int>, to array: inout [Element]
    ) throws {
      let old = array.count
      // Inlined, because this is a hundred times slower where the type of the elements is not known.
      array.append(contentsOf: repeatElement(0, count: range.count))
      do {
        try array.withUnsafeMutableBytes { bytes in
          let stride = MemoryLayout<Element>.stride
          try fill(UnsafeMutableRawBufferPointer(rebasing: bytes[(old * stride)...]), stride, range)
        }
      } catch {
        array.removeLast(range.count)
        throw error
      }
    }

    /// Fills `room` with the elements `range`, of `stride` bytes each.
    @usableFromInline
    func fill(_ room: UnsafeMutableRawBufferPointer, _ stride: Int, _ range: Range<Int>) throws {
      precondition(
        info.element.bitCount == stride * 8, "elements of another type than \(quoted(info.name)) has")
      precondition(range.lowerBound >= 0 && range.upperBound * stride <= bytes.count, "no such elements")
      let start = bytes.lowerBound + range.lowerBound * stride
      try mapped.withBytes {
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + room.count]))
      }
      try file.checkUnchanged()
    }
  }
}
