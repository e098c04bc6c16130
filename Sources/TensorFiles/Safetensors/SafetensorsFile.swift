import Platform
import Tensors

/// A safetensors file, memory-mapped: opening reads the header, asking for a tensor copies that tensor out.
///
/// ```swift
/// let file = try SafetensorsFile("model.safetensors")
/// file.metadata["format"]                    // "timestep"
/// let weights = try file.floats("0.weight")  // a Tensor
/// ```
/// The header is checked whole: types, shapes, and that the elements fill the file with no hole and no
/// overlap.
public struct SafetensorsFile: TensorFile {
  /// The file's path, for messages.
  public var path: String { file.path }
  /// The file's own notes, by key.
  public let metadata: [String: String]
  /// The tensors that the file holds, in the order in which their elements lie.
  public let tensors: [TensorInfo]
  private let places: [String: Range<Int>]
  private let file: MappedFile

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` when it cannot be opened, `TensorFileError` when it is not a sound safetensors
  ///   file.
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
    places = Dictionary(
      header.entries.map { entry in
        (
          entry.info.name,
          header.dataStart + entry.bytes.lowerBound..<header.dataStart + entry.bytes.upperBound
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Reads the elements of `info`, which is one of `tensors`.
  ///
  /// - Throws: `TensorFileError` when its type is not one that can be read.
  public func read(_ info: TensorInfo) throws -> TensorValue {
    guard let place = places[info.name], tensors.contains(info) else {
      preconditionFailure("\(quoted(info.name)) is not a tensor of \(path)")
    }
    return try withExtendedLifetime(file) {
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[place])
      guard let value = TensorValue(info, order: .c, bytes: bytes) else { throw unreadable(info) }
      return value
    }
  }
}
