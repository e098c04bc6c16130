import TestSupport
import Testing
import Timestep

/// Models and data that do not fit together.
@Suite(.startsProcesses) struct ModelFitTests {
  /// A model of two columns and two classes.
  private func trained(_ flags: [String] = smallData) throws -> TestDirectory {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try results(["train", "--model", "m"] + shortTraining + flags, in: scratch)
    return scratch
  }

  /// Flags, and the way in which they contradict the model.
  @Test(arguments: [
    (["--classes", "3"], "the model knows 2 classes, the data has 3"),
    (["--regression"], "the model has class labels, the data regression labels"),
    (["--align", "end"], "the model was trained with alignment equal, the data is aligned end"),
    (["--label-column", "1"], "the model requires 2 feature columns, the data has 1"),
  ])
  func contradictoryFlagsAreADataFault(flags: [String], problem: String) throws {
    let scratch = try trained()
    let labels = flags[0] == "--label-column" ? [] : ["--labels", "l_%d.csv"]
    try expectFailure(
      "m: does not fit the data: \(problem); evaluate data of the same form\n",
      ["evaluate", "--model", "m", "--features", "f_%d.csv"] + labels + flags, in: scratch)
  }

  @Test func otherColumnsAreNamed() throws {
    let scratch = TestDirectory()
    scratch.write("load,speed,kind\n1,2,0\n3,4,1\n", to: "a.csv")
    scratch.write("load,torque,kind\n1,2,0\n3,4,1\n", to: "b.csv")
    let flags = ["--header", "--label-column", "2"]
    try results(
      ["train", "--model", "m", "--features", "a.csv", "--classes", "2"] + flags + shortTraining, in: scratch)
    try expectFailure(
      "m: does not fit the data: the model requires feature column 1 to be \"speed\", the data has \"torque\" there; "
        + "evaluate data of the same form\n",
      ["evaluate", "--model", "m", "--features", "b.csv"] + flags, in: scratch)
  }

  /// Figures of whole series are others than those of the windows that a model was trained on.
  @Test func windowsOfTheTrainingAreSaid() throws {
    let scratch = TestDirectory()
    scratch.write("a,y\n" + (0..<9).map { "\($0),\($0 % 2)\n" }.joined(), to: "f.csv")
    let data = ["--features", "f.csv", "--header", "--label-column", "y"]
    try results(
      ["train", "--model", "m", "--classes", "2", "--window", "4,2"] + data + shortTraining, in: scratch)
    let evaluation = ["evaluate", "--model", "m", "--allow-training-data"]
    let whole = try timestep(evaluation + data, in: scratch)
    #expect(
      whole.exitCode == 0
        && whole.error.contains(
          "the model was trained on windows of 4 steps, and whole series are evaluated: cut them in the same way for figures like "
            + "those of the training (--window 4,2)"),
      "\(whole.error)")
    for same in [data + ["--window", "4,2"], data + ["--window", "2"]] {
      let run = try timestep(evaluation + same, in: scratch)
      #expect(run.exitCode == 0 && !run.error.contains("was trained on windows"), "\(run.error)")
    }
    try results(["convert", "--output", "o", "--classes", "2", "--window", "4,2"] + data, in: scratch)
    try results(["train", "--model", "n", "--batches", "o"] + shortTraining, in: scratch)
    #expect(try ModelFile(scratch.path("n")).contract?.window == WindowShape(size: 4, stride: 2))
  }

  /// Files of predictions may have more columns than the model knows: the message says how they are left out.
  @Test func furtherColumnsAreLeftOut() throws {
    let scratch = TestDirectory()
    scratch.write("load,kind\n1,0\n3,1\n", to: "a.csv")
    scratch.write("load,wind,sun\n1,7,5\n3,8,6\n", to: "b.csv")
    scratch.write("load\n1\n3\n", to: "c.csv")
    try results(
      [
        "train", "--model", "m", "--features", "a.csv", "--header", "--label-column", "kind", "--classes",
        "2",
      ]
        + shortTraining, in: scratch)
    func predict(_ file: String, _ flags: [String] = []) -> [String] {
      ["predict", "--overwrite", "--model", "m", "--output", "p.csv", "--features", file] + flags
    }
    try expectFailure(
      "b.csv:1: there are columns that the training data does not have: expected columns among \"load\", \"kind\", found "
        + "\"wind\", \"sun\" too; leave out what the model does not know (--drop-columns=wind,sun)\n",
      predict("b.csv"), in: scratch)
    try results(predict("b.csv", ["--drop-columns", "wind,sun"]), in: scratch)
    let found = try scratch.text(of: "p.csv")
    try results(predict("c.csv"), in: scratch)
    #expect(try scratch.text(of: "p.csv").replacing("c,", with: "b,") == found)
  }

  @Test func filesThatAreNotModelsAreRejected() throws {
    let scratch = try trained()
    try results(["convert", "--output", "o"] + smallData, in: scratch)
    scratch.write("x\n", to: "short")
    let evaluate = ["evaluate", "--features", "f_%d.csv", "--labels", "l_%d.csv", "--model"]
    try expectFailure(
      "none: cannot be opened: no such file or directory; check the name and the working directory\n",
      evaluate + ["none"], in: scratch)
    try expectFailure(
      "o/batch-000000.safetensors: is a safetensors file, but not a model of this program; name a file that "
        + "\"timestep train\" wrote\n",
      evaluate + ["o/batch-000000.safetensors"], in: scratch)
    try expectFailure(
      "short: is not a sound safetensors file: it has only 2 bytes, too few for a header; it is of another "
        + "format, or damaged or cut off: make it again\n",
      evaluate + ["short"], in: scratch)
  }

  /// Faults in test data are found before the training, which may take hours.
  @Test func testDataIsCheckedBeforeTheTraining() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    scratch.write("1,2,3\n4,5,6\n", to: "g.csv")
    scratch.write("0\n7\n", to: "k.csv")
    let train =
      ["train", "--model", "m", "--normalize", "standardize"] + shortTraining + smallData
    try expectFailure(
      "g.csv: the test data does not fit the training data: the model requires 2 feature columns, the data has 3; give "
        + "test data of the same form\n",
      train + ["--test-features", "g.csv", "--test-labels", "l_0.csv"], in: scratch)
    try expectFailure(
      "k.csv:2:1: field 1: class \"7\" is not below the class count; expected a whole number from 0 to 1; number "
        + "the classes from 0, or set the class count (--classes N, now 2)\n",
      train + ["--test-features", "f_0.csv", "--test-labels", "k.csv"], in: scratch)
  }

  @Test func savedBatchesThatContradictAFlag() throws {
    let scratch = try trained()
    try results(["convert", "--output", "o"] + smallData, in: scratch)
    let advice = "leave the flag out, or convert the data again\n"
    let faults = [
      (["--classes", "3"], "contain 2 classes, --classes says 3"),
      (["--regression"], "contain no regression labels, but --regression requires them"),
      (["--align", "start"], "are aligned equal, --align says start"),
    ]
    for (flags, problem) in faults {
      try expectFailure(
        "o: the batches \(problem); \(advice)", ["evaluate", "--model", "m", "--batches", "o"] + flags,
        in: scratch)
      try expectFailure(
        "o: the batches \(problem); \(advice)", ["train", "--model", "n", "--batches", "o"] + flags,
        in: scratch)
    }
    try results(
      ["evaluate", "--model", "m", "--batches", "o", "--classes", "2", "--align", "equal"], in: scratch)
  }

  @Test func savedBatchesWithoutLabelsAreRejected() throws {
    let scratch = try trained()
    try results(["convert", "--output", "o", "--features", "f_%d.csv"], in: scratch)
    try expectFailure(
      "o: the batches have no labels; training needs them: convert with labels\n",
      ["train", "--model", "n", "--batches", "o"], in: scratch)
    try expectFailure(
      "o: the batches have no labels to evaluate on; convert with labels\n",
      ["evaluate", "--model", "m", "--batches", "o"], in: scratch)
  }
}
