import Glibc

/// A plain file that is open for reading at any position.
public final class OpenFile {
  /// The path of the file, for messages.
  public let path: String
  /// The length of the file in bytes when it was opened.
  ///
  /// It is also 0 for files that the kernel generates, as in `/proc`.
  public let length: Int
  fileprivate let descriptor: Int32

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` if the file cannot be opened, or is a device or a pipe.
  public init(_ path: String) throws(FileError) {
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
