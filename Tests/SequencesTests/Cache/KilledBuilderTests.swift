import CSV
import Glibc
import Sequences
import TestSupport
import Testing

@Suite(.startsProcesses) struct KilledBuilderTests {
  /// Starts the process that makes the cache of `count` files.
  ///
  /// - Parameters:
  ///   - prefix: A program that starts it, with its arguments.
  ///   - output: The destination of both of its outputs.
  private func start(
    _ directory: TestDirectory, _ count: Int, prefix: [String] = [], output: String = "/dev/null"
  ) throws -> pid_t {
    let path = try Repository.program("CacheBuilder")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o666)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let words = prefix + [path, "\(directory.path)/x_%d.csv", "\(count - 1)", directory.cache]
    var strings = words.map { strdup($0) } + [nil]
    defer { for string in strings { free(string) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, words[0], &actions, nil, &strings, environ)
    try #require(code == 0, "\(path) cannot be started")
    return process
  }

  /// Waits for a process; its exit code, or the signal as a negative number.
  private func finish(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    waitpid(process, &status, 0)
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : -signal
  }

  private func write(_ directory: TestDirectory, _ count: Int, seed: UInt64) {
    var random = SplitMix(state: seed)
    for number in 0..<count {
      let rows = (0..<200).map { _ in "\(Int.random(in: 0...9999, using: &random)),\(number)\n" }
      directory.write(rows.joined(), to: "x_\(number).csv")
    }
  }

  @Test func aKillAtAnyTimeLeavesNothingOrAWholeCache() throws {
    let directory = TestDirectory()
    let count = 200
    write(directory, count, seed: 1)
    // The duration of an undisturbed process, over which the kills are spread.
    let clock = ContinuousClock()
    let time = try clock.measure {
      let process = try start(directory, count)
      #expect(finish(process) == 0)
    }
    let microseconds = UInt32(time / .microseconds(1))
    var random = SplitMix(state: 5)
    var (killed, inTheMiddle) = (0, 0)
    for round in 0..<50 {
      // Half of them begin without a cache, half with an earlier one that a changed file has made stale.
      if round.isMultiple(of: 2) { unlink(directory.cache) }
      directory.write("\(round),1\n", to: "x_\(round).csv")
      let process = try start(directory, count)
      usleep(UInt32.random(in: 0...microseconds, using: &random))
      kill(process, SIGKILL)
      if finish(process) == -SIGKILL { killed += 1 }
      if directory.names().contains(where: { $0.hasSuffix(".tmp") }) { inTheMiddle += 1 }
      var said: [String] = []
      let csv = try CSVSequenceRecordReader(
        NumberedFileInputSplit("\(directory.path)/x_%d.csv", 0...count - 1))
      let cached = try CachedSequenceRecordReader(csv, cache: directory.cache) { said.append($0) }
      // An older cache may be there, a damaged one never.
      #expect(said.allSatisfy { $0.contains("files are new or changed") }, "\(said)")
      #expect(try everything(cached) == everything(csv))
      // Only a process that writes removes the files that other processes left.
      if cached.parsedFileCount > 0 { #expect(!directory.names().contains { $0.hasSuffix(".tmp") }) }
    }
    // The number of processes that were killed while writing is random, and printed for information.
    #expect(killed > 0, "\(killed) of 50 killed, \(inTheMiddle) of them writing")
  }

  @Test func twoBuildersAtOnce() throws {
    let directory = TestDirectory()
    let count = 100
    write(directory, count, seed: 2)
    let csv = try CSVSequenceRecordReader(
      NumberedFileInputSplit("\(directory.path)/x_%d.csv", 0...count - 1))
    for _ in 0..<5 {
      unlink(directory.cache)
      let processes = try (0..<3).map { _ in try start(directory, count) }
      #expect(processes.map(finish) == [0, 0, 0])
      let cached = try CachedSequenceRecordReader(csv, cache: directory.cache) { Issue.record("\($0)") }
      #expect(cached.parsedFileCount == 0)
      try cached.verify()
      #expect(!directory.names().contains { $0.hasSuffix(".tmp") })
    }
  }

  @Test(
    .enabled(
      if: geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0, "only root can become somebody else"))
  func aDirectoryWithoutWritePermission() throws {
    let directory = TestDirectory()
    let streams = TestDirectory()
    write(directory, 2, seed: 3)
    chmod(directory.path, 0o755)
    let nobody = ["setpriv", "--reuid=65534", "--clear-groups"]
    let process = try start(
      directory, 2, prefix: nobody, output: "\(streams.path)/out")
    #expect(finish(process) == 1)
    #expect(
      try streams.text(of: "out")
        == "\(directory.cache): cannot be created: permission denied; check the owner and the access rights (ls -l)\n"
    )
    #expect(directory.names() == ["x_0.csv", "x_1.csv"])
  }
}
