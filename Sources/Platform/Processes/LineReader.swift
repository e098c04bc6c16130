import Glibc

/// The lines of a stream as they arrive: a pipe, a terminal, or a file.
///
/// A line is returned as soon as its line feed has arrived. Memory is proportional to the longest line.
package struct LineReader {
  /// The name of the stream in messages.
  package let name: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  /// The start of the next line, and the position up to which its end was searched for.
  private var start = 0
  private var searched = 0
  private var isAtEnd = false

  /// Makes a reader of standard input.
  package static var standardInput: LineReader {
    LineReader(descriptor: STDIN_FILENO, name: "standard input")
  }

  init(descriptor: Int32, name: String) { (self.descriptor, self.name) = (descriptor, name) }

  /// Returns true if a whole line is in the buffer, so that `next` will not wait.
  package mutating func hasLine() -> Bool { endOfLine() != nil }

  /// Reads the next line, without its line feed; `nil` at the end of the stream.
  ///
  /// - Throws: `FileError` if the stream cannot be read; `Interruption.Signal` if a signal arrives while it waits.
  package mutating func next() throws -> [UInt8]? {
    while true {
      if let end = endOfLine() {
        defer { (start, searched) = (end + 1, end + 1) }
        return Array(buffer[start..<end])
      }
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { (start, searched) = (buffer.count, buffer.count) }
        return Array(buffer[start...])
      }
      try fill()
    }
  }

  private mutating func endOfLine() -> Int? {
    let end = buffer[searched...].firstIndex(of: 0x0A)
    searched = end ?? buffer.count
    return end
  }

  private mutating func fill() throws {
    buffer.removeSubrange(..<start)
    (start, searched) = (0, searched - start)
    let kept = buffer.count
    let room = 1 << 16
    // A signal interrupts this wait, but not one of `read`.
    var stream = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&stream, 1, -1) < 0 && errno == EINTR { try Interruption.check() }
    buffer.append(contentsOf: repeatElement(0, count: room))
    var got = 0
    buffer.withUnsafeMutableBytes { bytes in
      repeat {
        got = read(descriptor, bytes.baseAddress.map { $0 + kept }, room)
      } while got < 0 && errno == EINTR
    }
    let code = errno
    buffer.removeLast(room - max(0, got))
    if got < 0 { throw FileError.system(name, "cannot be read", code: code) }
    isAtEnd = got == 0
  }
}
