import TestSupport
import Testing
import Timestep

/// `train --schedule`.
@Suite(.startsProcesses) struct ScheduleFlagTests {
  private let scratch = TestDirectory()

  private func train(_ more: [String]) throws -> FinishedCommand {
    try timestep(
      ["train", "--model", "m", "--overwrite", "--hidden", "2", "--epochs", "4", "--learning-rate", "0.1"]
        + smallData + more,
      in: scratch)
  }

  @Test(arguments: [
    ("step:0.5,2", Schedule.step(0.1, factor: 0.5, every: 2, unit: .epochs)),
    ("exponential:0.9", .exponential(0.1, factor: 0.9, unit: .epochs)),
    ("cosine:1", .cosine(0.1, warmUp: 1, over: 4, unit: .epochs)),
    ("cosine:0", .cosine(0.1, over: 4, unit: .epochs)),
  ])
  func theModelHasTheSchedule(_ text: String, _ schedule: Schedule) throws {
    try writeSmallData(into: scratch)
    let run = try train(["--schedule", text])
    #expect(run.exitCode == 0, "\(run.error)")
    let network = try ModelFile(scratch.path("m")).network
    #expect(network.configuration.updater == .adam(learningRate: schedule))
  }

  @Test(arguments: [
    ("step:2,3", "expected step:FACTOR,EPOCHS"), ("cosine:x", "expected step:FACTOR,EPOCHS"),
    ("cosin:1", "did you mean \"cosine\"?"),
    ("cosine:4", "expected a warm-up shorter than the run of 4 epochs"),
  ])
  func mistakesEndInAMessage(_ text: String, _ problem: String) throws {
    try writeSmallData(into: scratch)
    let run = try train(["--schedule", text])
    #expect(run.exitCode == 64 && run.error.contains(problem), "\(run.error)")
  }
}
