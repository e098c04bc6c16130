import Glibc
import Platform
import TestSupport
import Testing

/// Other programs, connected by pipes.
@Suite(.startsProcesses) struct ChildProcessTests {
  /// The whole output of `child`.
  private func rest(of child: ChildProcess) throws -> String {
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = try child.read(into: &bytes)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  @Test func bytesGoThroughAProgram() throws {
    let child = try ChildProcess("sort", ["-n"])
    try child.write(Array("10\n9\n".utf8))
    child.closeInput()
    #expect(try rest(of: child) == "9\n10\n")
    #expect(try child.finish() == .exited(0))
    #expect(child.lastErrorLine == nil)
  }

  /// More data goes both ways than a pipe can hold, and neither side reads until it has written everything.
  @Test func neitherSideWaitsForEver() throws {
    let child = try ChildProcess("cat")
    let bytes = (0..<5 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    try child.write(bytes)
    child.closeInput()
    var back = [UInt8](repeating: 0, count: bytes.count + 1)
    #expect(try child.read(into: &back) == bytes.count)
    #expect(back.dropLast() == bytes[...])
    #expect(try child.finish() == .exited(0))
  }

  @Test func partsAreWrittenInOrder() throws {
    let child = try ChildProcess("cat")
    let parts: [[UInt8]] = [Array("one ".utf8), [], Array("two".utf8)]
    try parts[0].withUnsafeBytes { first in
      try parts[1].withUnsafeBytes { second in
        try parts[2].withUnsafeBytes { third in try child.write([first, second, third]) }
      }
    }
    child.closeInput()
    #expect(try rest(of: child) == "one two")
  }

  /// A program that writes more to standard error than a pipe holds, before it does its work.
  @Test func aLongStandardErrorDoesNotBlock() throws {
    let child = try ChildProcess(
      "sh", ["-c", "yes complaint | head -c 1000000 >&2; echo last >&2; cat; exit 3"])
    try child.write(Array("work".utf8))
    child.closeInput()
    #expect(try rest(of: child) == "work")
    #expect(try child.finish() == .exited(3))
    #expect(child.lastErrorLine == "last")
  }

  @Test func aMissingProgramIsAnErrorWithARemedy() {
    #expect {
      try ChildProcess("no-such-program", remedy: "install it: apt-get install such")
    } throws: { error in
      "\(error)"
        == "no-such-program: cannot be started: there is no such program; install it: apt-get install such"
    }
  }

  @Test func aProgramThatReadsNothingRaisesNoSignal() throws {
    let child = try ChildProcess("true")
    #expect(throws: ReaderGone.self) {
      // The contents of the pipe may be read before the program ends.
      for _ in 0..<100 { try child.write([UInt8](repeating: 0, count: 1 << 20)) }
    }
    #expect(try child.finish() == .exited(0))
  }

  @Test func finishDiscardsTheRest() throws {
    let child = try ChildProcess("sh", ["-c", "head -c 3000000 /dev/zero"])
    #expect(try child.finish() == .exited(0))
    #expect(try child.finish() == .exited(0), "a second time as well")
  }

  /// A process that a program leaves behind, with the pipes open, does not make the reader wait.
  @Test func theEndOfTheProgramIsTheEndOfItsOutput() throws {
    /// Starts a program that ends with status 4 and leaves a process behind, whose number it prints last.
    func leaving() throws -> ChildProcess {
      try ChildProcess("sh", ["-c", "exec 3<&0; sleep 1000 <&3 & echo out; echo $! >&2; exit 4"])
    }
    func stop(whatLeft child: ChildProcess) throws {
      let process = try #require(child.lastErrorLine.flatMap { pid_t($0) })
      #expect(kill(process, SIGKILL) == 0, "it is still there")
    }
    let read = try leaving()
    #expect(try rest(of: read) == "out\n")
    #expect(read.outputHasEnded)
    #expect(try read.finish() == .exited(4))
    try stop(whatLeft: read)
    let finished = try leaving()
    #expect(try finished.finish() == .exited(4))
    try stop(whatLeft: finished)
    let written = try leaving()
    #expect(throws: ReaderGone.self) {
      for _ in 0..<100 { try written.write([UInt8](repeating: 0, count: 1 << 20)) }
    }
    #expect(try written.finish() == .exited(4))
    try stop(whatLeft: written)
  }

  /// Processes that a program has started end with it; Ctrl-C on the terminal reaches neither.
  @Test func aProgramIsAProcessGroup() throws {
    let child = try ChildProcess("sh", ["-c", "sleep 1000 & echo $$ $!; wait"])
    var bytes: [UInt8] = [0]
    var text = ""
    while try child.read(into: &bytes) == 1, bytes != [0x0A] {
      text += String(decoding: bytes, as: UTF8.self)
    }
    let processes = text.split(separator: " ").compactMap { pid_t($0) }
    try #require(processes.count == 2)
    #expect(getpgid(processes[0]) == processes[0] && getpgid(processes[1]) == processes[0])
    #expect(child.stop() == .signal(SIGKILL))
    // The process that adopts orphans waits for the other one: it is gone, or a zombie.
    var state = "R"
    for _ in 0..<10_000 where !["", "Z"].contains(state) {
      usleep(1000)
      let look = try ChildProcess("ps", ["-o", "state=", "-p", "\(processes[1])"])
      state = String(try rest(of: look).prefix(1))
    }
    #expect(state == "" || state == "Z")
  }

  /// The end of a program is reported even if this process ignores the signal about it, which it may inherit.
  @Test func endsAreReportedThoughTheyWereIgnored() async {
    await #expect(processExitsWith: .exitCode(7)) {
      signal(SIGCHLD, SIG_IGN)
      let child = try ChildProcess("sh", ["-c", "exit 7"])
      guard case .exited(let status) = try child.finish() else { exit(1) }
      exit(status)
    }
  }

  @Test func aSignalIsReported() throws {
    let child = try ChildProcess("sh", ["-c", "kill -TERM $$"])
    #expect(try child.finish() == .signal(SIGTERM))
    #expect("\(ChildProcess.End.signal(SIGTERM))" == "by signal 15 (Terminated)")
  }

  /// When the value is dropped or stopped, no program is left, not even as a zombie.
  @Test(arguments: [true, false]) func nothingIsLeft(dropped: Bool) throws {
    var child: ChildProcess? = try ChildProcess("sh", ["-c", "echo $$; exec sleep 1000"])
    var bytes: [UInt8] = [0]
    var text = ""
    while try child?.read(into: &bytes) == 1, bytes != [0x0A] {
      text += String(decoding: bytes, as: UTF8.self)
    }
    let process = try #require(pid_t(text))
    #expect(kill(process, 0) == 0)
    if dropped { child = nil } else { #expect(child?.stop() == .signal(SIGKILL)) }
    #expect(kill(process, 0) == -1 && errno == ESRCH)
    child = nil
  }
}
