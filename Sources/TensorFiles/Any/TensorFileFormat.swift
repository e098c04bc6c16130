import Platform

/// The formats that named tensors are written in; the command line spells them as here.
public enum TensorFileFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// A JSON header and raw elements: memory-mapped, and read by every framework.
  case safetensors
  /// A zip archive of numpy arrays, with a checksum each.
  case npz

  /// What file names end with, without the dot.
  public var fileExtension: String { rawValue }

  /// Opens the file at `path`, its header checked.
  ///
  /// - Throws: `FileError` when it cannot be opened, `TensorFileError` when it is not of this format or is
  ///   damaged.
  public func open(_ path: String) throws -> any TensorFile {
    switch self {
    case .safetensors: try SafetensorsFile(path)
    case .npz: try NpzFile(path)
    }
  }

  /// Writes `tensors` to `path`; the file appears complete or not at all.
  ///
  /// Equal tensors give equal bytes. Names must differ.
  ///
  /// - Throws: `FileError`, a full disk among its causes.
  public func write(_ tensors: [NamedTensor], to path: String, sync: SyncPolicy = .eachFile) throws {
    switch self {
    case .safetensors:
      let writer = try SafetensorsWriter(path, tensors: tensors.map(\.info), sync: sync)
      for tensor in tensors { try writer.append(tensor.value) }
      try writer.commit()
    case .npz:
      let writer = try NpzWriter(path, sync: sync)
      for tensor in tensors { try writer.append(tensor) }
      try writer.commit()
    }
  }
}
