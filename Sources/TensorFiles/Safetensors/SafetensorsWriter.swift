import Platform

/// Writes a safetensors file tensor by tensor: first the header, then the elements.
///
/// ```swift
/// let writer = try SafetensorsWriter("x.safetensors", tensors: [NamedTensor("features", x).info])
/// try writer.append(.floats(x))
/// try writer.commit()
/// ```
/// The file gets its name in `commit`. A writer that is dropped before that leaves no file. The metadata gets
/// a checksum of every byte, `timestep.checksum`, which `SafetensorsFile` verifies.
public final class SafetensorsWriter {
  private let writer: FileWriter
  private let tensors: [TensorInfo]
  private let header: [UInt8]
  private var elements = Checksum()
  private var written = 0

  /// Begins the file at `path` with the header for `tensors`, in the order in which they will be appended.
  ///
  /// Names must differ; `__metadata__` is reserved by the format.
  ///
  /// - Throws: `FileError` if the file cannot be created or written.
  public init(
    _ path: String, tensors: [TensorInfo], metadata: [String: String] = [:],
    sync: FileWriter.SyncPolicy = .eachFile
  ) throws {
    precondition(Set(tensors.map(\.name)).count == tensors.count, "two tensors of one name for \(path)")
    precondition(!tensors.contains { $0.name == "__metadata__" }, "no tensor can be called __metadata__")
    do throws(ImpossibleShape) {
      header = try SafetensorsHeader.encoded(
        tensors, metadata: SafetensorsHeader.withRoomForChecksum(metadata))
    } catch {
      preconditionFailure("an impossible tensor for \(path): \(error.reason)")
    }
    self.tensors = tensors
    writer = try FileWriter(path, sync: sync)
    try header.withUnsafeBytes { try writer.write($0) }
  }

  /// Appends the elements of the next tensor, which must have the announced type and shape.
  ///
  /// - Throws: `FileError` if they cannot be written, for example because the disk is full.
  public func append(_ value: TensorValue) throws {
    precondition(written < tensors.count, "more tensors than the header of \(writer.path) announces")
    let next = tensors[written]
    precondition(
      value.element == next.element && value.shape == next.shape,
      "\(quoted(next.name)) was announced as \(next.element.rawValue) \(next.shape), not as "
        + "\(value.element.rawValue) \(value.shape)")
    try value.withBytes { bytes in
      elements.combine(bytes)
      try writer.write(bytes)
    }
    written += 1
  }

  /// Completes the file.
  ///
  /// All announced tensors must have been appended.
  ///
  /// - Returns: The checksum of the file.
  /// - Throws: `FileError` if the file cannot be synced or renamed.
  @discardableResult
  public func commit() throws -> String {
    precondition(written == tensors.count, "\(tensors.count - written) tensors of \(writer.path) are missing")
    let checksum = try writer.writeChecksum(header: header, elements: elements)
    try writer.commit()
    return checksum
  }
}

extension FileWriter {
  /// Puts the checksum of the whole file into its header, which has room for it.
  @discardableResult
  func writeChecksum(header: [UInt8], elements: Checksum) throws(FileError) -> String {
    guard let digits = SafetensorsHeader.checksumLocation(in: header),
      let checksum = SafetensorsHeader.checksum(elements: elements, header: header)
    else { preconditionFailure("a header of \(path) without room for a checksum") }
    let result: Result<Void, FileError> = Array(checksum.utf8).withUnsafeBytes { bytes in
      do throws(FileError) { return .success(try overwrite(bytes, at: digits.lowerBound)) } catch {
        return .failure(error)
      }
    }
    try result.get()
    return checksum
  }
}
