import Glibc
import TestSupport
import Testing

/// Ctrl-C and `kill` leave nothing half written.
@Suite(.startsProcesses) struct InterruptionTests {
  @Test(arguments: [(SIGINT, "SIGINT (Ctrl-C)"), (SIGTERM, "SIGTERM")])
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

  @Test(arguments: [SIGINT, SIGTERM])
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
}
