/// The bytes of one file at a time, in storage that is reused for all files.
///
/// Each thread that reads needs its own buffer. The bytes are valid until the next `read`.
package final class FileBuffer {
  private var storage: UnsafeMutableRawBufferPointer
  private var count = 0

  /// Allocates a buffer of `capacity` bytes; it grows if necessary.
  package init(capacity: Int = 64 << 10) {
    precondition(capacity > 0, "a buffer needs room for at least one byte")
    storage = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { storage.deallocate() }

  /// The bytes of the file that was read last.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

  /// Replaces the contents with the whole file at `path`.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - versions: The versions of files that were read before; `nil`: the file may have changed.
  /// - Throws: `FileError` if the file cannot be opened or read, is a device or a pipe, or has changed.
  package func read(_ path: String, _ versions: FileVersions? = nil) throws(FileError) {
    count = 0
    try read(OpenFile(path, versions))
  }

  /// Replaces the contents with the whole of `file`.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  package func read(_ file: OpenFile) throws(FileError) {
    count = 0
    while true {
      if count == storage.count { grow() }
      let free = UnsafeMutableRawBufferPointer(rebasing: storage[count...])
      let got = try file.read(at: count, into: free)
      count += got
      if got < free.count { return }
    }
  }

  /// Replaces the contents with the bytes `range` of `file`, or fewer at the end of the file.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  package func read(_ range: Range<Int>, of file: OpenFile) throws(FileError) {
    count = 0
    while storage.count < range.count { grow() }
    count = try file.read(
      at: range.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: storage[..<range.count]))
  }

  /// Replaces the contents with the bytes of several ranges of `file`, one after the other; fewer at the end of the file.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  package func read(_ ranges: [Range<Int>], of file: OpenFile) throws(FileError) {
    count = 0
    for range in ranges {
      while storage.count < count + range.count { grow() }
      count += try file.read(
        at: range.lowerBound,
        into: UnsafeMutableRawBufferPointer(rebasing: storage[count..<count + range.count]))
    }
  }

  private func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: storage.count * 2, alignment: 64)
    larger.copyMemory(from: UnsafeRawBufferPointer(storage))
    storage.deallocate()
    storage = larger
  }
}
