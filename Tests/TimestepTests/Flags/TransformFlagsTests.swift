import TestSupport
import Testing
import Timestep

/// Many sequences in one file, missing values and transforms on the command line.
@Suite(.startsProcesses) struct TransformFlagsTests {
  private let data = [
    "--features", "big.csv", "--header", "--group-by", "id", "--missing", "NA", "--label-column", "3",
    "--align", "end",
  ]

  private func writeData(into scratch: TestDirectory) throws {
    scratch.write("id,x,y,c\na,1,2,0\na,2,NA,0\na,4,8,1\nb,3,1,1\nb,9,,0\n", to: "big.csv")
  }

  @Test func groupsOfRowsAreSequencesAndTheKeyIsNotAFeature() throws {
    let scratch = TestDirectory()
    scratch.write("7,1,0\n7,2,1\n8,5,0\n", to: "big.csv")
    let inspect = ["inspect", "--features", "big.csv", "--group-by", "0", "--label-column", "2"]
    let text = try results(
      inspect + ["--epoch", "0", "--order", "file"] + ["--align", "start"], in: scratch)
    #expect(text.contains("  1: example 1, big.csv:3-3\n"))
    #expect(
      try results(inspect + ["--explain", "0,1,0", "--align", "start"], in: scratch)
        == "big.csv:2:3 (byte 8): \"2\", column \"1\" -> 2.0\n")
    scratch.write("7,1\n8,2\n7,3\n", to: "bad.csv")
    let run = try timestep(["inspect", "--features", "bad.csv", "--group-by", "0"], in: scratch)
    #expect(run.exitCode == 1 && run.error.hasPrefix("bad.csv:3"), "\(run.error)")
    scratch.write("1\n2\n==\n3\n", to: "parts.csv")
    #expect(
      try results(
        ["inspect", "--features", "parts.csv", "--separator", "==", "--align", "start"], in: scratch
      ).hasPrefix(
        "features: 2 sequences, 1 column, 3 steps\n"))
    #expect(
      try results(
        ["inspect", "--features", "big.csv", "--lines-per-sequence", "2", "--align", "start"], in: scratch
      ).hasPrefix(
        "features: 2 sequences, 3 columns, 3 steps\n"))
  }

  @Test func aModelFileContainsItsTransforms() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let transforms = ["--transform", "fill:rule=mean", "--transform", "log:columns=x"]
    try results(
      ["train", "--model", "m", "--classes", "2", "--normalize", "standardize"] + data + transforms
        + shortTraining,
      in: scratch)
    let figures = try results(
      ["evaluate", "--model", "m", "--json", "--allow-training-data"] + data, in: scratch)
    #expect(figures.contains("\"steps\":5"))
    #expect(
      try results(
        ["inspect", "--explain", "1,0,0", "--regression"] + data + transforms, in: scratch)
        == "big.csv:5:3 (byte 36): \"3\", column \"x\" -> fill missing values: mean [3.8, 3.666666666666667] of [\"x\", "
        + "\"y\"] -> log x of [\"x\"] -> 1.0986123\n")
  }

  @Test func savedBatchesRecordFilledValues() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    try results(
      ["convert", "--output", "o", "--classes", "2", "--transform", "fill:rule=forward"] + data, in: scratch)
    #expect(
      try String(decoding: scratch.bytes(of: "o/batch-000000.safetensors"), as: UTF8.self).contains(
        "observedMask"))
    let run = try timestep(["convert", "--output", "p", "--classes", "2"] + data, in: scratch)
    #expect(
      run.exitCode == 1 && run.error.hasPrefix("big.csv:3:5: field 3 (column \"y\") is a missing value"))
  }

  @Test(arguments: [
    ("lgo", "there is no transform called \"lgo\"; did you mean \"log\"? (\"timestep plugins\" lists them)"),
    ("difference:lag=x", "option \"lag\" must be a whole number, not \"x\""),
  ])
  func unknownTransformsAreUsage(_ call: String, _ problem: String) throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    try expectFailure(
      "Error: --transform \(call): \(problem)",
      ["convert", "--output", "o", "--classes", "2", "--transform", call] + data, in: scratch, exitCode: 64)
  }

  /// Three series of squares, with a class at every step in column 1.
  private func writeSquares(into scratch: TestDirectory) throws {
    for number in 0..<3 {
      let rows = (1...5 + number).map { "\($0 * $0 + 10 * number),\($0 % 2)\n" }
      scratch.write(rows.joined(), to: "s_\(number).csv")
    }
  }

  @Test func windowsAreCutFromTransformedSequences() throws {
    let scratch = TestDirectory()
    try writeSquares(into: scratch)
    let flags = [
      "--features", "s_%d.csv", "--label-column", "1", "--classes", "2", "--transform", "difference",
      "--window", "2,1",
    ]
    // Windows 0, 1, 2 of differences 3, 5, 7, 9: the first row of window 1 knows the row before it.
    #expect(
      try results(["inspect", "--explain", "1,0,0"] + flags, in: scratch)
        == "s_0.csv:3:1 (byte 8): \"9\", column \"0\" -> difference of lag 1, first rows drop of [\"0\"] -> 5.0\n"
    )
    let listed = try results(["inspect", "--epoch", "0", "--order", "file"] + flags, in: scratch)
    #expect(listed.contains("  1: example 1, s_0.csv:3-4\n"), "\(listed)")
    // The cache contains the sequences as read; transforms and windows come after it.
    let train = ["train", "--hidden", "2", "--epochs", "2", "--batch-size", "4"] + flags
    try results(train + ["--model", "a"], in: scratch)
    for split in [[], ["--split", "1,0,0"]] {
      for transform in [[], ["--transform", "clip:from=-1000,to=1000"]] {
        let run = try timestep(
          train + ["--model", "b", "--cache", "c"] + split + transform, in: scratch)
        #expect(run.exitCode == 0 && !run.error.contains("read again"), "\(run.error)")
        if transform.isEmpty {
          // A model says how parts are drawn, whether or not it is of one.
          #expect(try ModelFile(scratch.path("b")).contract?.partKey == .rank)
          #expect(try scratch.bytes(of: "b") == scratch.bytes(of: "a"))
        }
      }
    }
  }

  @Test func windowsHaveTheLabelsOfTheirRows() throws {
    let scratch = TestDirectory()
    scratch.write("1\n4\nx\n9\n16\n25\n", to: "w_0.csv")
    scratch.write("0\n1\n2\n3\n4\n5\n", to: "v_0.csv")
    let flags = [
      "--features", "w_%d.csv", "--labels", "v_%d.csv", "--classes", "6", "--on-error", "skip-row",
      "--transform",
      "difference", "--window", "2,1",
    ]
    // Differences 3, 5, 7, 9 of the rows 1, 3, 4, 5.
    try results(["convert", "--output", "o"] + flags, in: scratch)
    let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
    let classes = (0..<3).map { example in
      (0..<2).map { step in (0..<6).first { batch.labels?[example, $0, step] == 1 } }
    }
    let features = (0..<3).map { example in (0..<2).map { step in batch.features[example, 0, step] } }
    #expect(features == [[3, 5], [5, 7], [7, 9]])
    #expect(classes == [[1, 3], [3, 4], [4, 5]])
    try expectFailure(
      "Error: transform lags: first must be a number, not \"x\"",
      ["inspect", "--plan"] + flags + ["--transform", "lags:first=x"], in: scratch, exitCode: 64)
  }

  @Test func remainingMissingValuesAreAnError() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let run = try timestep(
      ["convert", "--output", "p", "--classes", "2", "--transform", "fill:columns=x"] + data, in: scratch)
    #expect(
      run.error
        == "big.csv:3:5: column \"y\" is a missing value after all transforms: expected a number; fill it (--transform "
        + "fill), or leave the sequence out\n")
  }

  /// Rows were skipped before the location that is named and explained.
  @Test func locationsAccountForSkippedRows() throws {
    let scratch = TestDirectory()
    scratch.write("1,0\nx,1\n3,0\n-4,1\n50,0\n", to: "g_0.csv")
    let flags = ["--features", "g_%d.csv", "--label-column", "1", "--classes", "2", "--on-error", "skip-row"]
    #expect(
      try results(["inspect", "--explain", "0,1,0", "--transform", "difference"] + flags, in: scratch)
        == "g_0.csv:4:1 (byte 12): \"-4\", column \"0\" -> difference of lag 1, first rows drop of [\"0\"] -> -7.0\n"
    )
    #expect(
      try results(
        ["inspect", "--explain", "1,1,0", "--transform", "difference", "--window", "2,1"] + flags, in: scratch
      )
        == "g_0.csv:5:1 (byte 17): \"50\", column \"0\" -> difference of lag 1, first rows drop of [\"0\"] -> 54.0\n"
    )
    let run = try timestep(["convert", "--output", "p", "--transform", "log"] + flags, in: scratch)
    #expect(
      run.error.hasPrefix(
        "g_0.csv:4:1: column \"0\": log x of [\"0\"]: expected a number above 0, found -4.0"))
    scratch.write("1,0\nx,1\n3,7\n", to: "k_0.csv")
    let classes = try timestep(
      ["convert", "--output", "p", "--classes", "2", "--label-column", "1"] + [
        "--features", "k_%d.csv", "--on-error", "skip-row",
      ], in: scratch)
    #expect(classes.error.hasPrefix("k_0.csv:3:3: field 2: class \"7\" is not below the class count"))
    scratch.write("0\n1\n", to: "l_0.csv")
    let files = try timestep(
      [
        "convert", "--output", "p", "--features", "g_%d.csv", "--labels", "l_%d.csv", "--regression",
        "--align", "end", "--on-error", "skip-row", "--transform", "difference",
      ], in: scratch)
    #expect(
      files.error
        == "l_0.csv: its labels cannot be assigned to the rows of g_0.csv: expected as many labels as rows, 5 rows, 4 after "
        + "the policy, 3 left, found 2 rows; give every row its label, or the series one label; if the first lines of the "
        + "label file are not labels, say so (--label-skip-lines N)\n"
    )
  }
}
