/// The bytes of one file at a time, in storage that is reused from file to file.
///
/// Every thread that reads has a buffer of its own. The bytes are valid until the next `read`.
public final class FileBuffer {
  private var storage: UnsafeMutableRawBufferPointer
  private var count = 0

  /// Makes a buffer that holds `capacity` bytes before it grows.
  public init(capacity: Int = 64 << 10) {
    precondition(capacity > 0, "a buffer needs room for at least one byte")
    storage = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { storage.deallocate() }

  /// The bytes of the file that was read last.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

  /// Reads the whole file at `path`, in place of what was held before.
  ///
  /// - Throws: `FileError` when the file cannot be opened or read, or is a device or a pipe.
  public func read(_ path: String) throws(FileError) {
    count = 0
    try read(OpenFile(path))
  }

  /// Reads the whole of `file`, in place of what was held before.
  ///
  /// - Throws: `FileError` when the file cannot be read.
  public func read(_ file: OpenFile) throws(FileError) {
    count = 0
    while true {
      if count == storage.count { grow() }
      let free = UnsafeMutableRawBufferPointer(rebasing: storage[count...])
      let got = try file.read(at: count, into: free)
      count += got
      if got < free.count { return }
    }
  }

  /// Reads bytes `range` of `file`, in place of what was held before; fewer where the file ends.
  ///
  /// - Throws: `FileError` when the file cannot be read.
  public func read(_ range: Range<Int>, of file: OpenFile) throws(FileError) {
    count = 0
    while storage.count < range.count { grow() }
    count = try file.read(
      at: range.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: storage[..<range.count]))
  }

  private func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: storage.count * 2, alignment: 64)
    larger.copyMemory(from: UnsafeRawBufferPointer(storage))
    storage.deallocate()
    storage = larger
  }
}
