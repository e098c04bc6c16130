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
    claim(tensor.name)
    let header = NpyHeader.encoded(tensor.value.element, shape: tensor.value.shape)
    let byteCount = header.count + tensor.value.shape.reduce(1, *) * tensor.value.element.bitCount / 8
    try archive.append("\(tensor.name).npy", byteCount: byteCount) { write in
      try header.withUnsafeBytes(write)
      try tensor.value.withBytes(write)
    }
  }

  /// Appends an array of texts, `[texts.count]`, as numpy stores them: as many characters for each as the longest has.
  ///
  /// A text cannot end in zeros, which numpy leaves out.
  ///
  /// - Throws: `FileError` if it cannot be written.
  package func append(_ name: String, texts: [String]) throws {
    claim(name)
    let width = texts.reduce(1) { max($0, $1.unicodeScalars.count) }
    let header = NpyHeader.encoded("<U\(width)", shape: [texts.count])
    try archive.append("\(name).npy", byteCount: header.count + 4 * width * texts.count) { write in
      try header.withUnsafeBytes(write)
      for text in texts {
        var scalars = text.unicodeScalars.map { $0.value.littleEndian }
        scalars += repeatElement(0, count: width - scalars.count)
        try scalars.withUnsafeBytes(write)
      }
    }
  }

  /// Takes a name that no other array has.
  private func claim(_ name: String) {
    precondition(names.insert(name).inserted, "two arrays called \(quoted(name))")
    precondition(name.utf8.count <= 60_000 && !name.utf8.contains(0), "a name that zip does not allow")
  }

  /// Completes the file.
  ///
  /// - Throws: `FileError` if the disk is full, or the file cannot be synced or renamed.
  package func commit() throws { try archive.commit() }
}
