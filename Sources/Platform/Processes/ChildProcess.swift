import CLinux
import Glibc

/// A child process with pipes to its standard input and from its standard output and standard error.
///
/// ```swift
/// let sorting = try ChildProcess("sort", ["-n"])
/// try sorting.write(Array("10\n9\n".utf8))
/// sorting.closeInput()
/// var bytes = [UInt8](repeating: 0, count: 100)
/// let count = try sorting.read(into: &bytes)   // 5: "9\n10\n"
/// try sorting.finish()                         // .exited(0)
/// ```
/// Neither side can block the other forever: output that arrives while input is written is stored, and
/// standard error is read during every wait. The last 4096 bytes of standard error are kept
/// (`lastErrorLine`). The output ends when the program ends, even if other processes still hold its pipes
/// open.
///
/// When the value is dropped, a program that is still running is killed together with its process group, and
/// waited for, so that no zombie remains. Processes that outlive a program that has ended by itself are not
/// touched. The program has its own process group, so that Ctrl-C reaches only the parent. A parent that
/// turns Ctrl-C into an error (`Interruption.watch`) stops the program while the error propagates; if the
/// parent dies, the program sees the end of its pipes. Use the value from one thread at a time.
public final class ChildProcess {
  /// The way in which a program has ended.
  public enum End: Sendable, Hashable, CustomStringConvertible {
    /// It exited with a status; 0 means success.
    case exited(Int32)
    /// It was killed by a signal.
    case signal(Int32)

    /// A description such as "with status 1" or "by signal 9 (Killed)".
    public var description: String {
      switch self {
      case .exited(let status): "with status \(status)"
      case .signal(let number): "by signal \(number) (\(String(cString: strsignal(number))))"
      }
    }
  }

  /// The name of the program, as given.
  public let program: String
  private let process: pid_t
  private var input: PipeEnd
  private var output: PipeEnd
  private var errors: PipeEnd
  /// A descriptor that becomes readable when the program ends.
  ///
  /// The pipes do not show it if other processes hold them open.
  private var ending: PipeEnd
  /// True once the program has ended.
  ///
  /// Output that is not in the pipes by then does not arrive.
  private var hasEnded = false
  /// The last bytes of standard error.
  private var said: [UInt8] = []
  /// Output that arrived while input was written, and the number of its bytes that were already read.
  private var early: [UInt8] = []
  private var earlyCount = 0
  /// The way it ended; `nil` until the caller has waited for it.
  private var end: End?

  /// Starts `program`, which is searched for in `PATH`.
  ///
  /// - Parameters:
  ///   - program: The name of the program, or a path to it.
  ///   - arguments: The arguments, one word each.
  ///   - remedy: The end of the error message if there is no such program: "install it: apt-get install x".
  /// - Throws: `FileError` if it cannot be started.
  public init(
    _ program: String, _ arguments: [String] = [], remedy: String = "install it, or give the path to it"
  ) throws(FileError) {
    precondition(!([program] + arguments).contains { $0.utf8.contains(0) }, "a word with a NUL byte")
    self.program = program
    var pipes: [(read: PipeEnd, write: PipeEnd)] = []
    do {
      for _ in 0..<3 { pipes.append(try PipeEnd.makePipe(for: program)) }
    } catch {
      for var end in pipes.flatMap({ [$0.read, $0.write] }) { end.close() }
      throw error
    }
    hearOfChildren()
    (input, output, errors) = (pipes[0].write, pipes[1].read, pipes[2].read)
    let code: Int32
    (process, code) = spawn(
      program, arguments, input: pipes[0].read.descriptor, output: pipes[1].write.descriptor,
      errors: pipes[2].write.descriptor)
    ending = PipeEnd(descriptor: code == 0 ? timestep_open_process(process) : -1)
    for var theirs in [pipes[0].read, pipes[1].write, pipes[2].write] { theirs.close() }
    guard code == 0 else {
      input.close()
      output.close()
      errors.close()
      end = .exited(127)  // there is no process to wait for
      if code == ENOENT {
        throw FileError(path: program, problem: "cannot be started: there is no such program; \(remedy)")
      }
      throw .system(program, "cannot be started", code: code)
    }
    for pipe in [input, output] { enlarge(pipe.descriptor) }
    for pipe in [input, output, errors] { pipe.neverWait() }
  }

  deinit { stop() }

  /// The last line on standard error that is not blank, or `nil` if there is none.
  public var lastErrorLine: String? {
    let line = said.split { $0 == 0x0A || $0 == 0x0D }.last { $0.contains { $0 > 0x20 } }
    return line.map { String(decoding: $0, as: UTF8.self) }
  }

  /// True if standard output has ended, usually because the program has ended, and all of it was read.
  public var outputHasEnded: Bool { !output.isOpen && earlyCount == early.count }

  /// Closes standard input, which tells the program that there is no more input.
  public func closeInput() { input.close() }

  /// Closes standard input, discards the remaining output, and waits for the program to end.
  ///
  /// - Throws: `FileError` if its pipes cannot be read.
  @discardableResult
  public func finish() throws -> End {
    closeInput()
    early = []
    var rest = [UInt8](repeating: 0, count: 1 << 16)
    while !hasEnded && (output.isOpen || errors.isOpen) {
      let ready = try waitForPipes(writing: false)
      if ready.output { _ = try rest.withUnsafeMutableBytes { try readOutput($0) } }
    }
    output.close()
    errors.close()
    return reap()
  }

  /// Kills the program and its process group, unless it has ended, and waits for it.
  @discardableResult
  public func stop() -> End {
    if end == nil { kill(-process, SIGKILL) }
    input.close()
    output.close()
    errors.close()
    return reap()
  }

  private func reap() -> End {
    if let end { return end }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    ending.close()
    let signal = status & 0x7F
    let result = signal == 0 ? End.exited(status >> 8 & 0xFF) : .signal(signal)
    end = result
    return result
  }
}

extension ChildProcess: ByteSink, ByteSource {
  /// Writes all of `parts` to standard input.
  ///
  /// - Throws: `ReaderGone` if the program has ended or has closed its input; `FileError`.
  public func write(_ parts: [UnsafeRawBufferPointer]) throws {
    var rest = UnwrittenBytes(parts)
    while !rest.isEmpty {
      guard input.isOpen else { throw ReaderGone(name: program) }
      let ready = try waitForPipes(writing: true)
      if ready.output { try keepEarlyOutput() }
      if hasEnded {
        input.close()
        continue
      }
      guard ready.input else { continue }
      let code = rest.write(to: input.descriptor)
      if code == EPIPE {
        input.close()
        throw ReaderGone(name: program)
      }
      if code != 0 && code != EAGAIN && code != EINTR {
        throw FileError.system(program, "cannot be written to", code: code)
      }
    }
  }

  /// Reads standard output until `bytes` is full or the output ends.
  ///
  /// - Returns: The number of bytes read.
  /// - Throws: `FileError`.
  public func read(into bytes: UnsafeMutableRawBufferPointer) throws -> Int {
    var count = min(bytes.count, early.count - earlyCount)
    bytes.copyBytes(from: early[earlyCount..<earlyCount + count])
    earlyCount += count
    if earlyCount == early.count { (early, earlyCount) = ([], 0) }
    while count < bytes.count && output.isOpen {
      // Read before waiting: usually there is something to read, and this saves a call.
      let got = try readOutput(UnsafeMutableRawBufferPointer(rebasing: bytes[count...]))
      count += got
      if got == 0 && output.isOpen { _ = try waitForPipes(writing: false) }
    }
    return count
  }

  /// Reads the available bytes of standard output, and closes it at its end.
  ///
  /// - Returns: The number of bytes read; 0 if there are none yet, or if the output has ended.
  private func readOutput(_ bytes: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    let last = hasEnded
    let got = Glibc.read(output.descriptor, bytes.baseAddress, bytes.count)
    if got > 0 { return got }
    if got == 0 || last && errno == EAGAIN {
      output.close()
    } else if errno != EAGAIN && errno != EINTR {
      throw .system(program, "cannot be read from", code: errno)
    }
    return 0
  }

  private func keepEarlyOutput() throws {
    let before = early.count
    early.append(contentsOf: repeatElement(0, count: 1 << 16))
    let got = try early.withUnsafeMutableBytes {
      try readOutput(UnsafeMutableRawBufferPointer(rebasing: $0[before...]))
    }
    early.removeLast(early.count - before - got)
  }

  /// Waits until the program has written output, has ended or, while `writing`, accepts input.
  ///
  /// Standard error is read at the same time.
  private func waitForPipes(writing: Bool) throws(FileError) -> (input: Bool, output: Bool) {
    var pipes = [
      pollfd(fd: writing ? input.descriptor : -1, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: output.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errors.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: hasEnded ? -1 : ending.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    // After it has ended there is nothing to wait for.
    while poll(&pipes, 4, hasEnded ? 0 : -1) < 0 {
      if errno != EINTR { throw .system(program, "cannot be waited for", code: errno) }
    }
    if pipes[3].revents != 0 { hasEnded = true }
    if errors.isOpen && (pipes[2].revents != 0 || hasEnded) { takeErrors() }
    return (pipes[0].revents != 0, pipes[1].revents != 0)
  }

  /// Reads the available bytes of standard error: at most 64 KB, which is all that its pipe can hold.
  private func takeErrors() {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let got = Glibc.read(errors.descriptor, &bytes, bytes.count)
    if got > 0 { said = Array((said + bytes.prefix(got)).suffix(4096)) }
    if hasEnded || got == 0 || got < 0 && errno != EAGAIN && errno != EINTR { errors.close() }
  }
}

/// One end of a pipe; its descriptor is -1 after it was closed.
private struct PipeEnd {
  private(set) var descriptor: Int32

  var isOpen: Bool { descriptor >= 0 }

  static func makePipe(for program: String) throws(FileError) -> (read: PipeEnd, write: PipeEnd) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .system(program, "cannot be started", code: errno) }
    return (PipeEnd(descriptor: ends[0]), PipeEnd(descriptor: ends[1]))
  }

  /// Makes calls that would wait fail with EAGAIN.
  ///
  /// Waiting is done by `poll`, for all pipes at once.
  func neverWait() { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }

  mutating func close() {
    if isOpen { Glibc.close(descriptor) }
    descriptor = -1
  }
}

/// Restores the default action of SIGCHLD if the process was started to ignore it.
///
/// While SIGCHLD is ignored, which child processes inherit, the kernel discards the status of programs that
/// end.
private func hearOfChildren() {
  guard isIgnored(SIGCHLD) else { return }
  var action = sigaction()
  sigaction(SIGCHLD, &action, nil)
}

/// Starts a program in its own process group, with the given standard streams and no blocked signals.
///
/// - Returns: The process, and `errno`, or 0 on success.
private func spawn(
  _ program: String, _ arguments: [String], input: Int32, output: Int32, errors: Int32
) -> (pid_t, Int32) {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (descriptor, stream) in [(input, STDIN_FILENO), (output, STDOUT_FILENO), (errors, STDERR_FILENO)] {
    posix_spawn_file_actions_adddup2(&actions, descriptor, stream)
  }
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var signals = sigset_t()
  sigemptyset(&signals)
  posix_spawnattr_setsigmask(&attributes, &signals)
  sigaddset(&signals, SIGPIPE)
  sigaddset(&signals, SIGXFSZ)
  posix_spawnattr_setsigdefault(&attributes, &signals)
  posix_spawnattr_setflags(
    &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
  var words = ([program] + arguments).map { strdup($0) } + [nil]
  defer { for word in words { free(word) } }
  var process: pid_t = 0
  let code = posix_spawnp(&process, program, &actions, &attributes, &words, environ)
  return (process, code)
}
