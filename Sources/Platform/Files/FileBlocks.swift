import Glibc

/// The bytes of one file at a time, from front to back in blocks, in storage that is reused from file to file.
///
/// However long the file is, one block of it is held.
public final class FileBlocks {
  private let storage: UnsafeMutableRawBufferPointer
  private var unread = 0..<0
  private var descriptor: Int32 = -1
  private var path = ""

  /// Makes the storage of one block.
  public init(blockSize: Int = 64 << 10) {
    precondition(blockSize > 0, "a block of \(blockSize) bytes")
    storage = .allocate(byteCount: blockSize, alignment: 64)
  }

  deinit {
    close()
    storage.deallocate()
  }

  /// Goes to byte `offset` of the file at `path`; the file before is closed.
  ///
  /// - Throws: `FileError` when the file cannot be opened, or is a device or a pipe.
  public func open(_ path: String, at offset: Int = 0) throws(FileError) {
    close()
    self.path = path
    (descriptor, _) = try openPlainFile(path)
    guard offset == 0 || lseek(descriptor, offset, SEEK_SET) == offset else {
      let code = errno
      close()
      throw .system(path, "cannot be read", code: code)
    }
  }

  /// The bytes of the block that were not taken yet; valid until anything else is called.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[unread]) }

  /// Takes the first `count` of `bytes`.
  public func take(_ count: Int) {
    precondition(count >= 0 && count <= unread.count, "\(count) of \(unread.count) bytes")
    unread = unread.lowerBound + count..<unread.upperBound
  }

  /// Reads the next block in place of this one, which must be taken whole.
  ///
  /// - Returns: Whether there was one; not at the end of the file.
  /// - Throws: `FileError` when the file cannot be read.
  public func fill() throws(FileError) -> Bool {
    precondition(descriptor >= 0, "no file is open")
    precondition(unread.isEmpty, "\(unread.count) bytes would be lost")
    while true {
      let got = read(descriptor, storage.baseAddress, storage.count)
      if got >= 0 {
        unread = 0..<got
        return got > 0
      }
      if errno != EINTR { throw .system(path, "cannot be read", code: errno) }
    }
  }

  /// Closes the file, if one is open.
  public func close() {
    unread = 0..<0
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }
}
