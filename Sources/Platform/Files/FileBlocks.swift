/// Reads the bytes of one file at a time in blocks, from start to end, into reused storage.
///
/// Memory is one block, for files of any length.
package final class FileBlocks {
  private let storage: UnsafeMutableRawBufferPointer
  private var unread = 0..<0
  private var file: OpenFile?
  /// The next byte of the file that is not in `storage`.
  private var offset = 0

  /// Allocates the storage of one block of `blockSize` bytes.
  package init(blockSize: Int = 64 << 10) {
    precondition(blockSize > 0, "a block of \(blockSize) bytes")
    storage = .allocate(byteCount: blockSize, alignment: 64)
  }

  deinit { storage.deallocate() }

  /// Opens the file at `path` at byte `offset`, and closes the previous file.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - offset: The byte to begin at.
  ///   - versions: The versions of files that were read before; `nil`: the file may have changed.
  /// - Throws: `FileError` if the file cannot be opened, is a device or a pipe, or has changed.
  package func open(
    _ path: String, at offset: Int = 0, _ versions: FileVersions? = nil
  ) throws(FileError) {
    close()
    open(try OpenFile(path, versions), at: offset)
  }

  /// Begins at byte `offset` of `file`, and closes the previous one.
  package func open(_ file: OpenFile, at offset: Int = 0) {
    close()
    (self.file, self.offset) = (file, offset)
  }

  /// The bytes of the block that were not taken yet, valid until the next call of any method.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[unread]) }

  /// Takes the first `count` of `bytes`.
  package func take(_ count: Int) {
    precondition(count >= 0 && count <= unread.count, "\(count) of \(unread.count) bytes")
    unread = unread.lowerBound + count..<unread.upperBound
  }

  /// Replaces this block, of which all bytes must have been taken, by the next one.
  ///
  /// - Returns: False at the end of the file.
  /// - Throws: `FileError` if the file cannot be read.
  package func fill() throws(FileError) -> Bool {
    guard let file else { preconditionFailure("no file is open") }
    precondition(unread.isEmpty, "\(unread.count) bytes would be lost")
    let got = try file.read(at: offset, into: storage)
    offset += got
    unread = 0..<got
    return got > 0
  }

  /// Closes the file, if one is open.
  package func close() {
    unread = 0..<0
    file = nil
  }
}
