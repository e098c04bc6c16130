import TestSupport
import Testing
import Timestep

/// Flags for how files are written: the same results as from plain files.
@Suite(.startsProcesses) struct NotationFlagsTests {
  /// Series `p_%d.csv` in plain CSV, and `g_%d.csv` as a German spreadsheet writes the same, with classes of the series.
  private func written() -> TestDirectory {
    let scratch = TestDirectory()
    for number in 0..<6 {
      var (plain, german) = ("Höhe,kind\n", "Höhe;kind\r\n")
      for step in 0..<4 {
        let value = 1000 + 250 * number + step
        let kind = ["auf", "größer"][(number + step) % 2]
        plain += "\(value).5,\(kind)\n"
        german += "\"\(value / 1000).\("\(1000 + value % 1000)".dropFirst()),5\";\(kind)\r\n"
      }
      scratch.write(plain, to: "p_\(number).csv")
      // Latin-1 has the code points of Unicode.
      scratch.write(german.unicodeScalars.map { UInt8($0.value) }, to: "g_\(number).csv")
      scratch.write("\(number % 2)\n", to: "l_\(number).csv")
      scratch.write("\(number),25\n", to: "v_\(number).csv")
      scratch.write("\(number).25\n", to: "w_\(number).csv")
      scratch.write([0x67, 0x72, 0xFC, 0x0A], to: "t_\(number).csv")
    }
    return scratch
  }

  private let german = ["--delimiter", ";", "--decimal", ",", "--thousands", ".", "--encoding", "latin1"]
  private let classes = ["--labels", "l_%d.csv", "--classes", "2", "--align", "end"]
  private let category = ["--header", "--category", "kind=auf,größer"]

  private func batch(_ scratch: TestDirectory, _ flags: [String]) throws -> [UInt8] {
    try results(["convert", "--output", "o", "--overwrite"] + flags, in: scratch)
    return try scratch.bytes(of: "o/batch-000000.safetensors")
  }

  @Test func everyNotationGivesTheBatchesOfPlainFiles() throws {
    let scratch = written()
    let rest = category + classes
    let plain = try batch(scratch, ["--features", "p_%d.csv"] + rest)
    #expect(try batch(scratch, ["--features", "g_%d.csv", "--label-decimal", "."] + german + rest) == plain)
    #expect(try SavedDataSets(scratch.path("o")).contract.notation?.thousands == ".")
    _ = try batch(scratch, ["--features", "p_%d.csv"] + rest)
    #expect(try SavedDataSets(scratch.path("o")).contract.notation == nil)
    // Labels have the notation of the features, unless flags say otherwise.
    let numbers = [
      "--features", "p_%d.csv", "--header", "--drop-columns", "kind", "--regression", "--align", "end",
    ]
    let plainLabels = try batch(scratch, numbers + ["--labels", "w_%d.csv"])
    #expect(
      try batch(
        scratch, numbers + ["--labels", "v_%d.csv", "--label-decimal", ",", "--label-delimiter", ";"])
        == plainLabels)
    let germanLabels = [
      "--features", "g_%d.csv", "--header", "--drop-columns", "kind", "--regression", "--align", "end",
      "--labels", "v_%d.csv",
    ]
    #expect(try batch(scratch, germanLabels + german) == plainLabels)
    let texts = [
      "--features", "p_%d.csv", "--header", "--drop-columns", "kind", "--align", "end", "--labels",
      "t_%d.csv",
    ]
    try results(
      ["convert", "--output", "u"] + texts + [
        "--label-categories", "grün,grü", "--label-encoding", "latin1",
      ], in: scratch)
  }

  @Test func modelsKnowTheNotationOfTheirData() throws {
    let scratch = written()
    let data = ["--header", "--drop-columns", "kind"] + classes
    let train = ["train", "--epochs", "1", "--hidden", "2"]
    try results(train + ["--model", "p", "--features", "p_%d.csv"] + data, in: scratch)
    try results(train + ["--model", "g", "--features", "g_%d.csv"] + german + data, in: scratch)
    #expect(try ModelFile(scratch.path("p")).contract?.notation == nil)
    #expect(
      try ModelFile(scratch.path("g")).contract?.notation
        == TextNotation(delimiter: ";", decimal: ",", thousands: ".", encoding: .latin1))
    let plain = try results(
      ["evaluate", "--json", "--model", "p", "--features", "p_%d.csv"] + data, in: scratch)
    let short = ["--labels", "l_%d.csv"]
    #expect(
      try results(["evaluate", "--json", "--model", "g", "--features", "g_%d.csv"] + short, in: scratch)
        == plain)
    // Data in another notation needs flags.
    let other = ["--delimiter", ",", "--decimal", ".", "--encoding", "utf-8", "--thousands", "'"]
    #expect(
      try results(
        ["evaluate", "--json", "--model", "g", "--features", "p_%d.csv"] + other + short, in: scratch)
        == plain)
    scratch.write("1.000,5\n999,25\n", to: "german")
    scratch.write("1000.5\n999.25\n", to: "plain")
    func predictions(_ model: String, _ rows: String, _ flags: [String] = []) throws -> String {
      let run = try timestep(["predict", "--model", model] + flags, in: scratch, input: scratch.path(rows))
      #expect(run.exitCode == 0, "\(run.error)")
      return run.output
    }
    let wanted = try predictions("p", "plain")
    #expect(try predictions("g", "german").replacing(";", with: ",") == wanted)
    #expect(
      try predictions("g", "plain", ["--decimal", ".", "--thousands", "'", "--delimiter", ","]) == wanted)
    #expect(
      try predictions("p", "german", ["--decimal", ",", "--thousands", ".", "--delimiter", ";"]).replacing(
        ";", with: ",") == wanted)
  }

  @Test func whatNumbersLookLikeIsProposed() throws {
    let scratch = TestDirectory()
    for (text, flags, remedy) in [
      ("1;2,5\n", ["--delimiter", ";"], "(--decimal ,)"),
      ("1;2,500\n", ["--delimiter", ";"], "(--thousands ,)"),
      ("\"1,234\",2\n", [], "(--thousands ,)"), ("1'234,2\n", [], "(--thousands \"'\\''\")"),
    ] {
      scratch.write(text, to: "f.csv")
      let run = try timestep(["convert", "--output", "o", "--features", "f.csv"] + flags, in: scratch)
      #expect(run.exitCode == 1)
      #expect(
        run.error.contains(remedy) || remedy.contains("'") && run.error.contains("--thousands"),
        "\(run.error)")
    }
    try expectFailure(
      "Error: the comma cannot be both the decimal sign and the delimiter: expected another delimiter, found none; name it "
        + "(--delimiter ';')",
      ["convert", "--output", "o", "--features", "f.csv", "--decimal", ","], in: scratch, exitCode: 64)
    let run = try timestep(
      ["convert", "--output", "o", "--features", "f.csv", "--encoding", "klingon"], in: scratch)
    #expect(run.exitCode == 64 && run.error.contains("expected one of utf-8, utf-16"))
  }
}
