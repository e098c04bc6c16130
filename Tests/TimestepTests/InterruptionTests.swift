import Glibc
import Testing

/// Ctrl-C and `kill` leave nothing half written.
struct InterruptionTests {
  @Test(arguments: [(SIGINT, "SIGINT (Ctrl-C)"), (SIGTERM, "SIGTERM")])
  func anInterruptedConversionLeavesNothing(signal: Int32, name: String) throws {
    let scratch = try Scratch()
    try writeSmallData(into: scratch)
    // A pipe holds the conversion up until somebody writes into it.
    scratch.remove("f_1.csv")
    try #require(mkfifo(scratch.path("f_1.csv"), 0o666) == 0)
    let before = scratch.tree()
    let command = try RunningCommand(
      ["convert", "--output", "o", "--batch-size", "1"] + smallData, in: scratch)
    let isWriting = waitUntil { scratch.names().contains { $0.hasPrefix("o.") && $0.hasSuffix(".tmp") } }
    #expect(isWriting, "the conversion has begun")
    command.send(signal)
    Glibc.signal(SIGPIPE, SIG_IGN)
    var isWritten = false
    let run = try command.finish {
      // Opens only while somebody reads; the command may end without.
      let pipe = isWritten ? -1 : open(scratch.path("f_1.csv"), O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      guard pipe >= 0 else { return }
      isWritten = write(pipe, "1,2\n3,4\n", 8) == 8
      close(pipe)
    }
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
