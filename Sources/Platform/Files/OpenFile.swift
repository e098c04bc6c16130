import Glibc

/// A plain file that is open for reading at any position.
package final class OpenFile {
  /// The path of the file, for messages.
  package let path: String
  /// The length of the file in bytes when it was opened.
  ///
  /// It is also 0 for files that the kernel generates, as in `/proc`.
  package let length: Int
  fileprivate let descriptor: Int32

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` if the file cannot be opened, or is a device or a pipe.
  package init(_ path: String) throws(FileError) {
    self.path = path
    (descriptor, length) = try openPlainFile(path)
  }

  deinit { close(descriptor) }

  /// Reads `destination.count` bytes, starting at byte `offset`.
  ///
  /// - Returns: The number of bytes read: less than `destination.count` only at the end of the file.
  /// - Throws: `FileError`.
  func read(at offset: Int, into destination: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var count = 0
    while count < destination.count {
      guard let base = destination.baseAddress else { break }
      let got = pread(descriptor, base + count, destination.count - count, offset + count)
      if got == 0 { break }
      if got > 0 {
        count += got
        // A plain file returns fewer bytes than requested only at its end. For a small file another call to
        // confirm the end would take a third of the time.
        if length > 0, offset + count >= length, count < destination.count { break }
      } else if errno != EINTR {
        throw .system(path, "cannot be read", code: errno)
      }
    }
    return count
  }
}

/// Opens the plain file at `path` for reading.
///
/// Pipes are rejected immediately, without waiting for a writer: data is read again in every pass, and a pipe
/// can be read only once.
///
/// - Returns: The descriptor, which the caller must close, and the length of the file in bytes.
/// - Throws: `FileError` if there is no such file, or it cannot be read or is not a plain file.
func openPlainFile(_ path: String) throws(FileError) -> (descriptor: Int32, length: Int) {
  // Without O_NONBLOCK this call would wait for a writer.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw .system(path, "cannot be opened", code: errno) }
  do throws(FileError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path, "cannot be read", code: errno) }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw .system(path, "cannot be read", code: EISDIR) }
    guard kind == S_IFREG else {
      throw FileError(path: path, problem: "cannot be read: it is a device or a pipe; name a plain file")
    }
    return (descriptor, Int(status.st_size))
  } catch {
    close(descriptor)
    throw error
  }
}
