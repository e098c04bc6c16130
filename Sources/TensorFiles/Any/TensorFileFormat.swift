import Platform

/// A file format for named tensors.
///
/// The command line uses the names of the cases.
public enum TensorFileFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// A JSON header and raw elements: read by every framework.
  case safetensors
  /// A zip archive of numpy arrays, with a checksum for each array.
  case npz

  /// The extension of file names, without the dot.
  public var fileExtension: String { rawValue }

  /// Opens the file at `path` and checks its header.
  ///
  /// - Throws: `FileError` if it cannot be opened, `TensorFileError` if it is damaged or not in this format.
  public func open(_ path: String) throws -> any TensorFile {
    switch self {
    case .safetensors: try SafetensorsFile(path)
    case .npz: try NpzFile(path)
    }
  }

  /// Writes `tensors` to `path`.
  ///
  /// The file appears complete or not at all.
  ///
  /// Equal tensors give equal bytes. Names must differ.
  ///
  /// - Parameters:
  ///   - tensors: The tensors.
  ///   - path: The file.
  ///   - metadata: Further text in the header of safetensors; npz has no header.
  ///   - sync: When the file is written through to the disk.
  /// - Returns: The checksum of the file, as `TensorFile.checksum` returns it.
  /// - Throws: `FileError` if it cannot be written, for example because the disk is full.
  @discardableResult
  public func write(
    _ tensors: [NamedTensor], to path: String, metadata: [String: String] = [:],
    sync: FileWriter.SyncPolicy = .eachFile
  ) throws -> String {
    switch self {
    case .safetensors:
      let writer = try SafetensorsWriter(path, tensors: tensors.map(\.info), metadata: metadata, sync: sync)
      for tensor in tensors { try writer.append(tensor.value) }
      return try writer.commit()
    case .npz:
      let writer = try NpzWriter(path, sync: sync)
      for tensor in tensors { try writer.append(tensor) }
      try writer.commit()
      return try Checksum(ofFile: path).text
    }
  }
}
