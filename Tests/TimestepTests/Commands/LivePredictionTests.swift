import TestSupport
import Testing
import Timestep

/// `predict` of rows of many series at once.
@Suite(.startsProcesses) struct LivePredictionTests {
  private let scratch = TestDirectory()

  /// A model of the columns a and b of a file with the columns id, a, b and kind.
  private func trained(_ flags: [String] = []) throws {
    var text = "id,a,b,kind\n"
    for id in 0..<4 {
      for step in 0..<5 { text += "u\(id),\(step * id % 3),\(step),\(step % 2 == 0 ? "low" : "high")\n" }
    }
    scratch.write(text, to: "all.csv")
    try results(
      [
        "train", "--model", "m", "--features", "all.csv", "--header", "--group-by", "id", "--label-column",
        "kind",
        "--label-categories", "low,high", "--normalize", "standardize",
      ] + flags + shortTraining, in: scratch)
  }

  private func predict(_ rows: String, _ flags: [String] = []) throws -> FinishedCommand {
    scratch.write(rows, to: "rows")
    return try timestep(["predict", "--model", "m"] + flags, in: scratch, input: scratch.path("rows"))
  }

  /// Rows of several keys, mixed in many ways, give what each key's rows give alone.
  @Test(arguments: [[], ["--transform", "difference:first=0"], ["--transform", "lags:count=1,first=0"]])
  func everyKeyHasItsOwnState(flags: [String]) throws {
    try trained(flags)
    let keys = ["x", "y", "a \"b\", c"]
    let rows = keys.indices.map { key in (0..<6).map { "\(($0 + key) % 3),\($0 * key)" } }
    let alone = try rows.map { try predict($0.joined(separator: "\n") + "\n").output.split(separator: "\n") }
    var random = SplitMix(state: 1)
    for _ in 0..<4 {
      var (next, text, expected) = ([0, 0, 0], "", "")
      while let key = keys.indices.filter({ next[$0] < 6 }).randomElement(using: &random) {
        let field = key == 2 ? "\"a \"\"b\"\", c\"" : keys[key]
        text += "\(field),\(rows[key][next[key]])\n"
        expected += "\(field),\(alone[key][next[key]])\n"
        next[key] += 1
      }
      #expect(try predict(text, ["--group-by", "id"]).output == expected)
      // The header of predictions names the key and the classes.
      #expect(try predict(text, ["--group-by", "id", "--header-out"]).output == "id,low,high\n" + expected)
    }
  }

  @Test func rowsMayHaveAllColumnsInAnyOrder() throws {
    try trained()
    let expected = try predict("k,1,2\nl,0,1\nk,2,2\n", ["--group-by", "id"]).output
    #expect(expected.split(separator: "\n").map { String($0.prefix(2)) } == ["k,", "l,", "k,"])
    #expect(try predict("k,1,2,low\nl,0,1,?\nk,2,2,high\n", ["--group-by", "id"]).output == expected)
    #expect(try predict("k,1,2\nl,0,1\nk,2,2\n", ["--group-by", "@0"]).output == expected)
    #expect(
      try predict("b,more,id,a\n2,9,k,1\n1,9,l,0\n2,9,k,2\n", ["--group-by", "id", "--header"]).output
        == expected)
    let composite = try predict("b,s,id,a\n2,9,k,1\n1,9,k,0\n", ["--group-by", "id,s", "--header"]).output
    #expect(composite.split(separator: "\n").allSatisfy { $0.hasPrefix("k,9,") })
    let missing = try predict("a,b\n1,2\n", ["--group-by", "id", "--header"])
    #expect(
      missing.exitCode == 1 && missing.error.contains("expected \"a\", \"b\", \"id\", found \"a\", \"b\""),
      "\(missing.error)")
    let empty = try predict("k,1,2\n,0,1\nk,2,2\n", ["--group-by", "id"])
    #expect(empty.exitCode == 1 && empty.output.split(separator: "\n").count == 2)
    #expect(
      empty.error.hasPrefix(
        "standard input:2:1: the key of the series is empty: expected a text in column \"id\""),
      "\(empty.error)")
  }

  /// A position is that of a column of the training's files, with and without their columns of labels.
  @Test(arguments: [true, false]) func positionsAreThoseOfTheFiles(hasHeader: Bool) throws {
    let header = hasHeader ? ["--header"] : []
    func rows(_ columns: [Int]) -> String {
      (0..<12).map { number in
        let all = [
          "\(number % 2)", "\(number * 5 % 7)", "\(number % 3 + 20)", "\(number)", "\(number * number % 5)",
        ]
        return columns.map { all[$0] }.joined(separator: ",") + "\n"
      }.joined()
    }
    func file(_ columns: [Int]) -> String {
      (hasHeader ? columns.map { ["z", "c", "g", "b", "a"][$0] }.joined(separator: ",") + "\n" : "")
        + rows(columns)
    }
    scratch.write(file([0, 1, 2, 3, 4]), to: "all.csv")
    scratch.write(file([1, 2, 3, 4]), to: "unlabelled.csv")
    try results(
      [
        "train", "--model", "m", "--features", "all.csv", "--group-by", "@2", "--sort", "--drop-columns",
        "@1",
        "--label-column", "@0", "--regression",
      ] + header + shortTraining, in: scratch)
    let flags = ["--group-by", "@2"]
    let expected = try predict(rows([0, 1, 2, 3, 4]), flags)
    #expect(expected.exitCode == 0 && expected.output.split(separator: "\n").count == 12, "\(expected.error)")
    for columns in [[1, 2, 3, 4], [2, 3, 4]] {
      #expect(try predict(rows(columns), flags).output == expected.output, "\(columns)")
    }
    guard hasHeader else { return }
    for columns in [[0, 1, 2, 3, 4], [1, 2, 3, 4], [2, 3, 4], [4, 3, 2]] {
      let run = try predict(file(columns), flags + header)
      #expect(run.output == expected.output, "\(columns) \(run.error)")
    }
    let other = try predict(file([4, 2, 3, 0]), flags + header)
    #expect(
      other.exitCode == 1 && other.error.contains("@2 could mean two columns: expected one, found \"g\""),
      "\(other.error)")
    func saved(_ name: String, _ flags: [String] = []) throws -> String {
      try results(
        ["predict", "--model", "m", "--features", name, "--output", "p.csv", "--overwrite"] + flags,
        in: scratch)
      return String(decoding: try scratch.bytes(of: "p.csv"), as: UTF8.self)
    }
    let all = try saved("all.csv").replacing("all", with: "unlabelled")
    let unlabelled = try saved("unlabelled.csv")
    #expect(all.contains("20,") && all == unlabelled)
    #expect(try saved("unlabelled.csv", ["--group-by", "@1"]) == all)
  }

  /// Attributes come after the columns that the model needs, or after all columns of the files.
  @Test func attributesFollowAllColumns() throws {
    var table = "key,label,age\n"
    for number in 0..<3 {
      scratch.write("st,a,b\ns,1,10\ns,2,2\(number)\n", to: "f_\(number).csv")
      table += "f_\(number),\(number % 2),\(20 + number)\n"
    }
    scratch.write(table, to: "t.csv")
    try results(
      [
        "train", "--model", "m", "--features", "f_%d.csv", "--header", "--drop-columns", "st",
        "--label-table",
        "t.csv",
        "--classes", "2", "--static", "age",
      ] + shortTraining, in: scratch)
    let expected = try predict("1,10,30\n2,20,30\n").output
    #expect(expected.split(separator: "\n").count == 2)
    #expect(try predict("s,1,10,30\ns,2,20,30\n").output == expected)
    #expect(try predict("1,10\n").error.contains("expected 3 or 4, found 2"))
  }

  /// Rows may be without the column of the label of the whole series.
  @Test func aLabelOfTheSeriesMayBeMissing() throws {
    let rows = (0..<4).flatMap { id in (0..<5).map { "u\(id),\($0 * id % 3),\($0),k\(id % 2)\n" } }
    scratch.write("id,a,b,kind\n" + rows.joined(), to: "all.csv")
    try results(
      [
        "train", "--model", "m", "--features", "all.csv", "--header", "--group-by", "id", "--label-column",
        "kind",
        "--label-once",
      ] + shortTraining, in: scratch)
    let expected = try predict("1,2\n0,1\n").output
    #expect(expected.split(separator: "\n").count == 2)
    for all in ["x,1,2,k0\ny,0,1,k1\n", "x,1,2\ny,0,1\n"] { #expect(try predict(all).output == expected) }
  }

  /// The key may come first, before all columns of the files.
  @Test func aKeyOfItsOwnIsBeforeAllColumns() throws {
    scratch.write("a,b,z\n1,2,0\n2,1,1\n3,5,0\n", to: "f_0.csv")
    try results(
      ["train", "--model", "m", "--features", "f_%d.csv", "--header", "--label-column", "z", "--regression"]
        + shortTraining, in: scratch)
    let expected = try predict("s,1,2\nt,2,3\ns,3,1\n", ["--group-by", "sensor"])
    #expect(expected.exitCode == 0, "\(expected.error)")
    #expect(
      try predict("s,1,2,9\nt,2,3,9\ns,3,1,9\n", ["--group-by", "sensor"]).output == expected.output)
    #expect(try predict("1,2,9,s\n2,3,9,t\n3,1,9,s\n", ["--group-by", "@3"]).output == expected.output)
  }

  /// A further key is rejected by name, and no state is dropped; an empty line ends all series.
  @Test func streamsAreBounded() throws {
    try trained()
    let flags = ["--group-by", "id", "--streams", "2"]
    let whole = try predict("k,1,2\nl,0,1\nk,2,2\nl,1,1\n", flags)
    let run = try predict("k,1,2\nl,0,1\nm,5,5\nk,2,2\nl,1,1\n", flags)
    #expect(run.exitCode == 1 && run.output == whole.output && whole.exitCode == 0)
    #expect(
      run.error
        == "standard input:3: m would be one series more than can be kept: expected at most 2 at a time, found another one; "
        + "allow more (--streams N), or end all of them with an empty line\n", "\(run.error)")
    let ended = try predict("k,1,2\nl,0,1\n\nm,1,2\nk,1,2\n", flags)
    let lines = ended.output.split(separator: "\n").map { $0.dropFirst(2) }
    #expect(ended.exitCode == 0 && lines[2] == lines[0] && lines[3] == lines[0])
    for (flags, problem) in [
      (["--streams", "2"], "--streams requires --group-by"),
      (["--group-by", "id", "--streams", "0"], "at least 1 series"),
      (["--group-by", "@file"], "rows of standard input are in no file"),
    ] {
      let run = try predict("k,1,2\n", flags)
      #expect(run.exitCode == 64 && run.error.contains(problem), "\(run.error)")
    }
  }

  /// Every series is continued, in the order in which they began.
  @Test func allSeriesAreContinued() throws {
    try trained()
    let steps = ["--steps", "3"]
    let alone = try ["1,2\n0,1\n", "2,2\n"].map { try predict($0, steps).output.split(separator: "\n") }
    let run = try predict("k,1,2\nl,2,2\nk,0,1\n", ["--group-by", "id"] + steps)
    let expected = [
      "k,\(alone[0][0])", "l,\(alone[1][0])", "k,\(alone[0][1])", "k,\(alone[0][2])", "l,\(alone[1][1])",
      "l,\(alone[1][2])",
    ]
    #expect(run.output.split(separator: "\n").map(String.init) == expected)
  }

  /// A row that cannot be predicted changes nothing of its series, or of others.
  @Test func aFaultyRowChangesNothing() throws {
    try trained()
    let good = try predict("k,1,2\nl,0,1\nk,2,2\n", ["--group-by", "id"])
    let bad = try predict("k,1,2\nl,0,1\nk,x,2\nk,1e30\nk,2,2\n", ["--group-by", "id"])
    #expect(bad.output == good.output && bad.exitCode == 1)
    #expect(
      bad.error.split(separator: "\n").map { String($0.prefix(17)) } == [
        "standard input:3:", "standard input:4:",
      ])
  }

  /// Without the flag, all rows are of one series, which is said of a model of groups.
  @Test func rowsWithoutKeysAreOfOneSeries() throws {
    try trained()
    let run = try predict("1,2\n0,1\n")
    #expect(run.exitCode == 0)
    #expect(
      run.error
        == "all rows up to an empty line are taken for one series, whatever their id: --group-by id keeps a state for each\n",
      "\(run.error)")
    #expect(try predict("k,1,2\n", ["--group-by", "id"]).error == "")
  }
}
