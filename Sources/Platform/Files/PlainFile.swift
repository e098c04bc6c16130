import Glibc

/// Opens the plain file at `path` for reading.
///
/// Pipes are refused immediately, without waiting for a writer: data is read again in every pass, and a pipe
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
