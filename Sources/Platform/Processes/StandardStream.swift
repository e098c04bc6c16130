import CLinux
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

  /// Occupies the descriptors of the standard streams that are closed, so that no file is opened as one of them
  /// and gets what is meant for the stream.
  ///
  /// Call it before anything opens a file. Reading and writing still fail, as if the stream were closed.
  package static func occupyClosed() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free descriptor, which is this one.
      _ = open("/", Int32(timestep_open_path_only))
    }
  }

  /// Writes progress or a message immediately, with invisible characters written out.
  ///
  /// Errors are ignored: nobody has to read it.
  public func write(_ text: String) { _ = put(text.printable) }

  /// Writes progress that redraws the line of a terminal with control characters, which stay as they are.
  ///
  /// Errors are ignored.
  public func redraw(_ text: String) { _ = put(text) }

  /// Writes a result as JSON, as `writeResult(_:)` does, with invisible characters as escapes of JSON.
  ///
  /// - Throws: The same errors.
  public func writeResult(json: String) throws { try writeAll(json.printableJSON) }

  /// Writes a result, which must not be lost, with invisible characters written out.
  ///
  /// - Throws: `ReaderGone` if the reader has closed the stream; `FileError` if it cannot be written, for example
  ///   because the disk is full.
  public func writeResult(_ text: String) throws { try writeAll(text.printable) }

  private func writeAll(_ text: String) throws {
    let code = put(text)
    if code == EPIPE { throw ReaderGone(name: name) }
    if code != 0 { throw FileError.system(name, "cannot be written", code: code) }
  }

  /// Writes `text`, and returns `errno`, or 0 on success.
  private func put(_ text: String) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnwrittenBytes([UnsafeRawBufferPointer(bytes)])
      while !rest.isEmpty {
        let code = rest.write(to: rawValue)
        if code == EAGAIN {
          _ = waitForRoom()
        } else if code != 0 && code != EINTR {
          return code
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

extension CommandLine {
  /// The index of the first argument that is not UTF-8, so that `arguments` does not contain its bytes; `nil` if there
  /// is none.
  package static var firstForeignArgument: Int? {
    (0..<Int(argc)).first { index in
      unsafeArgv[index].map { String(validatingCString: $0) == nil } ?? false
    }
  }
}
