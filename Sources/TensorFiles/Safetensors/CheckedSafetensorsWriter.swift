import Platform

/// Writes a safetensors file whose size is known only at its end, with checksums over every byte of it.
///
/// ```swift
/// let writer = try CheckedSafetensorsWriter("x.cache", metadata: ["format": "mine"])
/// writer.begin("values", .float32, rowShape: [3])
/// try writer.append([1, 2, 3, 4, 5, 6] as [Float])     // values: [2, 3]
/// try writer.commit()
/// ```
/// Room for the header is left at the front, and the header is written last. The metadata's `data_checksum` is that of all
/// elements but the last tensor's; the last tensor, `header_checksum`, I64 [1], is that of all bytes before the elements.
public final class CheckedSafetensorsWriter {
  static let dataKey = "data_checksum"
  static let headerName = "header_checksum"
  private static let roomForTensors = 4096

  private let writer: FileWriter
  private let capacity: Int
  private var metadata: [String: String]
  private var tensors: [TensorInfo] = []
  private var rowShape: [Int] = []
  private var elementCount = 0
  /// The checksum of all elements so far.
  public private(set) var checksum = Checksum()

  /// Begins the file at `path`; it takes its name at `commit`, and a writer dropped before leaves nothing.
  ///
  /// - Throws: `FileError` when the file cannot be created or written.
  public init(_ path: String, metadata: [String: String]) throws {
    self.metadata = metadata
    self.metadata[Self.dataKey] = checksum.text
    let header = Self.header([], metadata: self.metadata)
    capacity = header.count + Self.roomForTensors
    writer = try FileWriter(path)
    try Array(repeating: 0 as UInt8, count: capacity).withUnsafeBytes { try writer.write($0) }
  }

  /// Begins the next tensor; its first axis grows with what is appended.
  ///
  /// Wider elements go first, so that all are aligned for whoever maps the file.
  public func begin(_ name: String, _ element: TensorElement, rowShape: [Int] = []) {
    endTensor()
    tensors.append(TensorInfo(name: name, element: element, shape: [0]))
    self.rowShape = rowShape
  }

  /// Adds an entry to the metadata, of a few hundred bytes at most.
  public func note(_ key: String, _ value: String) { metadata[key] = value }

  /// Appends elements to the tensor begun last: `Float` for F32, `Int64` for I64, `UInt8` for U8.
  ///
  /// - Throws: `FileError`, a full disk among its causes.
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

  /// Makes the file complete and gives it its name.
  ///
  /// - Throws: `FileError` when it cannot be written, synced or take its name.
  public func commit() throws {
    endTensor()
    metadata[Self.dataKey] = checksum.text
    tensors.append(TensorInfo(name: Self.headerName, element: .int64, shape: [1]))
    var header = Self.header(tensors, metadata: metadata)
    precondition(header.count <= capacity, "more tensors than a header has room for")
    header += Array(repeating: UInt8(ascii: " "), count: capacity - header.count)
    let length = UInt64(capacity - 8).littleEndian
    withUnsafeBytes(of: length) { header.replaceSubrange(0..<8, with: $0) }
    var headerChecksum = Checksum()
    header.withUnsafeBytes { headerChecksum.combine($0) }
    try withUnsafeBytes(of: Int64(headerChecksum.value).littleEndian) { try writer.write($0) }
    try header.withUnsafeBytes { try writer.overwrite($0, at: 0) }
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
      preconditionFailure("a tensor cannot be: \(error.reason)")
    }
  }
}
