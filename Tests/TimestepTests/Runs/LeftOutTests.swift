import TestSupport
import Testing

/// What flags and policies leave out is said, and leaving out everything is an error.
@Suite(.startsProcesses) struct LeftOutTests {
  private let scratch = TestDirectory()

  private func write(_ count: Int, _ text: (Int) -> String) {
    for number in 0..<count { scratch.write(text(number), to: "f_\(number).csv") }
  }

  @Test func examplesAndRowsThatFlagsLeaveOutAreCounted() throws {
    write(5) { "\($0),0\n1,1\n2,1\n" }
    let convert = ["convert", "--output", "o", "--overwrite", "--features", "f_%d.csv"]
    let last = try timestep(convert + ["--batch-size", "2", "--drop-last"], in: scratch)
    #expect(last.error.contains("1 example of the last batch of every epoch, which is not full: left out\n"))
    let full = try timestep(convert + ["--batch-size", "5", "--drop-last"], in: scratch)
    #expect(!full.error.contains("left out"))
    let rest = try timestep(convert + ["--lines-per-sequence", "2", "--remainder", "drop"], in: scratch)
    #expect(
      rest.error.contains(
        "5 rows at the end of 5 files, fewer than the 2 of a sequence: left out (--remainder keep keeps them)\n"
      ))
    try expectFailure(
      "f_0.csv: no sequence is as long as a window: expected at least 4 steps, found 3 at most; make windows shorter, or keep "
        + "the tails (--tail keep)\n",
      convert.filter { $0 != "--overwrite" }.map { $0 == "o" ? "p" : $0 } + ["--window", "4"], in: scratch)
  }

  @Test func leavingOutEverythingIsAnError() throws {
    write(3) { "\($0),0\n1,1\n" }
    let data = [
      "--features", "f_%d.csv", "--label-column", "1", "--classes", "2", "--on-error", "skip-sequence",
    ]
    try results(["train", "--model", "m", "--hidden", "2", "--epochs", "1"] + data, in: scratch)
    write(3) { _ in "1,0\nx,1\n" }
    let problem =
      ".csv:2: every sequence was left out: expected at least one without fault, found none (this is the first decision); "
      + "fix the data, or choose another error policy"
    for command in [
      ["evaluate", "--model", "m"], ["convert", "--output", "o"],
      ["train", "--model", "n", "--hidden", "2", "--epochs", "1"],
    ] {
      let run = try timestep(command + data, in: scratch)
      #expect(run.exitCode == 1 && run.error.contains(problem), "\(command): \(run.error)")
    }
  }

  @Test func labelFilesHaveFlagsOfTheirOwn() throws {
    scratch.write("x\n1\n\n2\n", to: "f.csv")
    scratch.write("y\n0.5\n\n0.25\n", to: "l.csv")
    let run = try timestep(
      [
        "convert", "--output", "o", "--features", "f.csv", "--labels", "l.csv", "--skip-lines", "1",
        "--separator", "",
      ]
        + ["--label-skip-lines", "0", "--regression"], in: scratch)
    #expect(run.exitCode == 1 && run.error.contains("say so (--label-header present)"), "\(run.error)")
    #expect(!run.error.contains("(--header)"))
  }

  @Test func categoriesAreNotMadeUp() throws {
    write(2) { "\($0),sun\n1,\n2,fog\n" }
    let data = ["--features", "f_%d.csv", "--category", "1=sun,rain"]
    for (policy, line, what) in [
      ("repair:0", 2, "is a missing value"), ("unknown-category=repair:1", 3, "is not a known category"),
    ] {
      let missing = policy == "repair:0" ? [] : ["--missing", "", "--transform", "fill:rule=forward"]
      let run = try timestep(
        ["convert", "--output", "o", "--on-error", policy] + missing + data, in: scratch)
      #expect(
        run.exitCode == 1 && run.error.contains("f_0.csv:\(line)") && run.error.contains(what)
          && run.error.contains(
            "would make up a category: leave such fields missing, and say which category they become "
              + "(--on-error repair:missing --transform fill:rule=category,value=NAME,columns=1)"),
        "\(run.error)")
    }
    let filled = [
      "--on-error", "repair:0", "--on-error", "repair:missing", "--transform",
      "fill:rule=category,value=rain,columns=1",
    ]
    try results(["convert", "--output", "o"] + filled + data, in: scratch)
    // A row that is too short would get a category, too.
    write(2) { "\($0),sun\n1\n" }
    let short = try timestep(["convert", "--output", "p", "--on-error", "repair:0"] + data, in: scratch)
    #expect(short.exitCode == 1 && short.error.contains("would make up a category"), "\(short.error)")
  }
}
