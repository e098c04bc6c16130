import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// Commands with a data set file do what the same flags do.
@Suite(.startsProcesses) struct DataSetFileCommandTests {
  private let scratch = TestDirectory()

  /// Files with everything that a model must remember: a header under a comment, blanks for a delimiter, missing values, ids.
  private func writeData(to folder: String, rows: Int = 4) {
    scratch.makeDirectory(folder)
    var text = "# made by a test\nid;x;y;kind\n"
    for number in 0..<6 {
      for step in 0..<rows {
        let gap = (number + step).isMultiple(of: 4) ? "NA" : "\(number * step).5"
        text += "s\(number);\(gap);\(step);\(number % 2)\n"
      }
    }
    scratch.write(text, to: "\(folder)/all.csv")
  }

  private let description = """
    {"features": "all.csv", "skip-lines": 1, "header": true, "delimiter": ";", "group-by": "id", "label-column": "kind",
     "classes": 2, "missing": ["NA"], "transform": ["fill:rule=constant"], "epochs": 2, "hidden": "2"}

    """

  private let flags = [
    "--features", "d/all.csv", "--skip-lines", "1", "--header", "--delimiter", ";", "--group-by", "id",
    "--label-column",
    "kind", "--classes", "2", "--missing", "NA", "--transform", "fill:rule=constant",
  ]

  private func prepare() {
    writeData(to: "d")
    scratch.write(description, to: "d/walk.json")
  }

  @Test func everyCommandTakesIt() throws {
    prepare()
    try results(["convert"] + flags + ["--output", "o"], in: scratch)
    try results(["convert", "d/walk.json", "--output", "p"], in: scratch)
    #expect(
      try scratch.bytes(of: "o/batch-000000.safetensors") == scratch.bytes(of: "p/batch-000000.safetensors"))
    try results(["train"] + flags + ["--epochs", "2", "--hidden", "2", "--model", "m"], in: scratch)
    try results(["train", "d/walk.json", "--model", "n"], in: scratch)
    #expect(try scratch.bytes(of: "m") == scratch.bytes(of: "n"))
    // The command line wins.
    try results(["train", "d/walk.json", "--model", "n", "--hidden", "3"], in: scratch)
    #expect(try scratch.bytes(of: "m") != scratch.bytes(of: "n"))
    #expect(
      try results(["inspect"] + flags, in: scratch) == results(["inspect", "d/walk.json"], in: scratch))
    #expect(try results(["evaluate", "d/walk.json", "--model", "m"], in: scratch).contains("accuracy"))
    let stream = try timestep(["stream", "d/walk.json"], in: scratch, output: scratch.path("s"))
    #expect(stream.exitCode == 0, "\(stream.error)")
    #expect(try !scratch.bytes(of: "s").isEmpty)
    let found = try timestep(["predict", "d/walk.json", "--model", "m"], in: scratch)
    #expect(found.exitCode == 0, "\(found.error)")
  }

  @Test func mistakesInItAreLocated() throws {
    prepare()
    scratch.write("{\"features\": \"all.csv\",\n \"aling\": \"end\"}", to: "d/bad.json")
    try expectFailure(
      "d/bad.json:2:2: no command knows the key \"aling\": expected the name of a flag, without hyphens; did you mean \"align\"?\n",
      ["convert", "d/bad.json", "--output", "o"], in: scratch)
    scratch.write("{\"features\": \"all.csv\",\n \"align\": \"middle\"}", to: "d/bad.json")
    let run = try timestep(["convert", "d/bad.json", "--output", "o"], in: scratch)
    #expect(run.exitCode == 64 && run.firstLine == "d/bad.json:2:2: --align is set here", "\(run.error)")
    #expect(run.error.contains("expected equal, start or end"))
    let glob = try timestep(
      ["convert", "--features", "d/all.csv", "d/walk.json", "--output", "o"], in: scratch)
    #expect(glob.exitCode == 64 && glob.error.contains("quote the pattern"), "\(glob.error)")
  }

  @Test func aRunIsRepeatedFromItsFlags() throws {
    prepare()
    scratch.makeDirectory("runs")
    let words = ["train", "d/walk.json", "--seed", "7", "--normalize", "standardize"]
    try results(words + ["--model", "m", "--save-flags", "runs/run.json", "--overwrite"], in: scratch)
    let text = try scratch.text(of: "runs/run.json")
    #expect(
      text.contains("  \"features\": \"../d/all.csv\",\n") && text.contains("  \"model\": \"../m\"")
        && text.contains("  \"seed\": 7"))
    #expect(!text.contains("save-flags"))
    let bytes = try scratch.bytes(of: "m")
    scratch.remove("m")
    try results(["train", "runs/run.json"], in: scratch)
    #expect(try scratch.bytes(of: "m") == bytes)
    // To write over files says nothing of data.
    try results(["evaluate", "runs/run.json", "--allow-training-data"], in: scratch)
    // In another place, with the data beside it.
    scratch.makeDirectory("other")
    scratch.makeDirectory("other/runs")
    writeData(to: "other/d")
    scratch.write(text, to: "other/runs/run.json")
    try results(["train", "other/runs/run.json", "--model", "elsewhere"], in: scratch)
    #expect(try scratch.bytes(of: "elsewhere") == bytes, "a model does not depend on the folder")
    // Nothing is written by a run that does not begin.
    let run = try timestep(
      [
        "train", "--features", "none", "--label-column", "0", "--classes", "2", "--model", "x",
        "--save-flags", "y",
      ], in: scratch)
    #expect(run.exitCode == 1 && !scratch.names().contains("y"))
  }

  @Test func inspectWritesTheFlagsAboutTheData() throws {
    prepare()
    try results(["inspect"] + flags + ["--save", "d/copy.json", "--batch-size", "3"], in: scratch)
    try results(["convert", "d/copy.json", "--output", "o"], in: scratch)
    try results(["convert"] + flags + ["--batch-size", "3", "--output", "p"], in: scratch)
    #expect(
      try scratch.bytes(of: "o/batch-000001.safetensors") == scratch.bytes(of: "p/batch-000001.safetensors"))
    scratch.write("not a data set file", to: "notes")
    let run = try timestep(["inspect"] + flags + ["--save", "notes"], in: scratch)
    #expect(run.exitCode == 1 && run.error.contains("notes: exists and is not a data set file"))
  }

  /// `evaluate` and `predict` know from the model how files are written.
  @Test func theModelKnowsHowFilesAreWritten() throws {
    prepare()
    writeData(to: "e", rows: 5)
    try results(["train", "d/walk.json", "--model", "m"], in: scratch)
    let evaluate = ["evaluate", "--json", "--model", "m", "--features"]
    let full = try results(evaluate + ["e/all.csv"] + flags.dropFirst(2), in: scratch)
    #expect(try results(evaluate + ["e/all.csv"], in: scratch) == full)
    // Files that are written in another way.
    scratch.write(
      try scratch.text(of: "e/all.csv").replacing(";", with: ",").replacing("# made by a test\n", with: ""),
      to: "e/plain.csv")
    #expect(
      try results(evaluate + ["e/plain.csv", "--delimiter", ",", "--skip-lines", "0"], in: scratch) == full)
    scratch.write("NA;1\n2.5;2\n", to: "rows")
    let rows = try timestep(
      ["predict", "--model", "m", "--delimiter", ";"], in: scratch, input: scratch.path("rows"))
    #expect(rows.exitCode == 0 && rows.output.split(separator: "\n").count == 2, "\(rows.error)")
    // Saved batches remember it too.
    try results(["convert", "d/walk.json", "--output", "b"], in: scratch)
    try results(["train", "--batches", "b", "--epochs", "2", "--hidden", "2", "--model", "n"], in: scratch)
    #expect(
      try results(["evaluate", "--json", "--model", "n", "--features", "e/all.csv"], in: scratch).contains(
        "accuracy"))
    let contract = try #require(ModelFile(scratch.path("m")).contract)
    #expect(contract.notation?.delimiter == ";")
    #expect(
      contract.fileSettings == [
        "skip-lines": .integer(1), "header": .toggle(true), "group-by": .text("id"),
        "label-column": .text("kind"), "missing": .list(["NA"]),
      ])
  }

  @Test func inspectShowsTheModel() throws {
    prepare()
    try results(["train", "d/walk.json", "--model", "m", "--normalize", "standardize"], in: scratch)
    let text = try results(["inspect", "--model", "m"], in: scratch)
    for line in [
      "columns in the files: x, y, kind", "  labels among them: kind", "transform 1: ", "  class 0: 0",
      "  class 1: 1",
      "alignment: equal",
      "files: --delimiter ';' --group-by id --header --label-column kind --missing NA --skip-lines 1",
      "training: 2 epochs, 2 updates, errors through whole series, seed 0",
    ] { #expect(text.contains(line), "\(line) in \(text)") }
  }
}
