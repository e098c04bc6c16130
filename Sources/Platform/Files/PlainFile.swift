import Glibc

/// Opens the plain file at `path` for reading, and gives its descriptor, which is the caller's to close, and its length.
///
/// A pipe is refused at once, where opening it would wait until somebody writes to it: data is read again in every pass,
/// and a pipe's bytes come only once.
///
/// - Throws: `FileError` when there is no such file, when it may not be read, or when it is not a plain one.
func openPlainFile(_ path: String) throws(FileError) -> (descriptor: Int32, length: Int) {
  // Without O_NONBLOCK the very call would wait for a writer.
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
