import Glibc

/// A standard stream for output.
public enum StandardStream: Int32, Sendable {
  /// The stream for results only.
  case output = 1
  /// The stream for progress, logs and errors.
  case error = 2

  /// The name in messages.
  var name: String { self == .output ? "standard output" : "standard error" }

  /// True if the stream is a terminal.
  public var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The width of the terminal in characters, or `nil` if it is unknown.
  public var width: Int? {
    var size = winsize()
    guard ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes progress or a message immediately, with invisible characters written out.
  ///
  /// Errors are ignored.
  public func write(_ text: String) { _ = put(text.printable) }

  /// Writes progress that redraws the line of a terminal with control characters, which stay as they are.
  ///
  /// Errors are ignored.
  public func redraw(_ text: String) { _ = put(text) }

  /// Writes a result as JSON, as `writeResult(_:)` does, with invisible characters as escapes of JSON.
  ///
  /// - Throws: `FileError` if it cannot be written, for example because the disk is full.
  public func writeResult(json: String) throws(FileError) { try writeAll(json.printableJSON) }

  /// Writes a result, which must not be lost, with invisible characters written out.
  ///
  /// It is not an error if the reader has closed the stream.
  ///
  /// - Throws: `FileError` if it cannot be written, for example because the disk is full.
  public func writeResult(_ text: String) throws(FileError) { try writeAll(text.printable) }

  private func writeAll(_ text: String) throws(FileError) {
    let code = put(text)
    guard code == 0 || code == EPIPE else {
      throw .system(name, "cannot be written", code: code)
    }
  }

  /// Writes `text`, and returns `errno`, or 0 on success.
  private func put(_ text: String) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let some = UnsafeBufferPointer(rebasing: rest)
        let put = Glibc.write(rawValue, some.baseAddress, some.count)
        if put > 0 {
          rest = rest.dropFirst(put)
        } else if errno == EAGAIN {
          _ = waitForRoom()
        } else if errno != EINTR {
          return errno
        }
      }
      return 0
    }
  }

  /// Waits until the stream accepts bytes, even if it is non-blocking, and returns `errno`, or 0 on success.
  func waitForRoom() -> Int32 {
    var stream = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
    return poll(&stream, 1, -1) < 0 ? errno : 0
  }
}
