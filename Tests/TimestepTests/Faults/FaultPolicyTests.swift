import FoundationEssentials
import TestSupport
import Testing

/// `--on-error`, `--error-budget` and `--ledger`.
@Suite(.startsProcesses) struct FaultPolicyTests {
  /// Ten series, of which numbers 3 and 7 cannot be read.
  private func writeData(into scratch: TestDirectory) throws {
    for number in 0..<10 {
      scratch.write(
        number == 3 ? "1,2\nx,4\n" : number == 7 ? "1,2\n3\n" : "1,2\n3,4\n", to: "f_\(number).csv")
      scratch.write("0\n1\n", to: "l_\(number).csv")
    }
  }

  private let convert = ["convert", "--output", "o", "--batch-size", "3"] + smallData

  @Test func skippedSequencesAreInTheLedgerAndNowhereElse() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let run = try timestep(
      convert + ["--on-error", "skip-sequence", "--ledger", "ledger", "--error-budget", "20%"], in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    #expect(
      run.error.contains("faults in the data: left out 2 sequences (1 column-count, 1 not-a-number)\n"))
    #expect(try scratch.text(of: "o/manifest.json").components("\"features\":\"f_") == 8)
    let lines = try scratch.text(of: "ledger").split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines[0].contains("\"action\":\"left out the sequence\"") && lines[0].contains("\"file\":\"f_3.csv\"")
        && lines[0].contains("\"fault\":\"notANumber\"") && lines[0].contains("\"line\":2")
        && lines[0].contains("\"column\":1") && lines[0].contains("\"rule\":\"skip-sequence\""))
    #expect(lines[1].contains("\"file\":\"f_7.csv\"") && lines[1].contains("\"fault\":\"columnCount\""))
  }

  /// The first row of the first file determines the number of fields; if that row is the wrong one, no
  /// sequence is left.
  @Test func dataWithoutGoodRowsIsAFault() throws {
    let scratch = TestDirectory()
    for number in 0..<3 {
      scratch.write(number == 0 ? "1,2,3\n3,4\n" : "1,2\n3,4\n", to: "f_\(number).csv")
      scratch.write("0\n1\n", to: "l_\(number).csv")
    }
    try expectFailure(
      "f_0.csv:2: every sequence was left out: expected at least one without fault, found none (this is the first decision); "
        + "fix the data, or choose another error policy\n", convert + ["--on-error", "skip-sequence"],
      in: scratch)
  }

  @Test func aBudgetThatIsUsedUpLeavesTheLedgerAlone() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let run = try timestep(
      convert + ["--on-error", "skip-sequence", "--ledger", "ledger", "--error-budget", "1"], in: scratch)
    #expect(
      run.error
        == "f_7.csv:2: the error budget is used up: expected at most 1 of 10 sequences at fault, found 2, the last one by "
        + "column count (left out the sequence); fix the data, or raise the budget (--error-budget N)\n")
    #expect(run.exitCode == 1)
    #expect(scratch.names(in: "o").isEmpty)
    #expect(try scratch.text(of: "ledger").split(separator: "\n").count == 2)
  }

  @Test func eachClassOfFaultHasItsOwnRule() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let run = try timestep(convert + ["--on-error", "not-a-number=skip-sequence"], in: scratch)
    #expect(run.exitCode == 1 && run.error.hasPrefix("f_7.csv:2: the row has a different number of fields"))
  }

  @Test func rowsAndValuesAreRepairedAndReported() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let run = try timestep(
      convert + [
        "--on-error", "skip-row", "--on-error", "not-a-number=repair:0.5", "--ledger", "ledger", "--align",
        "start",
      ], in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    let lines = try scratch.text(of: "ledger").split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines.first?.contains("\"rule\":\"repair:0.5\"") ?? false && lines.first?.contains("f_3.csv") ?? false)
    #expect(lines.last?.contains("\"action\":\"left out the row\"") ?? false)
    // The label of the skipped row is dropped too.
    let listed = try results(
      ["inspect", "--epoch", "0", "--order", "file", "--step", "2", "--batch-size", "3", "--align", "start"]
        + smallData
        + ["--on-error", "skip-row"], in: scratch)
    #expect(listed.contains("  features #.") && listed.contains("  labels   #."), "\(listed)")
    try expectFailure(
      "Error: --on-error repair:missing requires --transform fill, which fills missing values",
      convert + ["--on-error", "repair:missing"], in: scratch, exitCode: 64)
    try results(
      convert + ["--on-error", "repair:missing", "--transform", "fill:rule=constant", "--overwrite"],
      in: scratch)
  }

  @Test func inspectSkipsWhatThePolicySkips() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let text = try results(["inspect", "--on-error", "skip-sequence"] + smallData, in: scratch)
    #expect(
      text.hasPrefix("features: 8 sequences, 2 columns, 16 steps\n")
        && text.contains("  left out: 2 sequences at fault\n"))
  }

  @Test func trainingReportsEveryDecisionOnce() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let run = try timestep(
      [
        "train", "--model", "m", "--normalize", "standardize", "--on-error", "skip-sequence", "--ledger",
        "ledger",
      ]
        + smallData + ["--epochs", "3", "--hidden", "2"], in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    #expect(try scratch.text(of: "ledger").split(separator: "\n").count == 2)
  }

  /// Every command says at its end what was left out or changed, once, however many passes it makes, and says nothing
  /// where nothing was.
  @Test(arguments: [
    (["skip-sequence"], "left out 2 sequences (1 column-count, 1 not-a-number)"),
    (["skip-row"], "left out 2 rows (1 column-count, 1 not-a-number)"),
    (["repair:1"], "changed 1 row (1 column-count), changed 1 value (1 not-a-number)"),
    (
      ["skip-sequence", "not-a-number=repair:0"],
      "left out 1 sequence (1 column-count), changed 1 value (1 not-a-number)"
    ),
  ])
  func everyCommandSaysWhatWasLeftOut(policy: [String], expected: String) throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let rules = policy.flatMap { ["--on-error", $0] }
    for ledger in [[], ["--ledger", "ledger"]] {
      for command in [
        ["convert", "--output", "o"], ["stream", "--epochs", "3"], ["inspect"],
        ["train", "--model", "m", "--epochs", "2", "--hidden", "2", "--normalize", "standardize"],
        ["evaluate", "--model", "m", "--allow-training-data"],
      ] {
        // Without a ledger, these commands write nothing that could be replaced.
        let isPlain = ledger.isEmpty && ["stream", "inspect", "evaluate"].contains(command[0])
        let run = try timestep(
          command + smallData + rules + ledger + ["--align", "start"] + (isPlain ? [] : ["--overwrite"]),
          in: scratch)
        #expect(run.exitCode == 0, "\(run.error)")
        #expect(run.error.components("faults in the data: \(expected)\n") == 1, "\(run.error)")
      }
    }
    let clean = try timestep(
      ["convert", "--output", "o", "--overwrite", "--features", "l_%d.csv"] + rules, in: scratch)
    #expect(clean.exitCode == 0 && !clean.error.contains("faults in the data"), "\(clean.error)")
  }

  @Test func aResumedRunKeepsTheLedger() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let train =
      [
        "train", "--model", "m", "--hidden", "2", "--on-error", "skip-sequence", "--ledger", "ledger",
        "--checkpoints", "d", "--resume",
      ] + smallData
    try results(train + ["--epochs", "1"], in: scratch)
    let ledger = try scratch.text(of: "ledger")
    #expect(ledger.split(separator: "\n").count == 2)
    // The first has nothing left to do, and makes no decision; the second makes all of them again.
    try results(train + ["--epochs", "1"], in: scratch)
    #expect(try scratch.text(of: "ledger") == ledger)
    try results(train + ["--epochs", "2"], in: scratch)
    #expect(try scratch.text(of: "ledger") == ledger)
    scratch.write(ledger + "no line of a ledger\n", to: "ledger")
    try expectFailure(
      "ledger:3: expected a line of a ledger, as --ledger writes it, found something else; name another file\n",
      train + ["--epochs", "3"], in: scratch)
  }

  /// Decisions about a sequence are reported once, by its first window, for all kinds of windows.
  @Test(arguments: [
    [], ["--cache", "k"], ["--split", "1,1,1", "--part", "train"], ["--transform", "difference:first=0"],
  ])
  func windowsReportEveryDecision(flags: [String]) throws {
    let scratch = TestDirectory()
    for number in 0..<12 {
      scratch.write("1,2,0\n3,x\(number),1\n5,6,0\n7,8\n9,10,1\n", to: "f_\(number).csv")
    }
    let policy = [
      "convert", "--output", "o", "--overwrite", "--features", "f_%d.csv", "--on-error", "skip-row",
      "--on-error",
      "not-a-number=repair:0", "--label-column", "2", "--classes", "2", "--batch-size", "2", "--ledger",
      "ledger",
    ]
    try results(policy + flags, in: scratch)
    let lines = try scratch.text(of: "ledger").split(separator: "\n")
    #expect(lines.count >= 2 && (lines.count == 24 || flags.first == "--split"))
    try results(policy + flags + ["--window", "2,1"], in: scratch)
    #expect(try scratch.text(of: "ledger").split(separator: "\n") == lines)
    // A sequence counts once for the budget, not once per window.
    let counts = policy + flags + ["--window", "2,1", "--error-budget", "\(lines.count / 2)"]
    try results(counts, in: scratch)
    let run = try timestep(counts.dropLast() + ["\(lines.count / 2 - 1)"], in: scratch)
    #expect(run.exitCode == 1 && run.error.contains("the error budget is used up"), "\(run.error)")
  }
}

extension String {
  /// Returns the number of occurrences of `text`.
  fileprivate func components(_ text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
