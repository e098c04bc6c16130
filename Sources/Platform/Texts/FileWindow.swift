/// The bytes of ranges of texts, for one thread: ranges that follow each other are read together.
///
/// The bytes are valid until the next `read`.
package final class FileWindow {
  private let buffer: FileBuffer
  private let readAhead: Int
  private var file: OpenFile?
  /// The range of the file that is held.
  private var held = 0..<0
  /// The range that was asked for last.
  private var asked = 0..<0

  /// Makes a window that reads `readAhead` bytes at once where ranges follow each other.
  package init(readAhead: Int = 256 << 10) {
    buffer = FileBuffer(capacity: max(1, readAhead))
    self.readAhead = readAhead
  }

  /// The bytes that were read last; fewer than asked for if the file is shorter.
  package var bytes: UnsafeRawBufferPointer {
    let start = min(asked.lowerBound - held.lowerBound, buffer.bytes.count)
    return UnsafeRawBufferPointer(
      rebasing: buffer.bytes[start..<min(start + asked.count, buffer.bytes.count)])
  }

  /// Moves to the bytes `range` of `text`.
  ///
  /// - Parameter versions: The versions of files that were read before, which the file is compared with.
  /// - Throws: `FileError` if the file cannot be read, or has changed.
  package func read(_ range: Range<Int>, of text: TextFile, _ versions: FileVersions) throws(FileError) {
    let isSameFile = file === text.file
    if isSameFile, held.lowerBound <= range.lowerBound, range.upperBound <= held.upperBound {
      asked = range
      return
    }
    if file != nil { try text.check(versions) }
    var length = range.count
    if isSameFile, range.lowerBound == asked.upperBound {
      length = max(length, min(readAhead, text.file.length - range.lowerBound))
    }
    file = nil
    try buffer.read(range.lowerBound..<range.lowerBound + length, of: text)
    (file, asked) = (text.file, range)
    held = range.lowerBound..<range.lowerBound + buffer.bytes.count
  }

  /// Moves to the bytes of several ranges of `text`, one after the other.
  ///
  /// - Parameter versions: The versions of files that were read before, which the file is compared with.
  /// - Throws: `FileError` if the file cannot be read, or has changed.
  package func read(_ ranges: [Range<Int>], of text: TextFile, _ versions: FileVersions) throws(FileError) {
    try text.check(versions)
    file = nil
    try buffer.read(ranges, of: text)
    (held, asked) = (0..<buffer.bytes.count, 0..<buffer.bytes.count)
  }
}
