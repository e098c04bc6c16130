import TestSupport
import Testing

/// Names out of files never reach the terminal raw.
@Suite(.startsProcesses) struct ControlCharacterTests {
  private let marks: [Character] = ["\u{1B}", "\u{7}", "\u{9B}", "\u{202E}"]

  private func expectNone(_ run: FinishedCommand, sourceLocation: SourceLocation = #_sourceLocation) {
    for mark in marks {
      #expect(
        !(run.output + run.error).contains(mark), "\(run.output)\(run.error)", sourceLocation: sourceLocation)
    }
  }

  @Test func namesOfColumnsFilesAndClassesAreWrittenOut() throws {
    let scratch = TestDirectory()
    scratch.write("a\u{1B}[31m\u{1B}]0;title\u{7},b\u{9B}1m,c\u{202E}\n1,2,3\n4,5,6\n", to: "h.csv")
    let features = ["--features", "h.csv", "--header"]
    for words in [
      ["inspect"], ["inspect", "--json"], ["convert", "--output", "o"], ["inspect", "--epoch", "0"],
    ] {
      let run = try timestep(words + features, in: scratch)
      #expect(run.exitCode == 0)
      expectNone(run)
    }
    #expect(try results(["inspect"] + features, in: scratch).contains("a\\x1B[31m"))
    // A fault, and a name that does not exist.
    expectNone(try timestep(["convert", "--output", "p", "--drop-columns", "x"] + features, in: scratch))
    scratch.write("1,good\n2,b\u{1B}[31mad\n1,good\n2,b\u{1B}[31mad\n", to: "l.csv")
    let labelled = ["--features", "l.csv", "--label-column", "1"]
    let run = try timestep(
      ["train", "--label-categories", "good,b\u{1B}[31mad", "--model", "m"] + labelled + shortTraining,
      in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    for json in [[], ["--json"]] {
      let run = try timestep(
        ["evaluate", "--model", "m", "--allow-training-data"] + labelled + json, in: scratch)
      #expect(run.exitCode == 0, "\(run.error)")
      expectNone(run)
    }
  }
}
