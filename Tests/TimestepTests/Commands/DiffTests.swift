import TestSupport
import Testing

/// `train --journal` and `diff`, as a user runs them.
@Suite(.startsProcesses) struct DiffTests {
  private func train(_ journal: String, _ flags: [String] = [], in scratch: TestDirectory) throws {
    try results(
      ["train", "--model", "m", "--journal", journal] + smallData + shortTraining + flags, in: scratch)
  }

  @Test func runsAreCompared() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try train("a", ["--seed", "1", "--order", "file"], in: scratch)
    try train("b", ["--seed", "1", "--order", "file"], in: scratch)
    #expect(
      try results(["diff", "a", "b"], in: scratch)
        == "identical: 1 pieces, the same data and the same scores\n")
    #expect(try scratch.bytes(of: "a") == scratch.bytes(of: "b"))
    #expect(try scratch.text(of: "a").contains("\"sources\":[\"f_0.csv:1\",\"f_1.csv:1\",\"f_2.csv:1\"]"))
    try train("c", ["--seed", "2", "--order", "file"], in: scratch)
    let other = try timestep(["diff", "a", "c"], in: scratch)
    #expect(other.exitCode == 1 && other.error == "")
    #expect(
      other.output.hasPrefix("update 1 (epoch 1, batch 1, piece 1): the same batch, but a score of "))
  }

  @Test func aModelIsNotAJournal() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    for journal in ["m", "./m", ".//m"] {
      try expectFailure(
        "Error: --journal and --model name the same file: \(journal); give the journal its own",
        ["train", "--model", "m", "--journal", journal] + smallData + shortTraining, in: scratch, exitCode: 64
      )
    }
  }

  @Test func damageIsNamed() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try train("a", in: scratch)
    scratch.write(try scratch.text(of: "a") + "{}\n", to: "b")
    try expectFailure(
      "b:2: expected a line of a journal, as \"timestep train --journal\" writes it, found something else\n",
      ["diff", "a", "b"], in: scratch)
  }
}
