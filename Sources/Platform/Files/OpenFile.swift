import Glibc

/// A plain file that is open for reading at any position.
package final class OpenFile: Sendable {
  /// The path of the file, for messages.
  package let path: String
  /// The length of the file in bytes when it was opened.
  ///
  /// It is also 0 for files that the kernel generates, as in `/proc`.
  package let length: Int
  private let descriptor: Int32
  /// The state of the file when it was opened.
  private let stamp: FileStamp

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` if the file cannot be opened, or is a device or a pipe.
  package init(_ path: String) throws(FileError) {
    self.path = path
    (descriptor, stamp) = try openPlainFile(path)
    length = stamp.size
  }

  deinit { close(descriptor) }

  /// Fills `destination` with the bytes from `offset` on.
  ///
  /// - Throws: `FileError` if the file ends before, or has changed since it was opened.
  package func fill(_ destination: UnsafeMutableRawBufferPointer, from offset: Int) throws(FileError) {
    let count = try read(at: offset, into: destination)
    try checkUnchanged()
    guard count == destination.count else { throw changed("ends at byte \(offset + count)") }
  }

  /// Checks that nobody has written to the file since it was opened.
  ///
  /// Called after reading, this shows that the bytes read are those of the file that was opened.
  ///
  /// - Throws: `FileError` if its size or its modification time is another one.
  package func checkUnchanged() throws(FileError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path, "cannot be read", code: errno) }
    let now = FileStamp(status)
    if now.hasSameContents(as: stamp) { return }
    throw changed(
      now.size == stamp.size ? "was written to" : "has \(now.size) bytes instead of \(stamp.size)")
  }

  private func changed(_ finding: String) -> FileError {
    FileError(
      path: path,
      problem:
        "changed while it was read: expected a file at rest, but it \(finding); try again when no program writes to it"
    )
  }

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
/// - Returns: The descriptor, which the caller must close, and the state of the file.
/// - Throws: `FileError` if there is no such file, or it cannot be read or is not a plain file.
func openPlainFile(_ path: String) throws(FileError) -> (descriptor: Int32, stamp: FileStamp) {
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
    return (descriptor, FileStamp(status))
  } catch {
    close(descriptor)
    throw error
  }
}
