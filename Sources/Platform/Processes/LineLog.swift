import Glibc

/// A file of lines that grows while a program runs.
///
/// Every line is handed to the kernel whole, in one call: a killed program leaves whole lines behind. A line without
/// its line feed, which a full disk can leave, is none.
public final class LineLog {
  /// The file's path.
  public let path: String
  private let descriptor: Int32

  /// Opens the file, or makes it, and keeps its first `length` bytes.
  ///
  /// - Throws: `FileError` when it cannot be opened or cut, or is no plain file.
  public init(_ path: String, keeping length: Int) throws(FileError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o666)
    if descriptor < 0 { throw .system(path, "cannot be written", code: errno) }
    // Devices and pipes cannot be cut.
    if ftruncate(descriptor, off_t(length)) != 0 {
      let code = errno
      close(descriptor)
      throw .system(path, "cannot be cut to its first \(length) bytes", code: code)
    }
  }

  deinit { close(descriptor) }

  /// Appends `line` and a line feed.
  ///
  /// - Throws: `FileError`, a full disk among its causes.
  public func append(_ line: String) throws(FileError) {
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
