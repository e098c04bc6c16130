import Platform
import Tensors

/// A memory-mapped safetensors file.
///
/// Opening it reads the header; reading a tensor copies its elements.
///
/// ```swift
/// let file = try SafetensorsFile("model.safetensors")
/// file.metadata["format"]                    // "timestep"
/// let weights = try file.floats("0.weight")  // a Tensor
/// ```
/// The whole header is checked: types, shapes, and that the elements fill the file without gaps or overlaps.
public struct SafetensorsFile: TensorFile {
  /// The path of the file, for messages.
  public var path: String { file.path }
  /// The metadata of the file, by key.
  public let metadata: [String: String]
  /// The tensors of the file, in the order of their elements.
  public let tensors: [TensorInfo]
  private let locations: [String: Range<Int>]
  private let file: MappedFile

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` if it cannot be opened, `TensorFileError` if it is not a valid safetensors file.
  public init(_ path: String) throws {
    file = try MappedFile(path)
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(file.bytes)
    } catch {
      throw TensorFileError(
        path: path,
        problem:
          "is not a sound safetensors file: it \(error.reason); it is of another format, or damaged or cut "
          + "off: make it again")
    }
    metadata = header.metadata
    tensors = header.entries.map(\.info)
    locations = Dictionary(
      header.entries.map { entry in
        (
          entry.info.name,
          header.dataStart + entry.bytes.lowerBound..<header.dataStart + entry.bytes.upperBound
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Reads the elements of `info`, which must be one of `tensors`.
  ///
  /// - Throws: `TensorFileError` if its element type cannot be read.
  public func read(_ info: TensorInfo) throws -> TensorValue {
    guard let location = locations[info.name], tensors.contains(info) else {
      preconditionFailure("\(quoted(info.name)) is not a tensor of \(path)")
    }
    return try withExtendedLifetime(file) {
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[location])
      guard let value = TensorValue(info, order: .c, bytes: bytes) else { throw unreadable(info) }
      return value
    }
  }
}
