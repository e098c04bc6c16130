import Glibc
import TestSupport
import Testing

/// The result of running the built `timestep`.
struct FinishedCommand {
  /// The exit code; a signal that ended it is negative.
  var exitCode: Int32
  /// The text that it wrote to standard output.
  var output: String
  /// The text that it wrote to standard error.
  var error: String

  /// The first line on standard error.
  var firstLine: String { error.split(separator: "\n").first.map(String.init) ?? "" }
}

/// The built `timestep`, started in a directory.
final class RunningCommand {
  private let streams = TestDirectory()
  /// The working folder, which exists until the command has been waited for.
  private let folder: TestDirectory
  private var process: pid_t = 0

  /// Starts `timestep` with `arguments` in `scratch`.
  ///
  /// - Parameters:
  ///   - prefix: A program that starts `timestep`, with its arguments: `setpriv`.
  ///   - input: The file, or the named pipe, that is standard input.
  ///   - output: The destination of standard output, which is then not kept.
  init(
    _ arguments: [String], in scratch: TestDirectory, prefix: [String] = [], input: String = "/dev/null",
    output: String? = nil
  ) throws {
    folder = scratch
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output ?? streams.path("out"), O_WRONLY | O_CREAT, 0o666)
    posix_spawn_file_actions_addopen(&actions, 2, streams.path("err"), O_WRONLY | O_CREAT, 0o666)
    // This thread blocks signals, and tests in the background of a shell ignore SIGINT; the command must do neither.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    let words =
      ["env", "--chdir=\(scratch.path)"] + prefix + [try Repository.program("timestep")] + arguments
    var strings = words.map { strdup($0) } + [nil]
    defer { for string in strings { free(string) } }
    let code = posix_spawnp(&process, words[0], &actions, &attributes, &strings, environ)
    try #require(code == 0, "\(words[0]) cannot be started: \(String(cString: strerror(code)))")
  }

  /// Sends a signal.
  func send(_ signal: Int32) { kill(process, signal) }

  /// True if it has ended, so that `finish` will not wait.
  var hasEnded: Bool {
    var information = siginfo_t()
    return waitid(P_PID, UInt32(process), &information, WEXITED | WNOHANG | WNOWAIT) == 0
      && information.si_signo == SIGCHLD
  }

  /// The most memory it has had in use so far, in kilobytes; `nil` when it has ended.
  ///
  /// The figure of `wait4` for a child is at least the memory that the parent had in use at its start.
  var peakMemory: Int? {
    guard let stream = fopen("/proc/\(process)/status", "r") else { return nil }
    defer { fclose(stream) }
    var text = ""
    while case let byte = getc(stream), byte != EOF {
      text.unicodeScalars.append(Unicode.Scalar(UInt8(byte)))
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }
  }

  /// The text written to standard error so far.
  var errorSoFar: String { written("err") }

  /// The text written to standard output so far.
  var outputSoFar: String { written("out") }

  private func written(_ name: String) -> String {
    streams.names().contains(name) ? (try? streams.text(of: name)) ?? "" : ""
  }

  /// Waits for the end, at most a minute.
  ///
  /// - Parameter meanwhile: Called repeatedly until then.
  func finish(meanwhile: () -> Void = {}) throws -> FinishedCommand {
    var status: Int32 = 0
    let isDone = waitUntil {
      meanwhile()
      return waitpid(process, &status, WNOHANG) == process
    }
    if !isDone {
      kill(process, SIGKILL)
      waitpid(process, &status, 0)
    }
    try #require(isDone, "the command did not end")
    let signal = status & 0x7F
    return FinishedCommand(
      exitCode: signal == 0 ? status >> 8 & 0xFF : -signal, output: outputSoFar,
      error: errorSoFar)
  }
}

/// Checks `condition` every few milliseconds; fails after a minute.
func waitUntil(_ condition: () -> Bool) -> Bool {
  for _ in 0..<30_000 {
    if condition() { return true }
    usleep(2000)
  }
  return false
}

/// Runs `timestep` in `scratch` to its end.
func timestep(
  _ arguments: [String], in scratch: TestDirectory, prefix: [String] = [], input: String = "/dev/null",
  output: String? = nil
) throws -> FinishedCommand {
  try RunningCommand(arguments, in: scratch, prefix: prefix, input: input, output: output).finish()
}

/// Runs `timestep` in `scratch`, which must succeed, and returns its standard output.
@discardableResult
func results(
  _ arguments: [String], in scratch: TestDirectory, sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
  let run = try timestep(arguments, in: scratch)
  #expect(run.exitCode == 0, "\(run.error)", sourceLocation: sourceLocation)
  return run.output
}

/// Returns what a training wrote on standard error, without the lines that it begins with.
func withoutOpening(_ text: String) -> String {
  let openings = ["data: ", "network: ", "trainer: ", "monitored: ", "to be written: "]
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  return lines.filter { line in
    !openings.contains { line.hasPrefix($0) }
      && !line.contains(": expected at least 3 examples of each class, found ")
  }.joined(separator: "\n")
}

/// Runs `timestep` in `scratch`, which must end with `exitCode` and exactly this message, print nothing and change nothing.
func expectFailure(
  _ message: String, _ arguments: [String], in scratch: TestDirectory, exitCode: Int32 = 1,
  prefix: [String] = [],
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let before = scratch.tree()
  let run = try timestep(arguments, in: scratch, prefix: prefix)
  // Usage errors are followed by the usage, those of a training that has begun follow its first lines.
  #expect(
    (exitCode == 64 ? run.firstLine : withoutOpening(run.error)) == message, sourceLocation: sourceLocation)
  #expect(run.exitCode == exitCode, sourceLocation: sourceLocation)
  #expect(run.output == "", "standard output contains results only", sourceLocation: sourceLocation)
  #expect(scratch.tree() == before, "nothing is left behind", sourceLocation: sourceLocation)
}
