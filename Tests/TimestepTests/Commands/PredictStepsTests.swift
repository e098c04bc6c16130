import TestSupport
import Testing
import Timestep

/// Predictions after the last row of a series.
@Suite(.startsProcesses) struct PredictStepsTests {
  /// They equal the model's outputs for the same rows and steps of padding.
  @Test(arguments: [["--regression", "--normalize", "standardize"], ["--classes", "2"]])
  func aSeriesIsContinued(_ flags: [String]) throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try results(
      ["train", "--model", "m", "--features", "f_%d.csv", "--labels", "l_%d.csv"] + shortTraining + flags,
      in: scratch)
    let file = try ModelFile(scratch.path("m"))
    let contract = try #require(file.contract)
    let series: [[[Float]]] = [
      [[1, 2]], [[3, 4], [5, 6]], [[7, 8], [1, 0], [2, 2], [4, 4], [0, 9]],
    ]
    let text = series.map { rows in rows.map { "\($0[0]),\($0[1])\n" }.joined() }.joined(separator: "\n")
    scratch.write("\n\n" + text, to: "rows")
    for (number, rows) in series.enumerated() {
      scratch.write(rows.map { "\($0[0]),\($0[1])\n" }.joined(), to: "s_\(number).csv")
    }
    for steps in [1, 2, 4, 7] {
      let run = try timestep(
        ["predict", "--model", "m", "--steps", "\(steps)"], in: scratch, input: scratch.path("rows"))
      #expect(run.exitCode == 0 && run.error == "", "\(run.error)")
      var expected: [[Float]] = []
      for rows in series {
        let count = max(steps, rows.count)
        var session = try file.network.session(rows: 1)
        for step in 0..<count {
          var values: [Float] = [0, 0]
          if step < rows.count {
            values = rows[step]
            if let normalizer = contract.featuresNormalizer {
              for column in 0..<2 { values[column] = normalizer.normalize(values[column], column: column) }
            }
          }
          var outputs = try session.step(Tensor(shape: [1, 2], elements: values)).elements
          if let normalizer = contract.labelsNormalizer {
            for column in outputs.indices {
              outputs[column] = normalizer.revert(outputs[column], column: column)
            }
          }
          expected.append(outputs)
        }
      }
      let found = run.output.split(separator: "\n").map { $0.split(separator: ",").compactMap { Float($0) } }
      #expect(found == expected)
      // The same from files, whose batches are padded.
      try results(
        [
          "predict", "--model", "m", "--steps", "\(steps)", "--features", "s_%d.csv", "--output", "p.csv",
          "--overwrite",
        ], in: scratch)
      // A batch is summed in another order than rows that come one by one.
      let table = try scratch.text(of: "p.csv").split(separator: "\n").dropFirst()
      let outputs = table.map { $0.split(separator: ",").suffix(expected[0].count).compactMap { Float($0) } }
      #expect(outputs.count == expected.count)
      #expect(zip(outputs.joined(), expected.joined()).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }

  /// A prediction about a whole series has no further steps.
  @Test func oneLabelPerSeriesHasNoSteps() throws {
    let scratch = TestDirectory()
    for number in 0..<2 { scratch.write("1\n2\n", to: "\(number == 0 ? "a" : "b")/f_\(number).csv") }
    try results(
      ["train", "--model", "m", "--features", ".", "--labels-from", "folder"] + shortTraining, in: scratch)
    try expectFailure(
      "m: predicts once for each series, so that no further steps can be predicted; leave out --steps\n",
      ["predict", "--model", "m", "--features", ".", "--output", "p.csv", "--steps", "3"], in: scratch)
  }

  @Test func aNumberBelowOneIsRejected() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try results(["train", "--model", "m"] + shortTraining + smallData, in: scratch)
    try expectFailure(
      "Error: --steps 0: expected 1 to 16777216 steps", ["predict", "--model", "m", "--steps", "0"],
      in: scratch,
      exitCode: 64)
  }
}
