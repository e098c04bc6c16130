import Glibc
import TestSupport
import Testing

/// Ctrl-C and `kill` leave nothing half written.
@Suite(.startsProcesses) struct InterruptionTests {
  @Test(arguments: [(SIGINT, "SIGINT (Ctrl-C)"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")])
  func anInterruptedConversionLeavesNothing(signal: Int32, name: String) throws {
    let scratch = TestDirectory()
    for number in 0..<300 {
      scratch.write("1,2\n3,4\n", to: "f_\(number).csv")
      scratch.write("0\n1\n", to: "l_\(number).csv")
    }
    let before = scratch.tree()
    // A conversion that ended before the signal arrived is repeated; usually three hundred files take long
    // enough.
    for _ in 0..<100 {
      let command = try RunningCommand(
        ["convert", "--output", "o", "--batch-size", "1"] + smallData, in: scratch)
      let isWriting = waitUntil {
        scratch.names().contains { $0.hasPrefix("o.") && $0.hasSuffix(".tmp") } || command.hasEnded
      }
      #expect(isWriting, "the conversion has begun")
      command.send(signal)
      let run = try command.finish()
      if run.exitCode == 0 {
        scratch.remove("o")
        continue
      }
      #expect(run.exitCode == 128 + signal)
      #expect(run.error == "interrupted by \(name): nothing was written; run it again\n")
      #expect(run.output == "")
      #expect(scratch.tree() == before)
      return
    }
    Issue.record("no conversion was ever interrupted")
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func anInterruptedTrainingLeavesTheModelAsItWas(signal: Int32) throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try results(["train", "--model", "m"] + smallData + shortTraining, in: scratch)
    let model = try scratch.bytes(of: "m")
    let before = scratch.tree()
    let command = try RunningCommand(
      ["train", "--model", "m", "--epochs", "1000000", "--hidden", "2"] + smallData, in: scratch)
    #expect(waitUntil { command.errorSoFar.contains("epoch 2/") }, "the training has begun")
    command.send(signal)
    let run = try command.finish()
    #expect(run.exitCode == 128 + signal)
    #expect(run.error.contains("\ninterrupted by SIG"))
    #expect(run.output == "")
    #expect(scratch.tree() == before)
    #expect(try scratch.bytes(of: "m") == model)
  }

  /// Whatever a command is doing, it ends soon, and leaves nothing, also where it keeps intermediate files.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func everyCommandEndsSoon(signal: Int32) throws {
    let scratch = TestDirectory()
    scratch.makeDirectory("tmp")
    try writeSmallData(into: scratch)
    try results(["train", "--model", "m", "--align", "end"] + smallData + shortTraining, in: scratch)
    // A key returns at the end, so that finding it takes long and the command cannot be done before.
    let rows = (0..<(isDebug ? 300_000 : 3_000_000)).map { "k\($0 / 100),1,2\n" }.joined()
    scratch.write(rows, to: "grouped.csv")
    scratch.write(String(repeating: "1,2\n", count: isDebug ? 200_000 : 2_000_000), to: "long.csv")
    scratch.write("1\n", to: "long_y.csv")
    mkfifo(scratch.path("input"), 0o666)
    let writer = open(scratch.path("input"), O_RDWR | O_CLOEXEC)
    defer { close(writer) }
    let before = scratch.tree()
    for (command, input) in [
      (["convert", "--features", "grouped.csv", "--group-by", "0", "--output", "o"], "/dev/null"),
      (["inspect", "--features", "long.csv", "--window", "100,1"], "/dev/null"),
      (
        ["evaluate", "--model", "m", "--features", "long.csv", "--labels", "long_y.csv", "--align", "end"],
        "/dev/null"
      ),
      (["predict", "--model", "m"], scratch.path("input")),
      (
        [
          "train", "--model", "n", "--epochs", "1000000", "--validation-features", "f_%d.csv",
          "--validation-labels",
          "l_%d.csv", "--allow-training-data",
        ] + smallData, "/dev/null"
      ),
    ] as [([String], String)] {
      let run = try RunningCommand(
        command, in: scratch, prefix: ["TMPDIR=\(scratch.path("tmp"))"], input: input)
      usleep(isDebug ? 700_000 : 300_000)
      let begun = ContinuousClock.now
      run.send(signal)
      let end = try run.finish()
      #expect(end.exitCode == 128 + signal, "\(command): \(end.error)")
      #expect(ContinuousClock.now - begun < .seconds(4), "\(command)")
      #expect(end.error.contains("; run it again"), "\(command): \(end.error)")
      // The best model so far stays.
      scratch.remove("n")
      #expect(scratch.tree() == before, "\(command)")
    }
  }

  /// The message says what was written: a ledger is there as soon as there is a decision.
  @Test func theMessageTellsOfTheLedger() throws {
    let scratch = TestDirectory()
    for number in 0..<300 { scratch.write("1,2\nx,4\n", to: "f_\(number).csv") }
    for _ in 0..<100 {
      let command = try RunningCommand(
        [
          "convert", "--features", "f_%d.csv", "--on-error", "skip-row", "--ledger", "led", "--output", "o",
          "--batch-size",
          "1",
        ], in: scratch)
      _ = waitUntil { scratch.names().contains("led") || command.hasEnded }
      command.send(SIGTERM)
      let run = try command.finish()
      scratch.remove("o")
      let lines = try scratch.text(of: "led")
      scratch.remove("led")
      if run.exitCode == 0 || lines.isEmpty { continue }
      #expect(run.error == "interrupted by SIGTERM: only the ledger was written; run it again\n")
      #expect(lines.hasSuffix("\n") && lines.hasPrefix("{\"action\":"))
      return
    }
    Issue.record("no conversion was ever interrupted")
  }
}
