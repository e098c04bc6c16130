import Glibc

/// A file of lines that grows while a program runs.
///
/// Each line is written with one system call, so that a killed program leaves only complete lines. Readers
/// must ignore a last line without a line feed, which a full disk can leave.
package final class LineLog {
  /// The path of the file.
  package let path: String
  private let descriptor: Int32

  /// Opens or creates the file, and truncates it to its first `length` bytes.
  ///
  /// - Throws: `FileError` if it cannot be opened or truncated, or is not a plain file.
  package init(_ path: String, keeping length: Int) throws(FileError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o666)
    if descriptor < 0 { throw .system(path, "cannot be written", code: errno) }
    // Devices and pipes cannot be truncated.
    if ftruncate(descriptor, off_t(length)) != 0 {
      let code = errno
      close(descriptor)
      throw .system(path, "cannot be cut to its first \(length) bytes", code: code)
    }
  }

  deinit { close(descriptor) }

  /// Appends `line` and a line feed.
  ///
  /// - Throws: `FileError` if it cannot be written, for example because the disk is full.
  package func append(_ line: String) throws(FileError) {
    let bytes = Array("\(line)\n".utf8)
    var done = 0
    while done < bytes.count {
      let put = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
      }
      if put > 0 {
        done += put
      } else if errno != EINTR {
        throw .system(path, "cannot be written", code: errno)
      }
    }
  }
}
