import CLinux
import Glibc

/// A destination of bytes: a standard stream, or the standard input of another program.
public protocol ByteSink {
  /// Writes all of `parts`, one after the other, together and without copying them.
  ///
  /// - Throws: `ReaderGone` if the reader has closed the stream; `FileError`.
  func write(_ parts: [UnsafeRawBufferPointer]) throws
}

/// A source of bytes, such as the standard output of another program.
public protocol ByteSource {
  /// Reads until `bytes` is full or the stream ends.
  ///
  /// - Returns: The number of bytes read: less than `bytes.count` only at the end of the stream.
  /// - Throws: `FileError`.
  func read(into bytes: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteSink {
  /// Writes `bytes`.
  ///
  /// - Throws: `ReaderGone` if the reader has closed the stream; `FileError`.
  public func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write([$0]) } }
}

extension ByteSource {
  /// Reads until `bytes` is full or the stream ends.
  ///
  /// Bytes after those that were read keep their values.
  ///
  /// - Returns: The number of bytes read: less than `bytes.count` only at the end of the stream.
  /// - Throws: `FileError`.
  public func read(into bytes: inout [UInt8]) throws -> Int {
    try bytes.withUnsafeMutableBytes { try read(into: $0) }
  }
}

/// The error that the reader of a stream has closed its end.
///
/// A command whose results are no longer read has nothing left to do, and no error to report.
public struct ReaderGone: Error, Hashable, CustomStringConvertible {
  /// The name of the stream or program.
  public var name: String

  /// The message: `standard output: its reader has closed it`.
  public var description: String { "\(name): its reader has closed it" }
}

extension StandardStream: ByteSink {
  /// Writes all of `parts`, which are part of a result and must not be lost.
  ///
  /// - Throws: `ReaderGone` if the reader has closed the stream; `FileError`, for example because the disk is
  ///   full; `Interruption.Signal` if a signal arrives while the stream waits for a slow reader: then some
  ///   bytes may have been written.
  public func write(_ parts: [UnsafeRawBufferPointer]) throws {
    var rest = UnwrittenBytes(parts)
    while !rest.isEmpty {
      // A signal interrupts this wait, and a write that has written some bytes, but not a write that has
      // written none.
      let wait = waitForRoom()
      let code = wait == 0 ? rest.write(to: rawValue) : wait
      if code == EPIPE { throw ReaderGone(name: name) }
      if code != 0 && code != EINTR && code != EAGAIN {
        throw FileError.system(name, "cannot be written", code: code)
      }
      if !rest.isEmpty { try Interruption.check() }
    }
  }

  /// Enlarges the pipe to one megabyte if the stream is a pipe.
  ///
  /// Writer and reader then wait for each other less often.
  public func enlargePipe() { enlarge(rawValue) }
}

/// Enlarges the pipe to one megabyte, if the kernel allows it.
func enlarge(_ pipe: Int32) { _ = fcntl(pipe, Int32(timestep_set_pipe_size), 1 << 20) }

/// The rest of several byte buffers that are written together.
struct UnwrittenBytes {
  private var vectors: [iovec]
  private var next = 0

  init(_ parts: [UnsafeRawBufferPointer]) {
    vectors = parts.compactMap { part in
      part.isEmpty
        ? nil : iovec(iov_base: UnsafeMutableRawPointer(mutating: part.baseAddress), iov_len: part.count)
    }
  }

  var isEmpty: Bool { next == vectors.count }

  /// Writes as much as the kernel accepts in one call.
  ///
  /// - Returns: `errno`, or 0 on success. A closed reader gives EPIPE, not the signal SIGPIPE, which would
  ///   end the process.
  mutating func write(to descriptor: Int32) -> Int32 {
    let most = min(vectors.count - next, 1024)  // the kernel's limit, UIO_MAXIOV
    let (put, code) = withoutBrokenPipeSignal {
      vectors[next..<next + most].withUnsafeBufferPointer { writev(descriptor, $0.baseAddress, Int32(most)) }
    }
    guard put >= 0 else { return code }
    var done = put
    while next < vectors.count, done >= vectors[next].iov_len {
      done -= vectors[next].iov_len
      next += 1
    }
    if done > 0 {
      vectors[next].iov_base = vectors[next].iov_base.advanced(by: done)
      vectors[next].iov_len -= done
    }
    return 0
  }
}

/// Calls `body` while SIGPIPE is blocked in this thread, and discards the SIGPIPE that it has raised.
///
/// The action of the process for SIGPIPE is unchanged.
///
/// - Returns: The result of `body`, and `errno`, or 0 on success.
private func withoutBrokenPipeSignal(_ body: () -> Int) -> (Int, Int32) {
  var pipe = sigset_t()
  var pending = sigset_t()
  var before = sigset_t()
  sigemptyset(&pipe)
  sigaddset(&pipe, SIGPIPE)
  sigpending(&pending)
  pthread_sigmask(SIG_BLOCK, &pipe, &before)
  let result = body()
  let code = result < 0 ? errno : 0
  // Not only after EPIPE: a call that has written some bytes when the reader closes its end raises SIGPIPE
  // and succeeds.
  if sigismember(&pending, SIGPIPE) == 0 {
    var now = timespec()
    while sigtimedwait(&pipe, nil, &now) < 0 && errno == EINTR {}
  }
  pthread_sigmask(SIG_SETMASK, &before, nil)
  return (result, code)
}
