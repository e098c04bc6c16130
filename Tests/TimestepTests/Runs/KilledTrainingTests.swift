import Glibc
import TestSupport
import Testing

/// SIGKILL at any moment, after which the training resumes as if nothing had happened.
@Suite(.startsProcesses) struct KilledTrainingTests {
  /// The number of times that each training is killed.
  private static let killCount = isDebug ? 5 : 20

  @Test(arguments: KilledTraining.all)
  func killedTrainingsWriteTheSameModel(training: KilledTraining) throws {
    let scratch = TestDirectory()
    try KilledTraining.writeData(into: scratch)
    try results(training.train(model: "whole"), in: scratch)
    let expected = try scratch.bytes(of: "whole")
    // With checkpoints and without a kill, to find the number of updates.
    try results(training.resume(model: "m", every: 4), in: scratch)
    #expect(try scratch.bytes(of: "m") == expected)
    let updateCount = KilledTraining.newest(in: scratch)
    try #require(updateCount >= 8)
    scratch.remove("d")
    scratch.remove("m")

    // The first kill comes before the first checkpoint, the others after one more, two more, ... have
    // appeared: this hits all phases of an update, whatever the load of the machine.
    var random = SplitMix(state: UInt64(training.name.count))
    var killed = 0
    for number in 0..<Self.killCount {
      let before = KilledTraining.newest(in: scratch)
      let step = 1 + Int(random.next(below: UInt64(max(1, 2 * updateCount / Self.killCount))))
      let interval = 1 + Int(random.next(below: 3))
      let delay = UInt32(random.next(below: 4000))
      let command = try RunningCommand(training.resume(model: "m", every: interval), in: scratch)
      if number > 0 {
        _ = waitUntil {
          KilledTraining.newest(in: scratch) >= min(before + step, updateCount) || command.hasEnded
        }
      }
      usleep(delay)
      command.send(SIGKILL)
      let end = try command.finish()
      #expect(end.exitCode == -SIGKILL || end.exitCode == 0, "\(end.error)")
      killed += end.exitCode == -SIGKILL ? 1 : 0
    }
    // The last kills may come too late; the first few cannot.
    #expect(killed > 2, "of \(Self.killCount) kills")
    try results(training.resume(model: "m", every: 1), in: scratch)
    #expect(try scratch.bytes(of: "m") == expected, "after \(killed) kills")
    #expect(!scratch.tree().contains { $0.hasSuffix(".tmp") }, "no temporary files stay: \(scratch.tree())")
  }

  /// A model that was being written at the time of the kill is removed later.
  @Test func halfWrittenFilesAreRemoved() throws {
    let scratch = TestDirectory()
    let training = KilledTraining.all[0]
    try KilledTraining.writeData(into: scratch)
    scratch.makeDirectory("d")
    // Names like those that writers give, and one that belongs to another program.
    for name in ["m.17-4000000000.tmp", "d/checkpoint-00000004.safetensors.17-3.tmp", "n.17-5.tmp"] {
      scratch.write("half", to: name)
    }
    try results(training.resume(model: "m", every: 2), in: scratch)
    #expect(scratch.tree().filter { $0.hasSuffix(".tmp") } == ["./n.17-5.tmp"])
  }

  /// SIGTERM ends the run with a message that says what to do, and the resumed run writes the same bytes.
  @Test func anInterruptedTrainingResumes() throws {
    let scratch = TestDirectory()
    let training = KilledTraining.all[2]
    try KilledTraining.writeData(into: scratch)
    try results(training.train(model: "whole"), in: scratch)
    let long = setting(["--epochs", "1000000"], in: training.resume(model: "m", every: 1))
    let command = try RunningCommand(long, in: scratch)
    #expect(waitUntil { KilledTraining.newest(in: scratch) >= 3 })
    command.send(SIGTERM)
    let end = try command.finish()
    #expect(end.exitCode == 143)
    #expect(
      end.error.hasSuffix(
        "interrupted by SIGTERM: no model was written; continue from the last checkpoint with --resume\n"))
    #expect(!scratch.names().contains("m"))
    // It may have passed the end of the shorter training; then that one is finished.
    let further = setting(["--epochs", "1000001"], in: training.resume(model: "m", every: 1))
    let second = try RunningCommand(further, in: scratch)
    let reached = KilledTraining.newest(in: scratch)
    #expect(waitUntil { KilledTraining.newest(in: scratch) > reached }, "it goes on")
    second.send(SIGINT)
    #expect(try second.finish().exitCode == 130)

    scratch.remove("d")
    let short = try RunningCommand(training.resume(model: "m", every: 1), in: scratch)
    _ = waitUntil { KilledTraining.newest(in: scratch) >= 2 || short.hasEnded }
    short.send(SIGTERM)
    #expect([0, 143].contains(try short.finish().exitCode))
    try results(training.resume(model: "m", every: 1), in: scratch)
    #expect(try scratch.bytes(of: "m") == scratch.bytes(of: "whole"))
  }
}
