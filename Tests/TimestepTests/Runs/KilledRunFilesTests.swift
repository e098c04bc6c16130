import Glibc
import TestSupport
import Testing

/// SIGKILL at any moment of a training with faulty data: every file that it writes is that of an uninterrupted run.
@Suite(.startsProcesses) struct KilledRunFilesTests {
  private static let killCount = isDebug ? 4 : 20

  private static func command(epochs: Int) -> [String] {
    command.replacing([isDebug ? "4" : "12"], with: ["\(epochs)"], maxReplacements: 1)
  }

  private static let command = [
    "train", "--features", "f_%d.csv", "--labels", "l_%d.csv", "--classes", "2", "--align", "start",
    "--hidden", "3",
    "--batch-size", "3", "--seed", "5", "--epochs", isDebug ? "4" : "12", "--on-error", "skip-sequence",
    "--test-features", "t_%d.csv", "--test-labels", "u_%d.csv", "--normalize", "standardize",
    "--model", "m", "--ledger", "led", "--journal", "j", "--report", "r.html", "--checkpoints", "d",
    "--checkpoint-every", "2", "--resume",
  ]

  private func data() throws -> TestDirectory {
    let scratch = TestDirectory()
    try KilledTraining.writeData(into: scratch)
    for number in [2, 5, 6, 11] {
      scratch.write(try scratch.text(of: "f_\(number).csv") + "oops,1\n", to: "f_\(number).csv")
    }
    for number in 0..<4 {
      scratch.write("\(number),1\n", to: "t_\(number).csv")
      scratch.write("\(number % 2)\n", to: "u_\(number).csv")
    }
    return scratch
  }

  @Test(arguments: [
    ["--tbptt", "2"], ["--validation-features", "t_%d.csv", "--validation-labels", "u_%d.csv"],
  ])
  func everyFileIsThatOfAnUninterruptedRun(flags: [String]) throws {
    let files = ["m", "led", "j", "r.html"]
    let whole = try data()
    let command = Self.command + flags
    try results(command, in: whole)
    let lines = try whole.text(of: "led").split(separator: "\n")
    #expect(lines.count == 4 && Set(lines).count == 4)
    // The finished command run again changes nothing.
    let expected = try files.map { try whole.bytes(of: $0) }
    let again = try timestep(command, in: whole)
    #expect(again.exitCode == 0, "\(again.error)")
    #expect(
      again.error.contains(
        "the run is finished, nothing was left to train: all epochs are done; give more --epochs to continue\n"
      )
    )
    for (name, bytes) in zip(files, expected) { #expect(try whole.bytes(of: name) == bytes, "\(name)") }

    let scratch = try data()
    let updateCount = KilledTraining.newest(in: whole)
    var random = SplitMix(state: UInt64(flags.count))
    var killed = 0
    for number in 0..<Self.killCount {
      let wanted = KilledTraining.newest(in: scratch) + (number == 0 ? 0 : 2)
      let run = try RunningCommand(command, in: scratch)
      _ = waitUntil { KilledTraining.newest(in: scratch) >= min(wanted, updateCount) || run.hasEnded }
      usleep(UInt32(random.next(below: 20000)))
      run.send(SIGKILL)
      killed += try run.finish().exitCode == -SIGKILL ? 1 : 0
    }
    #expect(killed > 1, "of \(Self.killCount)")
    try results(command, in: scratch)
    for (name, bytes) in zip(files, expected) {
      #expect(try scratch.bytes(of: name) == bytes, "\(name), after \(killed) kills")
    }
    #expect(scratch.names(in: "d").count { $0.hasPrefix("checkpoint-") } == 2, "\(scratch.names(in: "d"))")
    #expect(!scratch.tree().contains { $0.hasSuffix(".tmp") }, "\(scratch.tree())")
  }

  /// A checkpoint too many, which a killed run has left, is removed by the next run even if nothing is left to do.
  @Test func noCheckpointTooManyStays() throws {
    let scratch = try data()
    try results(Self.command + ["--keep-checkpoints", "5"], in: scratch)
    #expect(scratch.names(in: "d").count == 5)
    try results(Self.command, in: scratch)
    #expect(scratch.names(in: "d").count == 2)
  }

  @Test func anotherRunsLedgerIsRejected() throws {
    let scratch = try data()
    try results(Self.command, in: scratch)
    let length = try scratch.bytes(of: "led").count
    scratch.remove("led")
    let run = try timestep(Self.command(epochs: 99), in: scratch)
    #expect(run.exitCode == 1)
    #expect(
      run.error.hasSuffix(
        "\nled: expected the ledger of the run that is resumed, with \(length) bytes or more, found 0; give that run's "
          + "ledger\n"), "\(run.error)")
  }

  /// One changed bit before the checkpoint, or the file of a run that a run without one is resumed with.
  @Test func changedLinesBeforeTheCheckpointAreRejected() throws {
    let scratch = try data()
    try results(Self.command, in: scratch)
    for (name, kind) in [("led", "ledger"), ("j", "journal")] {
      var bytes = try scratch.bytes(of: name)
      let length = bytes.count
      let digit = try #require(bytes.lastIndex { (0x31...0x38).contains($0) })
      bytes[digit] ^= 1
      let whole = try scratch.bytes(of: name)
      scratch.write(bytes, to: name)
      let place = kind == "ledger" ? "in its first \(length) bytes" : "before update "
      let run = try timestep(Self.command(epochs: 99), in: scratch)
      let message = "\(name): expected the \(kind) of the run that is resumed, found other contents \(place)"
      #expect(run.error.contains("\n\(message)") && run.exitCode == 1, "\(run.error)")
      #expect(run.error.hasSuffix("; give that run's \(kind)\n"))
      scratch.write(whole, to: name)
    }
    let other = try data()
    let without = Self.command(epochs: 1).filter { !["--ledger", "led", "--report", "r.html"].contains($0) }
    try results(without, in: other)
    other.write(try scratch.bytes(of: "led"), to: "led")
    let run = try timestep(Self.command(epochs: 2), in: other)
    #expect(
      run.error.hasSuffix(
        "\nled: expected no ledger, as the run that is resumed kept none before its checkpoint, found 4 lines; name another "
          + "file\n"), "\(run.error)")
    #expect(try other.bytes(of: "led") == scratch.bytes(of: "led"))
  }

  /// A signal after the last update, before the end: the run that finishes it makes the page of the finished run.
  @Test func aReportThatSaysInterruptedIsMadeAnew() throws {
    let scratch = try data()
    try results(Self.command, in: scratch)
    let finished = try scratch.text(of: "r.html")
    scratch.write(
      finished.replacing("Finished after", with: "Ended early, after"), to: "r.html")
    #expect(try scratch.text(of: "r.html") != finished)
    try results(Self.command, in: scratch)
    #expect(try scratch.text(of: "r.html") == finished)
  }

  @Test func aTimeLimitThatIsUsedUpIsExplained() throws {
    let scratch = try data()
    let flags = Self.command(epochs: 1_000_000) + ["--time-limit", "0.2"]
    try results(flags, in: scratch)
    let run = try timestep(flags, in: scratch)
    #expect(
      run.error.contains(
        "nothing was left to train: the time of 0.20000 s is over; --time-limit counts the time of all resumptions; give more "
          + "to continue\n"), "\(run.error)")
  }

  /// The journal and the ledger of a run belong to it alone.
  @Test func aSecondProcessIsRefusedAtOnce() throws {
    let scratch = try data()
    let first = try RunningCommand(
      [
        "train", "--model", "m1", "--epochs", "100000000", "--journal", "j", "--ledger", "led", "--on-error",
        "skip-row",
      ]
        + smallData + ["--hidden", "2", "--align", "start"], in: scratch)
    defer { first.send(SIGKILL) }
    #expect(waitUntil { scratch.names().contains("j") && scratch.names().contains("led") || first.hasEnded })
    for flags in [["--journal", "j"], ["--on-error", "skip-row", "--ledger", "led"]] {
      let run = try timestep(
        ["train", "--model", "m2", "--align", "start"] + flags + smallData + shortTraining, in: scratch)
      #expect(run.exitCode == 1)
      #expect(
        run.error
          == "\(flags.last ?? ""): another process is writing to this file; wait until it has ended, or choose another "
          + "file\n")
    }
    first.send(SIGINT)
    #expect(try first.finish().exitCode == 130)
  }
}
