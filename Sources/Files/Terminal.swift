import Glibc

/// The standard streams, as the kernel sees them.
public enum StandardStream: Int32, Sendable {
  /// Results, and nothing else.
  case output = 1
  /// Progress, logs and errors.
  case error = 2

  /// Whether a person watches: the stream is a terminal.
  public var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The terminal's width in characters, or `nil` when it is unknown.
  public var width: Int? {
    var size = winsize()
    guard ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes `text` at once.
  ///
  /// A stream that nobody reads any more is no error of ours.
  public func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let some = UnsafeBufferPointer(rebasing: rest)
        let put = Glibc.write(rawValue, some.baseAddress, some.count)
        if put > 0 {
          rest = rest.dropFirst(put)
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}
