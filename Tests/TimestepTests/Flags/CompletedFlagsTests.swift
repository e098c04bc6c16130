import TestSupport
import Testing

/// Flags of `evaluate` that the model knows already, and flags that contradict it.
@Suite(.startsProcesses) struct CompletedFlagsTests {
  private let scratch = TestDirectory()
  private let evaluate = ["evaluate", "--model", "m", "--features", "f_%d.csv", "--json"]

  private func trained(_ flags: [String], named: Bool = true) throws -> [String] {
    for number in 0..<3 {
      let rows = (0..<3).map { "\($0),t\($0),\(["sun", "rain"][$0 % 2]),\($0 + number),\($0 % 2)\n" }
      scratch.write((named ? "a,b,sky,c,y\n" : "") + rows.joined(), to: "f_\(number).csv")
    }
    return try results(
      ["train", "--model", "m", "--features", "f_%d.csv"] + flags + shortTraining, in: scratch
    ).split(separator: "\n").map(String.init)
  }

  @Test(arguments: [
    ["--drop-columns", "b"], ["--keep-columns", "c,sky,a,y"],
    ["--drop-columns", "b", "--transform", "one-hot:columns=sky"],
  ])
  func headersAndColumnsAreThoseOfTheModel(flags: [String]) throws {
    let form = ["--header", "--category", "sky", "--label-column", "y"] + flags
    _ = try trained(form + ["--classes", "2"])
    let figures = try results(evaluate + form, in: scratch)
    #expect(try results(evaluate + ["--label-column", "y"], in: scratch) == figures)
    #expect(try results(evaluate + ["--label-column", "@4", "--header"], in: scratch) == figures)
    // Files with other columns are not those of the model.
    for number in 0..<3 {
      scratch.write("a,sky,c,new,y\n1,sun,2,3,0\n", to: "f_\(number).csv")
    }
    #expect(try timestep(evaluate + ["--label-column", "y"], in: scratch).exitCode == 1)
  }

  @Test func columnsWithoutNames() throws {
    let form = ["--drop-columns", "1,2", "--label-column", "4"]
    _ = try trained(form + ["--classes", "2"], named: false)
    let figures = try results(evaluate + form, in: scratch)
    #expect(try results(evaluate + ["--label-column", "4"], in: scratch) == figures)
  }

  @Test func contradictionsAreErrors() throws {
    let form = ["--header", "--category", "sky", "--drop-columns", "b", "--label-column", "y"]
    _ = try trained(form + ["--classes", "2", "--transform", "map:function=abs,columns=a"])
    let same = try results(evaluate + form, in: scratch)
    #expect(
      try results(evaluate + form + ["--transform", "map:function=abs,columns=a"], in: scratch) == same)
    try expectFailure(
      "Error: --transform contradicts the model: it was trained with \"absolute value of [\"a\"]\", the flags say "
        + "\"exponential of [\"a\"]\"; "
        + "leave out --transform",
      evaluate + form + ["--transform", "map:function=exp,columns=a"], in: scratch, exitCode: 64)
    let unknown = try timestep(evaluate + form + ["--transform", "nosuch"], in: scratch)
    #expect(unknown.exitCode == 64 && unknown.firstLine.contains("there is no transform called \"nosuch\""))
    let other = try timestep(evaluate + form + ["--unknown-category", "other"], in: scratch)
    #expect(
      other.exitCode == 1
        && other.error.hasPrefix("m: does not fit the data: the model requires column \"sky\" to be "),
      "\(other.error)")
    #expect(try results(evaluate + form + ["--unknown-category", "error"], in: scratch) == same)
  }

  /// What a fitted transform learned is no contradiction: the flags cannot say it.
  @Test func fittedTransformsAreComparedBeforeTheyAreFitted() throws {
    try writeSmallData(into: scratch)
    scratch.write("1,2\n,4\n", to: "f_1.csv")
    let flags = smallData + ["--transform", "fill:rule=mean"]
    try results(["train", "--model", "m"] + flags + shortTraining, in: scratch)
    scratch.write("9,2\n,4\n", to: "f_1.csv")
    let allowed = ["evaluate", "--model", "m", "--allow-training-data"]
    #expect(try results(allowed + flags, in: scratch) == results(allowed + smallData, in: scratch))
  }

  @Test func iteratorsThatContradictAFlag() throws {
    try writeSmallData(into: scratch)
    try results(["convert", "--output", "o"] + smallData, in: scratch)
    let train = ["train", "--model", "m", "--iterator", "saved:path=o"] + shortTraining
    try results(train + ["--classes", "2", "--align", "equal"], in: scratch)
    try expectFailure(
      "Error: --iterator saved:path=o: the batches contain 2 classes, --classes says 3; leave the flag out",
      train + ["--classes", "3"], in: scratch, exitCode: 64)
  }

  @Test func backslashesOfOptionsStay() throws {
    for number in 0..<3 { scratch.write("1\t2\n3\t4\n", to: "f_\(number).csv") }
    let output = try results(
      ["inspect", "--features", "f_%d.csv", "--reader", "csv:delimiter=\\t"], in: scratch)
    #expect(output.hasPrefix("features: 3 sequences, 2 columns, 6 steps\n"))
  }

  @Test func aTrainerThatCanBeSavedNeedsAFile() throws {
    try writeSmallData(into: scratch)
    try expectFailure(
      "Error: --model is missing: name the file to write, since \"network\" can be saved",
      ["train", "--trainer", "network:hidden=2"] + smallData, in: scratch, exitCode: 64)
  }
}
