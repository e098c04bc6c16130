import Glibc

/// The standard streams, as the kernel sees them.
public enum StandardStream: Int32, Sendable {
  /// Results, and nothing else.
  case output = 1
  /// Progress, logs and errors.
  case error = 2

  /// What it is called in messages.
  var name: String { self == .output ? "standard output" : "standard error" }

  /// Whether a person watches: the stream is a terminal.
  public var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The terminal's width in characters, or `nil` when it is unknown.
  public var width: Int? {
    var size = winsize()
    guard ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes progress or a message at once; whether anybody takes it is no concern of the work.
  public func write(_ text: String) { _ = put(text) }

  /// Writes a result, which must not be lost.
  ///
  /// A stream that nobody reads any more is no error of ours.
  ///
  /// - Throws: `FileError` when the stream does not take it, a full disk among its causes.
  public func writeResult(_ text: String) throws(FileError) {
    let code = put(text)
    guard code == 0 || code == EPIPE else {
      throw .system(name, "cannot be written", code: code)
    }
  }

  /// Writes `text`; gives the `errno` of the failure, or 0.
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

  /// Waits until the stream takes something, although it may be set up never to wait; gives `errno`, or 0.
  func waitForRoom() -> Int32 {
    var stream = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
    return poll(&stream, 1, -1) < 0 ? errno : 0
  }
}
