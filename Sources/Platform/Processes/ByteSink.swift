import CLinux
import Glibc

/// What takes bytes in order: a standard stream, another program's standard input.
public protocol ByteSink {
  /// Writes all of `parts`, one after the other; the kernel gets them together, and nothing is copied here.
  ///
  /// - Throws: `ReaderGone` when nobody reads any more; `FileError`.
  func write(_ parts: [UnsafeRawBufferPointer]) throws
}

/// What gives bytes in order: another program's standard output.
public protocol ByteSource {
  /// Fills `bytes`, unless the stream ends before.
  ///
  /// - Returns: The number of bytes read: fewer than asked for only at the end.
  /// - Throws: `FileError`.
  func read(into bytes: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteSink {
  /// Writes `bytes`.
  public func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write([$0]) } }
}

extension ByteSource {
  /// Fills `bytes` anew, unless the stream ends before: what is read is in front, the rest stays.
  ///
  /// - Returns: The number of bytes read: fewer than there is room for only at the end.
  public func read(into bytes: inout [UInt8]) throws -> Int {
    try bytes.withUnsafeMutableBytes { try read(into: $0) }
  }
}

/// Nobody reads what is written any more: the other end of a pipe is closed.
///
/// A command whose results nobody wants has nothing left to do, and no fault to report.
public struct ReaderGone: Error, Hashable, CustomStringConvertible {
  /// Whose other end it was.
  public var name: String

  /// `standard output: nobody reads it any more`.
  public var description: String { "\(name): nobody reads it any more" }
}

extension StandardStream: ByteSink {
  /// Writes all of `parts`: bytes of a result, which must not be lost.
  ///
  /// - Throws: `ReaderGone` when nobody reads any more; `FileError`, a full disk among its causes;
  ///   `Interruption.Signal` when one comes while a slow reader is waited for: a part of the bytes may be written.
  public func write(_ parts: [UnsafeRawBufferPointer]) throws {
    var rest = UnwrittenBytes(parts)
    while !rest.isEmpty {
      // A signal ends this wait, and that of a call that has written a part, but not that of one that has written nothing.
      let wait = waitForRoom()
      let code = wait == 0 ? rest.write(to: rawValue) : wait
      if code == EPIPE { throw ReaderGone(name: name) }
      if code != 0 && code != EINTR && code != EAGAIN {
        throw FileError.system(name, "cannot be written", code: code)
      }
      if !rest.isEmpty { try Interruption.check() }
    }
  }

  /// Makes room for a megabyte where the stream is a pipe: writer and reader then wait for each other less often.
  public func enlargePipe() { enlarge(rawValue) }
}

/// Makes the pipe hold a megabyte; a wish, which the kernel may not grant.
func enlarge(_ pipe: Int32) { _ = fcntl(pipe, Int32(timestep_set_pipe_size), 1 << 20) }

/// Bytes in several places that are written as one.
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

  /// Writes as much as the kernel takes at once; gives the `errno` of the failure, or 0.
  ///
  /// That nobody reads any more is the error EPIPE, and no signal, which would end the process.
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

/// Calls `body` with SIGPIPE held back from this thread, and takes the one that it has raised; its result and `errno`.
///
/// What the process does about the signal elsewhere stays as it is.
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
  // Not for EPIPE alone: a call that waited, and has written a part when the reader goes, raises it too and succeeds.
  if sigismember(&pending, SIGPIPE) == 0 {
    var now = timespec()
    while sigtimedwait(&pipe, nil, &now) < 0 && errno == EINTR {}
  }
  pthread_sigmask(SIG_SETMASK, &before, nil)
  return (result, code)
}
