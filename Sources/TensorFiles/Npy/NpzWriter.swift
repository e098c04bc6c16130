import Platform

/// Writes an npz file array by array: a zip archive with stored entries, as `numpy.savez` writes it.
///
/// ```swift
/// let writer = try NpzWriter("x.npz")
/// try writer.append(NamedTensor("features", x))
/// try writer.commit()
/// ```
/// The file gets its name in `commit`. A writer that is dropped before that leaves no file. Equal arrays give
/// equal bytes.
package final class NpzWriter {
  private let archive: ZipWriter
  private var names: Set<String> = []

  /// Begins the file at `path`.
  ///
  /// - Throws: `FileError` if it cannot be created.
  package init(_ path: String, sync: FileWriter.SyncPolicy = .eachFile) throws {
    archive = try ZipWriter(path, sync: sync)
  }

  /// Appends an array in C order.
  ///
  /// Names must differ.
  ///
  /// - Throws: `FileError` if it cannot be written, for example because the disk is full.
  package func append(_ tensor: NamedTensor) throws {
    precondition(names.insert(tensor.name).inserted, "two arrays called \(quoted(tensor.name))")
    precondition(
      tensor.name.utf8.count <= 60_000 && !tensor.name.utf8.contains(0), "a name that zip does not allow")
    let header = NpyHeader.encoded(tensor.value.element, shape: tensor.value.shape)
    let byteCount = header.count + tensor.value.shape.reduce(1, *) * tensor.value.element.bitCount / 8
    try archive.append("\(tensor.name).npy", byteCount: byteCount) { write in
      try header.withUnsafeBytes(write)
      try tensor.value.withBytes(write)
    }
  }

  /// Completes the file.
  ///
  /// - Throws: `FileError` if the disk is full, or the file cannot be synced or renamed.
  package func commit() throws { try archive.commit() }
}
