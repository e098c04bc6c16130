import FoundationEssentials
import Testing

/// `--on-error`, `--error-budget` and `--ledger`.
struct FaultPolicyTests {
  /// Ten series, of which numbers 3 and 7 cannot be read.
  private func writeData(into scratch: Scratch) throws {
    for number in 0..<10 {
      try scratch.write(
        number == 3 ? "1,2\nx,4\n" : number == 7 ? "1,2\n3\n" : "1,2\n3,4\n", to: "f_\(number).csv")
      try scratch.write("0\n1\n", to: "l_\(number).csv")
    }
  }

  private let convert = ["convert", "--output", "o", "--batch-size", "3"] + smallData

  @Test func skippedSequencesAreInTheLedgerAndNowhereElse() throws {
    let scratch = try Scratch()
    try writeData(into: scratch)
    let run = try timestep(
      convert + ["--on-error", "skip-sequence", "--ledger", "ledger", "--error-budget", "20%"], in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    #expect(run.error.contains("2 decisions about faults in the data"))
    #expect(try scratch.text("o/manifest.json").components("\"features\":\"f_") == 8)
    let lines = try scratch.text("ledger").split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines[0].contains("\"action\":\"left out the sequence\"") && lines[0].contains("\"file\":\"f_3.csv\"")
        && lines[0].contains("\"fault\":\"notANumber\"") && lines[0].contains("\"line\":2")
        && lines[0].contains("\"column\":1") && lines[0].contains("\"rule\":\"skip-sequence\""))
    #expect(lines[1].contains("\"file\":\"f_7.csv\"") && lines[1].contains("\"fault\":\"columnCount\""))
  }

  @Test func aBudgetThatIsUsedUpLeavesTheLedgerAlone() throws {
    let scratch = try Scratch()
    try writeData(into: scratch)
    let run = try timestep(
      convert + ["--on-error", "skip-sequence", "--ledger", "ledger", "--error-budget", "1"], in: scratch)
    #expect(
      run.error
        == "f_7.csv:2: the error budget is used up: expected at most 1 of 10 sequences at fault, found 2, the last one by "
        + "columnCount (left out the sequence); mend the data, or raise the budget (--error-budget)\n")
    #expect(run.exitCode == 1)
    #expect(scratch.names(in: "o").isEmpty)
    #expect(try scratch.text("ledger").split(separator: "\n").count == 2)
  }

  @Test func aClassOfFaultHasARuleOfItsOwn() throws {
    let scratch = try Scratch()
    try writeData(into: scratch)
    let run = try timestep(convert + ["--on-error", "not-a-number=skip-sequence"], in: scratch)
    #expect(run.exitCode == 1 && run.error.hasPrefix("f_7.csv:2: the row has another number of fields"))
  }

  @Test func rowsAndValuesAreMendedAndToldOf() throws {
    let scratch = try Scratch()
    try writeData(into: scratch)
    let run = try timestep(
      convert + [
        "--on-error", "skip-row", "--on-error", "not-a-number=repair:0.5", "--ledger", "ledger", "--align",
        "start",
      ], in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    let lines = try scratch.text("ledger").split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines.first?.contains("\"rule\":\"repair:0.5\"") ?? false && lines.first?.contains("f_3.csv") ?? false)
    #expect(lines.last?.contains("\"action\":\"left out the row\"") ?? false)
    // The row that was left out takes its label with it.
    let listed = try results(
      ["inspect", "--epoch", "0", "--order", "file", "--step", "2", "--batch-size", "3", "--align", "start"]
        + smallData
        + ["--on-error", "skip-row"], in: scratch)
    #expect(listed.contains("  features #.") && listed.contains("  labels   #."), "\(listed)")
    try expectFailure(
      "Error: --on-error repair:missing wants --transform fill, which fills what is missing",
      convert + ["--on-error", "repair:missing"], in: scratch, exitCode: 64)
    try results(
      convert + ["--on-error", "repair:missing", "--transform", "fill:rule=constant", "--overwrite"],
      in: scratch)
  }

  @Test func inspectLeavesOutWhatThePolicyLeavesOut() throws {
    let scratch = try Scratch()
    try writeData(into: scratch)
    let text = try results(["inspect", "--on-error", "skip-sequence"] + smallData, in: scratch)
    #expect(
      text.hasPrefix("features: 8 sequences, 2 columns, 16 steps\n")
        && text.contains("  left out: 2 sequences at fault\n"))
  }

  @Test func trainingTellsEveryDecisionOnce() throws {
    let scratch = try Scratch()
    try writeData(into: scratch)
    let run = try timestep(
      [
        "train", "--model", "m", "--normalize", "standardize", "--on-error", "skip-sequence", "--ledger",
        "ledger",
      ]
        + smallData + ["--epochs", "3", "--hidden", "2"], in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    #expect(try scratch.text("ledger").split(separator: "\n").count == 2)
  }
}

extension String {
  /// How often `text` stands in it.
  fileprivate func components(_ text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
