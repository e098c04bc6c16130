import Platform

/// Writes a safetensors file whose size is not known in advance.
///
/// ```swift
/// let writer = try GrowingSafetensorsWriter("x.cache", metadata: ["format": "mine"])
/// writer.begin("values", .float32, rowShape: [3])
/// try writer.append([1, 2, 3, 4, 5, 6] as [Float])     // values: [2, 3]
/// try writer.commit()
/// ```
/// The writer reserves space for the header at the start, and writes the header last. The metadata gets a
/// checksum of every byte, as that of `SafetensorsWriter`.
public final class GrowingSafetensorsWriter {
  private static let roomForTensors = 4096

  private let writer: FileWriter
  private let capacity: Int
  private var metadata: [String: String]
  private var tensors: [TensorInfo] = []
  private var rowShape: [Int] = []
  private var elementCount = 0
  /// The checksum of all elements so far.
  private var checksum = Checksum()

  /// Begins the file at `path`.
  ///
  /// The file gets its name in `commit`. A writer that is dropped before that leaves no file.
  ///
  /// - Throws: `FileError` if the file cannot be created or written.
  public init(_ path: String, metadata: [String: String]) throws {
    self.metadata = SafetensorsHeader.withRoomForChecksum(metadata)
    let header = Self.header([], metadata: self.metadata)
    capacity = header.count + Self.roomForTensors
    writer = try FileWriter(path)
    try Array(repeating: 0 as UInt8, count: capacity).withUnsafeBytes { try writer.write($0) }
  }

  /// Begins the next tensor.
  ///
  /// Its first axis grows with each append.
  ///
  /// Write tensors with wider elements first, so that all are aligned when the file is mapped.
  public func begin(_ name: String, _ element: TensorInfo.Element, rowShape: [Int] = []) {
    endTensor()
    tensors.append(TensorInfo(name: name, element: element, shape: [0]))
    self.rowShape = rowShape
  }

  /// Adds an entry to the metadata; it should take at most a few hundred bytes.
  public func note(_ key: String, _ value: String) { metadata[key] = value }

  /// Appends elements to the current tensor: `Float` for F32, `Int64` for I64, `UInt8` for U8.
  ///
  /// - Throws: `FileError` if they cannot be written, for example because the disk is full.
  public func append<Element: BitwiseCopyable>(_ elements: [Element]) throws {
    precondition(
      tensors.last.map { $0.element.bitCount == MemoryLayout<Element>.stride * 8 } ?? false,
      "elements of another type than was begun")
    elementCount += elements.count
    try elements.withUnsafeBytes { bytes in
      checksum.combine(bytes)
      try writer.write(bytes)
    }
  }

  /// Completes the file and renames it to its final name.
  ///
  /// - Throws: `FileError` if it cannot be written, synced or renamed.
  public func commit() throws {
    endTensor()
    var header = Self.header(tensors, metadata: metadata)
    precondition(header.count <= capacity, "more tensors than a header has room for")
    header += Array(repeating: UInt8(ascii: " "), count: capacity - header.count)
    let length = UInt64(capacity - 8).littleEndian
    withUnsafeBytes(of: length) { header.replaceSubrange(0..<8, with: $0) }
    try header.withUnsafeBytes { try writer.overwrite($0, at: 0) }
    try writer.writeChecksum(header: header, elements: checksum)
    try writer.commit()
  }

  private func endTensor() {
    guard let last = tensors.indices.last else { return }
    let width = rowShape.reduce(1, *)
    precondition(
      width > 0 && elementCount.isMultiple(of: width), "\(elementCount) elements in rows of \(width)")
    tensors[last].shape = [elementCount / width] + rowShape
    elementCount = 0
  }

  private static func header(_ tensors: [TensorInfo], metadata: [String: String]) -> [UInt8] {
    do throws(ImpossibleShape) {
      return try SafetensorsHeader.encoded(tensors, metadata: metadata)
    } catch {
      preconditionFailure("an impossible tensor: \(error.reason)")
    }
  }
}
