import Glibc

/// A plain file that stays open for reading, any part of it at any time.
public final class OpenFile {
  /// The file's path, for messages.
  public let path: String
  /// The file's length when it was opened; 0 also for files that the kernel makes up as they are read.
  public let length: Int
  fileprivate let descriptor: Int32

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` when the file cannot be opened, or is a device or a pipe.
  public init(_ path: String) throws(FileError) {
    self.path = path
    (descriptor, length) = try openPlainFile(path)
  }

  deinit { close(descriptor) }

  /// Reads `destination.count` bytes from byte `offset` on; fewer where the file ends.
  ///
  /// - Returns: The number of bytes read.
  func read(at offset: Int, into destination: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var count = 0
    while count < destination.count {
      guard let base = destination.baseAddress else { break }
      let got = pread(descriptor, base + count, destination.count - count, offset + count)
      if got == 0 { break }
      if got > 0 {
        count += got
        // A plain file gives less than asked for only at its end; asking again would take a third of a small file's time.
        if length > 0, offset + count >= length, count < destination.count { break }
      } else if errno != EINTR {
        throw .system(path, "cannot be read", code: errno)
      }
    }
    return count
  }
}
