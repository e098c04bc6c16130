import Testing

/// Many sequences in one file, missing values and transforms on the command line.
struct TransformFlagsTests {
  private let data = [
    "--features", "big.csv", "--header", "--group-by", "id", "--missing", "NA", "--label-column", "3",
    "--align", "end",
  ]

  private func writeData(into scratch: Scratch) throws {
    try scratch.write("id,x,y,c\na,1,2,0\na,2,NA,0\na,4,8,1\nb,3,1,1\nb,9,,0\n", to: "big.csv")
  }

  @Test func groupsOfRowsAreSequencesAndTheKeyIsNoFeature() throws {
    let scratch = try Scratch()
    try scratch.write("7,1,0\n7,2,1\n8,5,0\n", to: "big.csv")
    let inspect = ["inspect", "--features", "big.csv", "--group-by", "0", "--label-column", "2"]
    let text = try results(
      inspect + ["--epoch", "0", "--order", "file"] + ["--align", "start"], in: scratch)
    #expect(text.contains("  1: example 1, big.csv:3-3\n"))
    #expect(
      try results(inspect + ["--explain", "0,1,0", "--align", "start"], in: scratch)
        == "big.csv:2:3 (byte 8): \"2\", column \"1\" -> 2.0\n")
    try scratch.write("7,1\n8,2\n7,3\n", to: "bad.csv")
    let run = try timestep(["inspect", "--features", "bad.csv", "--group-by", "0"], in: scratch)
    #expect(run.exitCode == 1 && run.error.hasPrefix("bad.csv:3"), "\(run.error)")
    try scratch.write("1\n2\n==\n3\n", to: "parts.csv")
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

  @Test func aModelTakesItsTransformsAlong() throws {
    let scratch = try Scratch()
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
    let predict = try timestep(["predict", "--model", "m"], in: scratch)
    #expect(
      predict.exitCode == 1
        && predict.error.hasPrefix("m: cannot predict row by row: its features are transformed"))
  }

  @Test func savedBatchesSayWhatWasFilledIn() throws {
    let scratch = try Scratch()
    try writeData(into: scratch)
    try results(
      ["convert", "--output", "o", "--classes", "2", "--transform", "fill:rule=forward"] + data, in: scratch)
    #expect(
      try String(decoding: scratch.bytes("o/batch-000000.safetensors"), as: UTF8.self).contains(
        "observedMask"))
    let run = try timestep(["convert", "--output", "p", "--classes", "2"] + data, in: scratch)
    #expect(
      run.exitCode == 1 && run.error.hasPrefix("big.csv:3:5: field 3 (column \"y\") is a missing value"))
  }

  @Test(arguments: [
    ("lgo", "there is no transform called \"lgo\"; did you mean \"log\"? (\"timestep plugins\" lists them)"),
    ("difference:lag=x", "option \"lag\" wants a whole number, not \"x\""),
  ])
  func unknownTransformsAreUsage(_ call: String, _ problem: String) throws {
    let scratch = try Scratch()
    try writeData(into: scratch)
    try expectFailure(
      "Error: --transform \(call): \(problem)",
      ["convert", "--output", "o", "--classes", "2", "--transform", call] + data, in: scratch, exitCode: 64)
  }
}
