import Glibc

/// Reads the lines of one file at a time, from start to end, into reused storage.
///
/// It is for scanning long files.
///
/// Memory is one block of the file, or more if a line is longer than a block.
package final class FileLines {
  /// The form of line feeds.
  package enum LineFeed: Sendable {
    /// One byte, as in ASCII and its supersets.
    case byte
    /// Two bytes, as in UTF-16, the low one first.
    case littleEndian
    /// Two bytes, the high one first.
    case bigEndian
  }

  private var storage: UnsafeMutableRawBufferPointer
  private var unread = 0..<0
  private var file: OpenFile?
  /// The next byte of the file that is not in `storage`.
  private var offset = 0
  private var lineFeed = LineFeed.byte

  /// Allocates the storage of one block of `blockSize` bytes.
  package init(blockSize: Int = 256 << 10) {
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
  ///   - lineFeed: The form of line feeds.
  /// - Throws: `FileError` if the file cannot be opened, is a device or a pipe, or has changed.
  package func open(
    _ path: String, at offset: Int = 0, _ versions: FileVersions? = nil, _ lineFeed: LineFeed = .byte
  ) throws(FileError) {
    close()
    open(try OpenFile(path, versions), at: offset, lineFeed)
  }

  /// Begins at byte `offset` of `file`, and closes the previous one.
  ///
  /// - Parameter lineFeed: The form of line feeds.
  package func open(_ file: OpenFile, at offset: Int = 0, _ lineFeed: LineFeed = .byte) {
    close()
    (self.file, self.offset, self.lineFeed) = (file, offset, lineFeed)
  }

  /// Reads the next line with its line feed, which only the last line may lack; `nil` at the end of the file.
  ///
  /// The bytes are valid until the next call of any method.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  package func next() throws(FileError) -> UnsafeRawBufferPointer? {
    guard let file else { preconditionFailure("no file is open") }
    var searched = 0
    while true {
      let rest = UnsafeRawBufferPointer(rebasing: storage[unread])
      if let end = lineEnd(in: rest, from: searched) { return take(end) }
      // The last byte may be the first half of a line feed.
      searched = lineFeed == .byte ? rest.count : max(0, rest.count - 1) & ~1
      makeRoom()
      let free = UnsafeMutableRawBufferPointer(rebasing: storage[unread.upperBound...])
      let got = try file.read(at: offset, into: free)
      offset += got
      unread = unread.lowerBound..<unread.upperBound + got
      if got == 0 { return unread.isEmpty ? nil : take(unread.count) }
    }
  }

  /// Closes the file, if one is open.
  package func close() {
    file = nil
    unread = 0..<0
  }

  /// Returns the offset after the first line feed at or after `start`, or `nil` if there is none.
  private func lineEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard lineFeed != .byte else { return offsetOf(0x0A, in: bytes, from: start).map { $0 + 1 } }
    let high = lineFeed == .bigEndian ? 0 : 1
    var at = start
    while let low = offsetOf(0x0A, in: bytes, from: at) {
      let first = low & ~1
      guard first + 1 < bytes.count else { return nil }
      if low == first + 1 - high, bytes[first + high] == 0 { return first + 2 }
      at = low + 1
    }
    return nil
  }

  private func take(_ count: Int) -> UnsafeRawBufferPointer {
    let line = unread.lowerBound..<unread.lowerBound + count
    unread = line.upperBound..<unread.upperBound
    return UnsafeRawBufferPointer(rebasing: storage[line])
  }

  /// Moves the unread bytes to the start, and into larger storage if the storage is full.
  private func makeRoom() {
    var target = storage
    if unread.count == storage.count { target = .allocate(byteCount: storage.count * 2, alignment: 64) }
    if !unread.isEmpty, let to = target.baseAddress, let from = storage.baseAddress {
      memmove(to, from + unread.lowerBound, unread.count)
    }
    if target.baseAddress != storage.baseAddress {
      storage.deallocate()
      storage = target
    }
    unread = 0..<unread.count
  }
}

/// Returns the first offset of `byte` in `bytes` at or after `start`, or `nil` if there is none.
package func offsetOf(_ byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
  guard start < bytes.count, let base = bytes.baseAddress else { return nil }
  // memchr of the C library compares 32 bytes at a time.
  return memchr(base + start, Int32(byte), bytes.count - start).map {
    base.distance(to: UnsafeRawPointer($0))
  }
}

/// Returns true if `bytes` contains `part` at `start`.
///
/// The range must be within `bytes`.
package func hasBytes(_ bytes: UnsafeRawBufferPointer, _ part: [UInt8], at start: Int) -> Bool {
  precondition(
    start >= 0 && start + part.count <= bytes.count, "\(part.count) bytes at \(start) of \(bytes.count)")
  guard let base = bytes.baseAddress else { return part.isEmpty }
  return part.withUnsafeBytes { other in
    other.baseAddress.map { memcmp(base + start, $0, other.count) == 0 } ?? true
  }
}
