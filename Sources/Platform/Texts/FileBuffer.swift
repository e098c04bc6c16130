/// The text of one file at a time, in storage that is reused for all files.
///
/// Each thread that reads needs its own buffer. The bytes are valid until the next `read`.
package final class FileBuffer {
  private var storage: UnsafeMutableRawBufferPointer
  private var count = 0
  /// The bytes of a compressed file, while they are decompressed into `storage`; `nil` before the first.
  private var packed: UnsafeMutableRawBufferPointer?
  /// That of the last compressed file, for the next one.
  private var decompressor: Decompressor?

  /// Allocates a buffer of `capacity` bytes; it grows if necessary.
  package init(capacity: Int = 64 << 10) {
    precondition(capacity > 0, "a buffer needs room for at least one byte")
    storage = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit {
    storage.deallocate()
    packed?.deallocate()
  }

  /// The bytes of the text that was read last.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

  /// Replaces the contents with the whole text of the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The path of the file, or of a member of an archive.
  ///   - versions: The versions of files that were read before; `nil`: the file may have changed.
  /// - Throws: `FileError` if the file cannot be opened or read, is a device or a pipe, has changed, or is damaged.
  package func read(_ path: String, _ versions: FileVersions? = nil) throws(FileError) {
    count = 0
    try read(TextFile(path, versions))
  }

  /// Replaces the contents with the whole text of `text`.
  ///
  /// - Throws: `FileError` if the file cannot be read, is damaged, or its decompressed text does not fit in memory.
  package func read(_ text: TextFile) throws(FileError) {
    count = 0
    while true {
      if count == storage.count { grow() }
      let free = UnsafeMutableRawBufferPointer(rebasing: storage[count...])
      let got = try text.file.read(at: count, into: free)
      count += got
      if got < free.count { break }
    }
    if let compression = text.compression { try decompress(compression, text.path) }
    if let compression = Compression(of: bytes) { try decompress(compression, text.path) }
  }

  /// Replaces the contents with the bytes `range` of `text`, or fewer at its end.
  ///
  /// - Parameter text: A plain file, or one that was decompressed (`MappedText`).
  /// - Throws: `FileError` if the file cannot be read.
  package func read(_ range: Range<Int>, of text: TextFile) throws(FileError) {
    precondition(text.compression == nil, "a part of a compressed text")
    count = 0
    while storage.count < range.count { grow() }
    count = try text.file.read(
      at: range.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: storage[..<range.count]))
  }

  /// Replaces the contents with the bytes of several ranges of `text`, one after the other; fewer at its end.
  ///
  /// - Parameter text: A plain file, or one that was decompressed (`MappedText`).
  /// - Throws: `FileError` if the file cannot be read.
  package func read(_ ranges: [Range<Int>], of text: TextFile) throws(FileError) {
    precondition(text.compression == nil, "parts of a compressed text")
    count = 0
    for range in ranges {
      while storage.count < count + range.count { grow() }
      count += try text.file.read(
        at: range.lowerBound,
        into: UnsafeMutableRawBufferPointer(rebasing: storage[count..<count + range.count]))
    }
  }

  /// Replaces the bytes, which are compressed, by their text.
  private func decompress(_ compression: Compression, _ path: String) throws(FileError) {
    let decompressor =
      if let known = decompressor, known.restart(compression) { known } else {
        Decompressor(compression)
      }
    self.decompressor = decompressor
    let input = UnsafeRawBufferPointer(rebasing: storage[..<count])
    let text = packed ?? .allocate(byteCount: storage.count, alignment: 64)
    (packed, storage, count) = (storage, text, 0)
    var taken = 0
    var isFull = false
    while taken < input.count || isFull {
      if count == storage.count {
        if let sizes = AvailableMemory.excess(Double(storage.count) * 2) {
          throw FileError(
            path: path,
            problem: "does not fit in memory when it is decompressed: \(sizes); divide it into several files")
        }
        grow()
      }
      let rest = UnsafeRawBufferPointer(rebasing: input[taken...])
      let free = UnsafeMutableRawBufferPointer(rebasing: storage[count...])
      let step = try Fault.naming(path) { () throws(Fault) in try decompressor.step(rest, into: free) }
      taken += step.taken
      count += step.made
      isFull = step.made == free.count
    }
    try Fault.naming(path) { () throws(Fault) in try decompressor.finish() }
  }

  private func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: storage.count * 2, alignment: 64)
    larger.copyMemory(from: UnsafeRawBufferPointer(storage))
    storage.deallocate()
    storage = larger
  }
}
