import Platform
import Tensors

/// A memory-mapped npz file: a zip archive of numpy arrays, stored or deflated.
///
/// Opening it checks the directory of the archive and the header of every array. Reading an array verifies
/// its checksum.
package struct NpzFile: TensorFile {
  /// The path of the file, for messages.
  package var path: String { file.path }
  /// The arrays of the file, in the order of the archive.
  package let tensors: [TensorInfo]
  private let entries: [String: ZipReader.Entry]
  private let file: MappedFile

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` if it cannot be opened, `TensorFileError` if it is not a valid archive of arrays
  ///   of types that can be read.
  package init(_ path: String) throws {
    file = try MappedFile(path)
    (tensors, entries) = try file.withBytes { bytes in
      var tensors: [TensorInfo] = []
      var entries: [String: ZipReader.Entry] = [:]
      do throws(Fault) {
        let archive = try ZipReader(bytes)
        for entry in try archive.entries() {
          let info = try Self.info(of: entry, in: archive)
          guard entries.updateValue(entry, forKey: info.name) == nil else {
            throw Fault("contains two arrays called \(quoted(info.name))")
          }
          tensors.append(info)
        }
      } catch {
        throw Self.error(path, error)
      }
      return (tensors, entries)
    }
  }

  /// Returns the checksum of all bytes of the file.
  ///
  /// - Throws: `FileError` if the file has changed since it was opened.
  package func checksum() throws -> String? {
    try file.withBytes { bytes in
      var checksum = Checksum()
      checksum.combine(bytes)
      return checksum.text
    }
  }

  /// Reads the elements of `info`, which must be one of `tensors`.
  ///
  /// - Throws: `TensorFileError` if the array is damaged.
  package func read(_ info: TensorInfo) throws -> TensorValue {
    guard let entry = entries[info.name], tensors.contains(info) else {
      preconditionFailure("\(quoted(info.name)) is not an array of \(path)")
    }
    return try file.withBytes { archive in
      do throws(Fault) {
        // Each call makes its own reader, so that threads share only the mapping.
        let bytes = try ZipReader(archive).read(entry, count: entry.byteCount)
        return try bytes.withUnsafeBufferPointer { bytes throws(Fault) in
          try NpyFile.value(UnsafeRawBufferPointer(bytes))
        }
      } catch {
        throw Self.error(path, error)
      }
    }
  }

  /// The description of an array, read from its header only.
  private static func info(of entry: ZipReader.Entry, in archive: ZipReader) throws(Fault) -> TensorInfo {
    guard entry.name.hasSuffix(".npy") else {
      throw Fault("contains \(quoted(entry.name)), which is not a .npy array")
    }
    do throws(Fault) {
      let prefix = try archive.read(entry, count: min(NpyHeader.prefixCount, entry.byteCount))
      let end = try prefix.withUnsafeBufferPointer { bytes throws(Fault) in
        try NpyHeader.end(of: UnsafeRawBufferPointer(bytes))
      }
      let front = try archive.read(entry, count: min(end, entry.byteCount))
      let header = try front.withUnsafeBufferPointer { bytes throws(Fault) in
        try NpyHeader(UnsafeRawBufferPointer(bytes))
      }
      let expected = try header.byteCount()
      guard entry.byteCount - header.dataStart == expected else {
        throw Fault(
          "has \(entry.byteCount - header.dataStart) bytes of elements where its shape \(header.shape) takes "
            + "\(expected)")
      }
      return TensorInfo(name: String(entry.name.dropLast(4)), element: header.element, shape: header.shape)
    } catch {
      throw Fault("contains \(quoted(entry.name)), which \(error.reason)")
    }
  }

  private static func error(_ path: String, _ fault: Fault) -> TensorFileError {
    TensorFileError(
      path: path,
      problem:
        "is not an npz file that can be read: it \(fault.reason); if it is damaged or cut off, make it again")
  }
}
