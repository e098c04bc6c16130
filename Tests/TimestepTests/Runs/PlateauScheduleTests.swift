import FoundationEssentials
import TestSupport
import Testing
import Timestep

/// `train --schedule plateau:FACTOR,EPOCHS`.
@Suite(.startsProcesses) struct PlateauScheduleTests {
  private let scratch = TestDirectory()

  init() {
    for number in 0..<6 {
      let rows = (0..<5).map { "\(number * $0 % 4),\(($0 + number) % 3)\n" }
      scratch.write("a,kind\n" + rows.joined(), to: "f_\(number).csv")
    }
  }

  private func train(_ flags: [String]) throws -> FinishedCommand {
    try timestep(
      [
        "train", "--features", "f_%d.csv", "--header", "--label-column", "kind", "--classes", "3", "--hidden",
        "2",
      ] + flags,
      in: scratch)
  }

  private func rates(_ journal: String) throws -> [Double] {
    struct Line: Decodable { var learningRate: Double? }
    return try scratch.text(of: journal).split(separator: "\n").compactMap {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8)).learningRate
    }
  }

  /// With a rate at which nothing is learned, every epoch after the first is without a gain.
  @Test func theRateFallsAndAResumedRunHasTheSame() throws {
    let flags = [
      "--schedule", "plateau:0.5,2", "--learning-rate", "1e-30", "--epochs", "7", "--split", "2,1,0",
    ]
    let whole = try train(flags + ["--model", "a", "--journal", "a.jsonl"])
    #expect(
      whole.exitCode == 0 && whole.error.contains("times 0.5 after 2 epochs without a gain"), "\(whole.error)"
    )
    let found = try rates("a.jsonl").map { Float($0) / 1e-30 }
    for (epoch, expected) in [1, 1, 1, 0.5, 0.5, 0.25, 0.25].enumerated() {
      #expect(abs(found[epoch] - Float(expected)) < 1e-3, "\(found)")
    }
    // In two runs.
    let resumed = flags + ["--model", "b", "--journal", "b.jsonl", "--checkpoints", "d", "--resume"]
    for epochs in ["3", "4", "7"] {
      let run = try train(setting(["--epochs", epochs], in: resumed))
      #expect(run.exitCode == 0, "\(run.error)")
    }
    #expect(try rates("b.jsonl") == rates("a.jsonl"))
    #expect(try scratch.bytes(of: "b") == scratch.bytes(of: "a"))
  }

  @Test func mistakesAreExplained() throws {
    for value in ["plateau", "plateau:2,1", "plateau:0.5", "plateau:0.5,0"] {
      let run = try train(["--model", "m", "--schedule", value])
      #expect(run.exitCode == 64 && run.error.contains("plateau:FACTOR,EPOCHS"), "\(run.error)")
    }
    let near = try train(["--model", "m", "--schedule", "platau:0.5,1"])
    #expect(near.error.contains("did you mean \"plateau\"?"), "\(near.error)")
  }
}
