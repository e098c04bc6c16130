import TestSupport
import Testing
import Timestep

/// `predict --rollout`: series that a model of the next row continues.
@Suite(.startsProcesses) struct RolloutTests {
  private let scratch = TestDirectory()

  private func trained(_ flags: [String]) throws {
    for series in 0..<3 {
      let rows = (0..<8 + series).map { "\(($0 * 3 + series) % 5),\(Double($0 % 4) * 10.5)\n" }
      scratch.write("a,b\n" + rows.joined(), to: "f_\(series).csv")
    }
    try results(
      [
        "train", "--model", "m", "--overwrite", "--features", "f_%d.csv", "--header", "--epochs", "3",
        "--hidden", "4",
      ] + flags,
      in: scratch)
  }

  private func table(_ flags: [String]) throws -> [[String]] {
    try results(["predict", "--model", "m"] + flags, in: scratch).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// Each row is what the model predicts for the file with the rows before it.
  @Test(arguments: [[], ["--normalize", "standardize"], ["--normalize", "minmax", "--cell", "gru"]])
  func everyRowFollowsFromThoseBefore(
    flags: [String]
  ) throws {
    try trained(["--targets", "b,a", "--horizon", "1"] + flags)
    let rolled = try table(["--features", "f_%d.csv", "--rollout", "4"])
    #expect(rolled[0] == ["key", "step", "b+1", "a+1"] && rolled.count == 1 + 3 * 4)
    for series in 0..<3 {
      let own = Array(rolled.dropFirst().filter { $0[0] == "f_\(series)" })
      #expect(own.map { $0[1] } == (0..<4).map { "\(8 + series + $0)" })
      var text = try scratch.text(of: "f_\(series).csv")
      for row in own {
        scratch.write(text, to: "g.csv")
        let next = try table(["--features", "g.csv"])[1]
        for column in 0...1 {
          let (found, expected) = (
            try #require(Double(row[2 + column])), try #require(Double(next[1 + column]))
          )
          #expect(abs(found - expected) < 1e-4 * max(1, abs(expected)))
        }
        text += "\(row[3]),\(row[2])\n"
      }
    }
  }

  /// Label files with the next row of every column do, too.
  @Test func labelFilesMayHoldTheNextRow() throws {
    for series in 0..<3 {
      let rows = (0..<6).map { "\(($0 * 3 + series) % 5),\($0)\n" }
      scratch.write("a,b\n" + rows.dropLast().joined(), to: "f_\(series).csv")
      scratch.write("a,b\n" + rows.dropFirst().joined(), to: "l_\(series).csv")
    }
    try results(
      ["train", "--model", "m", "--features", "f_%d.csv", "--header", "--labels", "l_%d.csv", "--regression"]
        + ["--label-header", "present"] + shortTraining, in: scratch)
    #expect(try table(["--features", "f_%d.csv", "--rollout", "2"]).count == 7)
  }

  @Test(arguments: [
    (["--targets", "a", "--horizon", "3"], "it was trained with a horizon, and predicts 3 steps at once"),
    (["--targets", "a", "--horizon", "1"], "no output is the next value of column \"b\""),
    (
      ["--targets", "a,b", "--horizon", "1", "--transform", "lags:count=1,first=0"],
      "its features are made by transforms"
    ),
    (["--label-column", "a", "--classes", "5"], "it predicts no numbers"),
  ]) func otherModelsRefuse(flags: [String], problem: String) throws {
    try trained(flags)
    let run = try timestep(
      ["predict", "--model", "m", "--features", "f_%d.csv", "--rollout", "2"], in: scratch)
    #expect(
      run.exitCode == 1 && run.output == ""
        && run.error.contains("m: cannot predict rows from its own predictions")
        && run.error.contains(problem), "\(run.error)")
  }

  @Test func rowsOfStandardInputAreNotContinued() throws {
    try trained(["--targets", "a,b", "--horizon", "1"])
    for (flags, problem) in [
      (["--rollout", "2"], "--rollout requires --features"),
      (["--features", "f_%d.csv", "--rollout", "0"], "expected 1 to"),
    ] {
      let run = try timestep(["predict", "--model", "m"] + flags, in: scratch)
      #expect(run.exitCode == 64 && run.error.contains(problem), "\(run.error)")
    }
  }
}
