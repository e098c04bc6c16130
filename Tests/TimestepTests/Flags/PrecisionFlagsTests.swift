import TestSupport
import Testing
import Timestep

/// Numbers that Float cannot tell apart, and the offsets that keep them apart.
@Suite(.startsProcesses) struct PrecisionFlagsTests {
  /// A model knows the offsets of its columns; without them, the loss is said once.
  @Test func offsetsTravelWithTheModel() throws {
    let scratch = TestDirectory()
    for number in 0..<6 {
      let rows = (0..<5).map { "\(1_700_000_000 + 1000 * number + $0 * (1 + number % 2)),\(number % 2)\n" }
      scratch.write("t,kind\n" + rows.joined(), to: "f_\(number).csv")
    }
    let data = ["--features", "f_%d.csv", "--header", "--label-column", "kind", "--classes", "2"]
    let training = [
      "--epochs", "60", "--hidden", "4", "--learning-rate", "0.05", "--normalize", "standardize",
    ]
    let raw = try timestep(["train", "--model", "r"] + data + training, in: scratch)
    let warning =
      "warning: f_0.csv:2:1: column \"t\": 1700000000 and 1700000001 (line 3) are the same number in Float precision: "
      + "1700000000; subtract an offset before rounding (--offset t=first), or read timestamps as such (--time t=unix)\n"
    #expect(raw.exitCode == 0 && raw.error.components(separatedBy: warning) == 2, "\(raw.error)")
    for command in [["convert", "--output", "c"], ["inspect"]] {
      let run = try timestep(command + data, in: scratch)
      #expect(run.exitCode == 0 && run.error.components(separatedBy: warning) == 2, "\(run.error)")
    }
    let offset = try timestep(
      ["train", "--model", "m", "--offset", "t=first"] + data + training, in: scratch)
    #expect(offset.exitCode == 0 && !offset.error.contains("precision"), "\(offset.error)")
    let figures = try results(["evaluate", "--model", "m", "--allow-training-data"] + data, in: scratch)
    #expect(figures.hasPrefix("accuracy 0.9") || figures.hasPrefix("accuracy 1.0"), "\(figures)")
    scratch.write("1800000000\n1800000002\n1800000004\n\n5\n7\n9\n", to: "rows")
    let rows = try timestep(["predict", "--model", "m"], in: scratch, input: scratch.path("rows")).output
    let lines = rows.split(separator: "\n")
    #expect(lines.count == 6 && lines[0..<3] == lines[3..<6], "\(rows)")
  }

  /// A number that no sample contains is named at the end, in every command that has no model yet.
  @Test func aLossInOneFileOfManyIsNamedAtTheEnd() throws {
    let scratch = TestDirectory()
    for number in 0..<100 {
      scratch.write("t,kind\n\(number == 38 ? 16_777_217 : number),\(number % 2)\n", to: "f_\(number).csv")
    }
    let data = ["--features", "f_%d.csv", "--header", "--label-column", "kind", "--classes", "2"]
    let warning =
      "warning: f_38.csv:2:1: column \"t\": 16777217 becomes 16777216 in Float precision; subtract an offset before "
      + "rounding (--offset t=first), or read timestamps as such (--time t=unix)\n"
    for command in [
      ["convert", "--output", "c"], ["inspect"], ["stream", "--normalize", "standardize"],
      ["train", "--model", "m", "--epochs", "1", "--hidden", "2"],
      ["convert", "--output", "d", "--cache", "k"],
    ] {
      let run = try timestep(command + data, in: scratch)
      #expect(
        run.exitCode == 0 && run.error.components(separatedBy: warning) == 2, "\(command): \(run.error)")
    }
    let regression = ["--features", "f_%d.csv", "--header", "--label-column", "kind", "--regression"]
    #expect(try timestep(["convert", "--output", "e"] + regression, in: scratch).error.hasSuffix(warning))
    let model = try timestep(["evaluate", "--model", "m", "--allow-training-data"] + data, in: scratch)
    #expect(model.exitCode == 0 && !model.error.contains("precision"), "\(model.error)")
  }

  /// Numbers beyond Double are subtracted with all their digits, in files, flags and models.
  @Test func offsetsHaveAllTheirDigits() throws {
    let scratch = TestDirectory()
    let times = ["1711846800123456789", "1711846800123456790", "1711846800123457000"]
    for (name, point) in [("f_0.csv", ""), ("f_1.csv", ".0")] {
      scratch.write("t,y\n" + times.map { "\($0)\(point),0\n" }.joined(), to: name)
    }
    for file in ["f_0.csv", "f_1.csv"] {
      for (offset, expected) in [
        ("first", [0, 1, 211]), (times[0], [0, 1, 211]), (times[0] + ".0", [0, 1, 211]),
        ("1711846800123456789.5", [-0.5, 0.5, 210.5]), (times[1], [-1, 0, 210]),
      ] as [(String, [Float])] {
        let run = try timestep(
          [
            "convert", "--features", file, "--header", "--keep-columns", "t", "--offset", "t=\(offset)",
            "--output", "o",
            "--overwrite",
          ], in: scratch)
        #expect(run.exitCode == 0 && !run.error.contains("precision"), "\(run.error)")
        let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
        #expect((0..<3).map { batch.features[0, 0, $0] } == expected, "\(file) \(offset)")
      }
    }
    let data = ["--features", "f_%d.csv", "--header", "--label-column", "y", "--classes", "2"]
    for offset in [times[0], "first"] {
      try results(
        ["train", "--model", offset, "--offset", "t=\(offset)", "--epochs", "1", "--hidden", "2"] + data,
        in: scratch)
      try results(["evaluate", "--model", offset, "--allow-training-data"] + data, in: scratch)
    }
    scratch.write(times.joined(separator: "\n") + "\n", to: "rows")
    let predictions = try [times[0], "first"].map {
      try timestep(["predict", "--model", $0], in: scratch, input: scratch.path("rows")).output
    }
    #expect(predictions[0] == predictions[1] && !predictions[0].isEmpty)
  }
}

extension String {
  /// The number of pieces between occurrences of `separator`.
  fileprivate func components(separatedBy separator: String) -> Int {
    split(separator: separator, omittingEmptySubsequences: false).count
  }
}
