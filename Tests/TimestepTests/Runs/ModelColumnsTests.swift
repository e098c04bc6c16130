import TestSupport
import Testing

/// A model finds the columns of its training in other files, whatever else these have.
@Suite(.startsProcesses) struct ModelColumnsTests {
  private let scratch = TestDirectory()

  /// Writes three files with some of the columns st, a, b, k and y, in this order.
  private func write(_ columns: [String], to directory: String) {
    for number in 0..<3 {
      let rows = (0..<4).map { step in
        columns.map { name in
          switch name {
          case "a": "\(step)"
          case "b": "\((step * 5 + number) % 7)"
          case "y": "\((step + number) % 2)"
          default: "\(name)\(step % 2)"
          }
        }.joined(separator: ",") + "\n"
      }
      scratch.write(
        columns.joined(separator: ",") + "\n" + rows.joined(), to: "\(directory)/f_\(number).csv")
    }
  }

  private func train(_ flags: [String]) throws {
    try results(["train", "--model", "m", "--header"] + flags + shortTraining, in: scratch)
  }

  private func predictions(_ flags: [String]) throws -> FinishedCommand {
    try timestep(["predict", "--model", "m"] + flags, in: scratch)
  }

  /// Columns in any order, further ones that flags drop, and files without those that the training left out, are the same
  /// data.
  @Test func anyOrderIsThatOfTheModel() throws {
    write(["st", "a", "b", "k", "y"], to: "d")
    try train(["--features", "d", "--drop-columns", "st,k", "--label-column", "y", "--classes", "2"])
    let expected = try predictions(["--features", "d"]).output
    #expect(expected.split(separator: "\n").count == 13)
    let evaluation = ["evaluate", "--model", "m", "--json", "--allow-training-data"]
    let figures = try results(evaluation + ["--features", "d"], in: scratch)
    var random = SplitMix(state: 19)
    for trial in 0..<12 {
      let columns = (["a", "b"] + ["st", "k", "y", "new"].filter { _ in Bool.random(using: &random) })
        .shuffled(using: &random)
      let isInOrder = columns.filter { ["a", "b"].contains($0) } == ["a", "b"]
      write(columns, to: "d\(trial)")
      let flags =
        ["--features", "d\(trial)"] + (columns.contains("new") ? ["--drop-columns", "new"] : [])
      let byName = try predictions(flags + ["--columns-by-name"])
      #expect(byName.output == expected, "\(columns): \(byName.error)")
      if columns.contains("y") {
        #expect(try results(evaluation + flags + ["--columns-by-name"], in: scratch) == figures, "\(columns)")
      }
      let byPlace = try predictions(flags)
      #expect(isInOrder ? byPlace.output == expected : byPlace.exitCode == 1, "\(columns)")
      #expect(
        isInOrder
          || byPlace.error
            == "d\(trial)/f_0.csv:1: the columns have another order than in the training data: expected \"a\", \"b\", "
            + "found \"b\", \"a\"; find them by name (--columns-by-name)\n",
        "\(byPlace.error)")
      guard columns.contains("new") else { continue }
      let unknown = try predictions(["--features", "d\(trial)", "--columns-by-name"])
      #expect(unknown.exitCode == 1 && unknown.error.contains("(--drop-columns=new)"), "\(unknown.error)")
    }
  }

  /// New names of columns that the training left out, or of labels, matter only where these columns are.
  @Test func newNamesOfOtherColumns() throws {
    write(["st", "a", "b", "k", "y"], to: "d")
    write(["a", "b"], to: "e")
    try train([
      "--features", "d", "--drop-columns", "st,kind", "--label-column", "state", "--classes", "2", "--rename",
      "k=kind", "--rename", "y=state", "--rename", "b=B",
    ])
    let expected = try predictions(["--features", "d"]).output
    #expect(expected.split(separator: "\n").count == 13)
    let without = try predictions(["--features", "e"])
    #expect(without.output == expected, "\(without.error)")
  }

  /// Of a model whose files had features alone, columns are found by name too; files may have the keys of several series.
  @Test func filesOfFeaturesAlone() throws {
    write(["a", "b"], to: "d")
    write(["b", "a"], to: "e")
    for number in 0..<3 { scratch.write("kind\n\(number % 2)\n", to: "l/f_\(number).csv") }
    try train(["--features", "d", "--labels", "l", "--align", "end", "--classes", "2"])
    let expected = try predictions(["--features", "d"]).output
    #expect(expected.split(separator: "\n").count == 4)
    #expect(try predictions(["--features", "e", "--columns-by-name"]).output == expected)
    #expect(try predictions(["--features", "e"]).error.contains("(--columns-by-name)"))
    let rows = (0..<3).flatMap { number in
      (0..<4).map { "f_\(number),\($0),\(($0 * 5 + number) % 7)\n" }
    }
    scratch.write("id,a,b\n" + rows.joined(), to: "all.csv")
    let grouped = try predictions(["--features", "all.csv", "--group-by", "id"])
    #expect(grouped.output == expected.replacing("f_", with: "all:f_"), "\(grouped.error)")
  }

  /// Held-out files of a training, and a further training, too.
  @Test func heldOutFilesMayHaveAnotherOrder() throws {
    write(["st", "a", "b", "y"], to: "d")
    write(["y", "b", "st", "a"], to: "e")
    let flags = [
      "--features", "d", "--drop-columns", "st", "--label-column", "y", "--classes", "2",
      "--allow-training-data", "--validation-features",
    ]
    let figures = try ["d", "e"].map { name in
      try train(flags + [name, "--columns-by-name", "--overwrite"])
      return try results(
        ["evaluate", "--model", "m", "--features", name, "--json", "--allow-training-data"], in: scratch)
    }
    #expect(figures[0] == figures[1])
    let further = [
      "train", "--from", "m", "--model", "n", "--header", "--features", "e", "--drop-columns", "st",
      "--label-column", "y", "--epochs", "1",
    ]
    let refused = try timestep(further, in: scratch)
    #expect(
      refused.exitCode == 1
        && refused.error.contains(
          "read the columns in its order (--keep-columns a,b,y), or train it on data of the same form"),
      "\(refused.error)")
    try results(
      further.filter { $0 != "--drop-columns" && $0 != "st" } + ["--keep-columns", "a,b,y"], in: scratch)
  }

  /// Joined files are without the columns that the training left out, and may be without labels.
  @Test(arguments: [[], ["--rename", "y=state"], ["--rename", "k=kind"]])
  func joinedFiles(renaming: [String]) throws {
    for number in 0..<3 {
      scratch.write("a,y,k\n1,u,x\n2,v,x\n\(number),u,x\n", to: "acc_\(number).csv")
      scratch.write("b,k,l\n1,x,z\n2,x,z\n\(number),x,z\n", to: "gyr_\(number).csv")
      scratch.write("a\n1\n2\n\(number)\n", to: "n/acc_\(number).csv")
      scratch.write("b,l\n1,z\n2,z\n\(number),z\n", to: "n/gyr_\(number).csv")
    }
    let label = renaming == ["--rename", "y=state"] ? "state" : "y"
    let dropped = renaming == ["--rename", "k=kind"] ? "acc_kind,gyr_kind,l" : "acc_k,gyr_k,l"
    try train(
      [
        "--features", "acc_%d.csv", "--features", "gyr_%d.csv", "--label-column", label, "--label-categories",
        "u,v", "--drop-columns", dropped,
      ] + renaming)
    let evaluation = try timestep(
      [
        "evaluate", "--model", "m", "--features", "acc_%d.csv", "--features", "gyr_%d.csv",
        "--allow-training-data",
      ], in: scratch)
    #expect(evaluation.exitCode == 0, "\(evaluation.error)")
    let expected = try predictions(["--features", "acc_%d.csv", "--features", "gyr_%d.csv"])
    #expect(expected.output.split(separator: "\n").count == 10, "\(expected.error)")
    let unlabelled = try predictions(["--features", "n/acc_%d.csv", "--features", "n/gyr_%d.csv"])
    #expect(unlabelled.output == expected.output, "\(unlabelled.error)")
    try expectFailure(
      "Error: --keep-columns a: expected a column of every --features, found none of gyr: name one, or leave out these files",
      [
        "convert", "--features", "acc_%d.csv", "--features", "gyr_%d.csv", "--header", "--keep-columns", "a",
        "--output", "o",
      ], in: scratch, exitCode: 64)
  }

  /// The label of a whole series is read from the files that have it.
  @Test func joinedFilesWithALabelOfTheSeries() throws {
    for number in 0..<4 {
      let label = ["run", "sit"][number % 2]
      scratch.write("lab,x\n\(label),1.\(number)\n\(label),2.\(number)\n", to: "acc_\(number).csv")
      scratch.write("y\n5\n7\n", to: "gyr_\(number).csv")
    }
    let files = ["--features", "acc_%d.csv", "--features", "gyr_%d.csv"]
    try train(files + ["--label-column", "lab", "--label-once"])
    let run = try timestep(["evaluate", "--model", "m", "--allow-training-data"] + files, in: scratch)
    #expect(run.exitCode == 0 && run.output.contains("of 4 series"), "\(run.output) \(run.error)")
  }
}
