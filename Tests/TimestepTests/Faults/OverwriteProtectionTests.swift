import TestSupport
import Testing

/// A typing error must not destroy data, or directories that Timestep did not write.
@Suite(.startsProcesses) struct OverwriteProtectionTests {
  @Test func theDataIsNotReplacedByItsBatches() throws {
    let scratch = TestDirectory()
    scratch.makeDirectory("d")
    scratch.makeDirectory("d/sub")
    scratch.write("1,2\n", to: "d/sub/f_0.csv")
    for output in ["d", "d/sub", "d/sub/.."] {
      try expectFailure(
        "\(output): the output directory contains the data that is converted (d/sub) and is not replaced; "
          + "choose another directory\n",
        ["convert", "--features", "d/sub/f_%d.csv", "--output", output, "--overwrite"], in: scratch)
    }
    try expectFailure(
      ".: the output directory contains the working directory and is not replaced; choose another directory\n",
      ["convert", "--features", "d/sub/f_%d.csv", "--output", ".", "--overwrite"], in: scratch)
  }

  @Test func aModelReplacesModelsOnly() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    scratch.write("1,2\n", to: "notes")
    try expectFailure(
      "notes: exists and is not a model, so it is not replaced; choose another name for --model, or replace it with "
        + "--overwrite\n",
      ["train", "--model", "notes"] + smallData + shortTraining, in: scratch)
    try results(["train", "--model", "m"] + smallData + shortTraining, in: scratch)
    try results(["train", "--model", "m"] + smallData + shortTraining, in: scratch)
  }

  /// Extreme numbers, each of which once caused a trap.
  @Test func numbersAtTheEdge() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try results(["convert", "--output", "o", "--batch-size", "\(Int.max)"] + smallData, in: scratch)
    #expect(scratch.names(in: "o") == ["batch-000000.safetensors", "manifest.json"])
    try expectFailure(
      "Error: The value 'inf' is invalid for '--clip <clip>': expected a number above 0, or none",
      ["train", "--model", "m", "--clip", "inf"] + smallData, in: scratch, exitCode: 64)
    try expectFailure(
      "Error: --classes 1000000000: at most 1048576 are possible",
      [
        "convert", "--output", "p", "--features", "f_%d.csv", "--labels", "l_%d.csv", "--classes",
        "1000000000",
      ],
      in: scratch, exitCode: 64)
    for number in 0..<3 { scratch.write("0\n0\n", to: "l_\(number).csv") }
    let one = ["--features", "f_%d.csv", "--labels", "l_%d.csv", "--classes", "1"]
    try results(["train", "--model", "m"] + one + shortTraining, in: scratch)
    let figures = try results(["evaluate", "--model", "m", "--json"] + one, in: scratch)
    #expect(figures.contains("\"accuracy\":1,"), "\(figures)")
  }
}
