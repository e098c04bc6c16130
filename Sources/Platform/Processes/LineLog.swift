import Glibc

/// A file of lines that grows while a program runs.
///
/// Each line is written with one system call, so that a killed program leaves only complete lines. Readers
/// must ignore a last line without a line feed, which a full disk can leave. A lock of the kernel, which ends with the
/// process, keeps others from writing to the same file. A character device, such as `/dev/null`, has no lock and no
/// length.
package final class LineLog {
  /// The path of the file.
  package let path: String
  /// The number of bytes in the file.
  package private(set) var length: Int
  private let descriptor: Int32
  private let isDevice: Bool

  /// Opens or creates the file, and locks it.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - length: The number of bytes to keep of it; `nil`: all.
  /// - Throws: `FileError` if it cannot be opened or truncated, is a pipe or a disk, or another process writes to
  ///   it.
  package init(_ path: String, keeping length: Int?) throws(FileError) {
    self.path = path
    let descriptor = uninterrupted {
      open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC | O_NONBLOCK, 0o666)
    }
    if descriptor < 0 { throw .system(path, "cannot be written", code: errno) }
    self.descriptor = descriptor
    var status = stat()
    fstat(descriptor, &status)
    isDevice = status.st_mode & S_IFMT == S_IFCHR
    self.length = isDevice ? 0 : Int(status.st_size)
    if isDevice { return }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, problem: "cannot be written: it is a pipe or a disk; name a plain file")
    }
    if isLockTaken(descriptor) {
      throw FileError(
        path: path,
        problem: "another process is writing to this file; wait until it has ended, or choose another file")
    }
    if let length { try cut(to: length) }
  }

  deinit { close(descriptor) }

  /// Removes everything after the first `length` bytes.
  ///
  /// - Throws: `FileError` if that is impossible.
  package func cut(to length: Int) throws(FileError) {
    if isDevice { return }
    guard uninterrupted({ ftruncate(descriptor, off_t(length)) }) == 0 else {
      throw .system(path, "cannot be cut to its first \(length) bytes", code: errno)
    }
    self.length = length
  }

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
    length += bytes.count
  }

  /// Syncs all lines to the disk.
  ///
  /// - Throws: `FileError` if that is impossible.
  package func sync() throws(FileError) {
    if isDevice || uninterrupted({ fsync(descriptor) }) == 0 { return }
    throw .system(path, "cannot be synced", code: errno)
  }
}
