import Glibc
import Testing

/// Ctrl-C and `kill` leave nothing half written.
struct InterruptionTests {
  @Test(arguments: [(SIGINT, "SIGINT (Ctrl-C)"), (SIGTERM, "SIGTERM")])
  func anInterruptedConversionLeavesNothing(signal: Int32, name: String) throws {
    let scratch = try Scratch()
    try writeSmallData(into: scratch)
    // Enough batches that the signal comes long before the last one.
    mkdir(scratch.path("many"), 0o777)
    for number in 0..<4000 {
      try #require(link(scratch.path("f_0.csv"), scratch.path("many/\(number).csv")) == 0)
    }
    let before = scratch.tree()
    let command = try RunningCommand(
      [
        "convert", "--output", "o", "--batch-size", "1", "--features", "many/%d.csv", "--label-column", "1",
        "--classes", "5",
      ], in: scratch)
    let isWriting = waitUntil { scratch.names().contains { $0.hasPrefix("o.") && $0.hasSuffix(".tmp") } }
    #expect(isWriting, "the conversion has begun")
    command.send(signal)
    let run = try command.finish()
    #expect(run.exitCode == 128 + signal)
    #expect(run.error == "interrupted by \(name): nothing was written; run it again\n")
    #expect(run.output == "")
    #expect(scratch.tree() == before)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func anInterruptedTrainingLeavesTheModelAsItWas(signal: Int32) throws {
    let scratch = try Scratch()
    try writeSmallData(into: scratch)
    try results(["train", "--model", "m"] + smallData + shortTraining, in: scratch)
    let model = try scratch.bytes("m")
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
    #expect(try scratch.bytes("m") == model)
  }
}
