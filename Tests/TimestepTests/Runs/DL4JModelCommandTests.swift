import TestSupport
import Testing
import Timestep

/// The commands on models that Deeplearning4j wrote.
@Suite(.startsProcesses) struct DL4JModelCommandTests {
  private let folder = DL4JIndex.folder
  private let scratch = TestDirectory()

  private func model(_ name: String) -> String { "\(folder)/\(name).zip" }

  private func data(_ labels: String) -> [String] {
    ["--features", "\(folder)/csv/x_%d.csv", "--labels", "\(folder)/csv/\(labels)_%d.csv", "--align", "end"]
  }

  /// The rows of a table, without its header.
  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
  }

  /// `train --from` continues as Deeplearning4j does: with its updater, and the memory of it.
  @Test(arguments: [("lstm", 5e-7), ("nesterovs", 5e-7), ("adam", 1e-5), ("rmsprop", 5e-7)])
  func trainingContinues(name: String, bound: Double) throws {
    let run = try timestep(
      ["train", "--from", model("networks/\(name)"), "--classes", "3", "--epochs", "1", "--batch-size", "5"]
        + ["--order", "file", "--model", "m"] + data("one"), in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    let updater = try #require(DL4JIndex.shared.networks[name]?.updater)
    let rate = try #require(DL4JIndex.shared.networks[name]?.lr)
    #expect(run.error.contains("; \(updater), learning rate \(rate), as the model's\n"), "\(run.error)")
    let network = try ModelFile(scratch.path("m")).network
    let golden = try TensorFileFormat.npz.open("\(folder)/networks/\(name).npz")
    let theirs = try golden.floats("continued.1_W").ordered(.c).elements
    let ours = network[parameter: "layer1.W"].elements
    #expect(zip(ours, theirs).allSatisfy { Double(($0 - $1).magnitude) <= bound }, "\(ours) and \(theirs)")
    #expect(network.iteration == 12)
  }

  /// Flags replace what they name.
  @Test func flagsReplaceSettings() throws {
    func settings(_ flags: [String]) throws -> NetworkConfiguration {
      try results(
        ["train", "--from", model("networks/l1-l2"), "--classes", "3", "--epochs", "1", "--model", "m"]
          + data("one")
          + flags, in: scratch)
      return try ModelFile(scratch.path("m")).network.configuration
    }
    let plain = try settings([])
    #expect(
      plain.updater == .sgd(learningRate: 0.1) && plain.l1 == 0.001 && plain.l2 == 0.01 && plain.seed == 3)
    let other = try settings([
      "--learning-rate", "0.5", "--l2", "0", "--clip", "1", "--tbptt", "4", "--seed", "9",
    ])
    #expect(other.updater == .sgd(learningRate: 0.5) && other.l1 == 0.001 && other.l2 == 0 && other.seed == 9)
    #expect(other.gradientLimit == .elements(1))
    #expect(other.backpropagation == .truncated(forward: 4, backward: 4))
    #expect(try settings(["--updater", "adam"]).updater == .adam(learningRate: 0.001))
  }

  /// Classes that the network has no outputs for get a new output layer, as for models of ours.
  @Test func otherClasses() throws {
    let flags = ["train", "--from", model("networks/lstm"), "--epochs", "1", "--model", "m", "--classes"]
    let same = try timestep(flags + ["3"] + data("one"), in: scratch)
    #expect(same.error.contains("layer 1 (rnnOutput): kept\n"), "\(same.error)")
    let more = try timestep(flags + ["4"] + data("one"), in: scratch)
    #expect(more.error.contains("layer 1 (rnnOutput): new: the classes are 0, 1, 2, 3; "), "\(more.error)")
  }

  /// Their evaluation and ours agree; labels and alignment come from flags.
  @Test func evaluates() throws {
    let json = try results(
      ["evaluate", "--json", "--model", model("networks/lstm")] + data("one"), in: scratch)
    #expect(json.contains("\"accuracy\":0.5714285714285714"), "\(json)")
    let numbers = try timestep(
      ["evaluate", "--model", model("networks/lstm"), "--regression"] + data("one"), in: scratch)
    #expect(numbers.exitCode == 1)
    #expect(
      numbers.error.contains(
        "does not fit the data: the model has class labels, the data regression labels; "))
    let equal = try timestep(
      ["evaluate", "--model", model("networks/lstm")] + data("one").dropLast(2), in: scratch)
    #expect(equal.exitCode == 1 && equal.error.contains("--align end"), "\(equal.error)")
    let columns = try timestep(
      ["evaluate", "--model", model("networks/lstm"), "--drop-columns", "@0"] + data("one"), in: scratch)
    #expect(columns.exitCode == 1)
    #expect(
      columns.error.hasPrefix(
        "\(model("networks/lstm")): does not fit the data: the network has 3 inputs and 3 outputs: expected data of that form, "
          + "found a contract of 2 columns for 3 inputs; "), "\(columns.error)")
  }

  /// An imported model knows the names, and continues as the zip does.
  @Test func importStoresNames() throws {
    let written = try timestep(
      [
        "import", model("networks/adam"), "--keep-columns", "x,y,z", "--label-categories", "a,b,c", "--align",
        "end",
      ]
        + ["--model", "m"], in: scratch)
    #expect(written.exitCode == 0 && written.output == "" && written.error == "written: m (model)\n")
    let file = try ModelFile(scratch.path("m"))
    let contract = try #require(file.contract)
    #expect(contract.columns == ["x", "y", "z"] && contract.alignment == .end)
    #expect(contract.labels == DataContract.Labels(encoding: .oneHot, names: ["a", "b", "c"]))
    #expect(file.origin == .deeplearning4j && file.network.iteration == 9)
    #expect(file.network.configuration == (try ModelFile(model("networks/adam")).network.configuration))
    let survey = try results(["inspect", "--model", "m"], in: scratch)
    #expect(survey.hasPrefix("origin: Deeplearning4j\ncolumns in the files: x, y, z\n"), "\(survey)")
    #expect(survey.contains("  class 1: b\n"))

    // Its files have a header, and classes in words.
    for number in 0..<4 {
      scratch.write("x,y,z\n0.5,\(number),1\n-1,0.25,0\n", to: "f_\(number).csv")
      scratch.write("\(number % 2 == 0 ? "a" : "c")\n", to: "l_\(number).csv")
    }
    let files = ["--features", "f_%d.csv", "--labels", "l_%d.csv"]
    #expect(try results(["evaluate", "--model", "m"] + files, in: scratch).contains("of 4 series"))
    let run = try timestep(
      ["train", "--from", "m", "--model", "n", "--epochs", "1", "--header", "--align", "end"] + files,
      in: scratch)
    #expect(run.error.contains("; adam, learning rate 0.01, as the model's\n"), "\(run.error)")
    #expect(run.error.contains("layer 1 (rnnOutput): kept\n"))
    let table = try results(["predict", "--model", "m", "--features", "f_%d.csv"], in: scratch)
    #expect(table.hasPrefix("key,prediction,a,b,c\nf_0,"), "\(table)")
    #expect(rows(table).count == 4)
  }

  @Test func importOfOtherLabels() throws {
    func labels(_ name: String, _ flags: String...) throws -> DataContract.Labels? {
      try results(["import", model(name), "--model", "m"] + flags, in: scratch)
      return try ModelFile(scratch.path("m")).contract?.labels
    }
    #expect(try labels("networks/regression") == .init(encoding: .values, names: ["0", "1"]))
    #expect(
      try labels("networks/regression", "--label-column", "load,price")
        == .init(encoding: .values, names: ["load", "price"]))
    #expect(try labels("models/dense-between") == .init(encoding: .multiLabel, names: ["0", "1"]))
    #expect(
      try labels("models/dense-between", "--classes", "2") == .init(encoding: .oneHot, names: ["0", "1"]))
    #expect(try labels("networks/lstm", "--regression") == .init(encoding: .values, names: ["0", "1", "2"]))
    #expect(
      try labels("networks/lstm", "--multi-label") == .init(encoding: .multiLabel, names: ["0", "1", "2"]))
  }

  @Test func importsThatAreRefused() throws {
    func expect(_ code: Int32, _ message: String, _ flags: String...) throws {
      let run = try timestep(["import"] + flags, in: scratch)
      #expect(run.exitCode == code, "\(run.error)")
      #expect(run.error.contains(message), "\(run.error)")
    }
    let lstm = model("networks/lstm")
    try expect(
      64, "--classes 4: expected 3 classes, as the network has outputs for, found 4", lstm, "--model", "m",
      "--classes", "4")
    try expect(
      64, "--keep-columns a,b: expected 3 names, one for each input of the network, found 2", lstm, "--model",
      "m",
      "--keep-columns", "a,b")
    try expect(
      64, "--label-column a: expected 3 names, one for each output of the network, found 1", lstm, "--model",
      "m",
      "--label-column", "a")
    try expect(
      64, "--classes and --regression exclude each other", lstm, "--model", "m", "--classes", "3",
      "--regression")
    try expect(
      64, "--label-column and --classes exclude each other: it names numbers", lstm, "--model", "m",
      "--classes", "3",
      "--label-column", "a,b,c")
    try expect(64, "Missing expected argument", "--model", "m")
    try expect(1, "m: cannot be opened: no such file or directory", "m", "--model", "n")
    try results(["import", lstm, "--model", "m"], in: scratch)
    try expect(
      1,
      "m: is a model of Timestep: expected a zip of Deeplearning4j, found what every command takes already; use it as it is",
      "m", "--model", "n")
    scratch.write("text", to: "notes")
    try expect(1, "notes: exists and is not a model, so it is not replaced", lstm, "--model", "notes")
    try results(["import", lstm, "--model", "notes", "--overwrite"], in: scratch)
    scratch.write("PK\u{3}\u{4}and no more", to: "cut.zip")
    try expect(
      1,
      "cut.zip: is not a sound zip archive of a Deeplearning4j model: it has no end of a zip archive's directory",
      "cut.zip", "--model", "n")
    #expect(!scratch.names().contains("n"))
  }

  /// Row by row, and for whole files, predictions are the same; a normalizer is applied.
  @Test func predicts() throws {
    let normalized = model("networks/normalized")
    let file = "\(folder)/csv/x_1.csv"
    let table = rows(try results(["predict", "--model", normalized, "--features", file], in: scratch))
    let stream = try timestep(["predict", "--model", normalized], in: scratch, input: file)
    let lines = stream.output.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(!lines.isEmpty && lines.count == table.count, "\(stream.error)")
    for (step, (row, line)) in zip(table, lines).enumerated() {
      #expect(row[1] == "\(step)")
      for (one, other) in zip(row.suffix(line.count), line) {
        #expect(abs(try #require(Float(one)) - (try #require(Float(other)))) < 1e-6)
      }
    }
    // The columns have no names: a header is skipped.
    scratch.write("a,b,c\n0.5,1,2\n", to: "rows")
    let headed = try timestep(
      ["predict", "--model", normalized, "--header"], in: scratch, input: scratch.path("rows"))
    #expect(headed.exitCode == 0 && headed.output.split(separator: "\n").count == 1, "\(headed.error)")
  }

  /// Networks that need whole series predict for files; a table replaces only a table.
  @Test func predictsForFiles() throws {
    let flags = ["predict", "--model", model("models/last-step"), "--features", "\(folder)/csv/x_%d.csv"]
    try results(flags + ["--output", "p.csv"], in: scratch)
    let text = try scratch.text(of: "p.csv")
    #expect(text.hasPrefix("key,prediction,0,1,2\n"))
    #expect(rows(text).map { $0[0] }.count == 14 && rows(text)[3][0].hasSuffix("3"))
    try results(flags + ["--output", "p.csv"], in: scratch)
    scratch.write("a,b\n", to: "other.csv")
    let refused = try timestep(flags + ["--output", "other.csv"], in: scratch)
    #expect(refused.exitCode == 1)
    #expect(try scratch.text(of: "other.csv") == "a,b\n")
    #expect(
      refused.error.contains("other.csv: exists and is not a table of predictions, so it is not replaced"),
      "\(refused.error)")
    try results(flags + ["--output", "other.csv", "--overwrite"], in: scratch)
    #expect(try scratch.text(of: "other.csv") == text)
    let stopping = try timestep(flags + ["--on-error", "stop"], in: scratch)
    #expect(
      stopping.exitCode == 64
        && stopping.error.contains("--on-error stop: it is about rows of standard input"),
      "\(stopping.error)")
  }

  /// Models of ours are predicted for with what they know of their files: header, columns, labels among them.
  @Test func predictsForFilesOfOurOwnModels() throws {
    for number in 0..<6 {
      scratch.write("t,u,y\n\(number),1,\(number * 2)\n3,\(number),4\n", to: "f_\(number).csv")
      scratch.write("t,u\n\(number),1\n3,\(number)\n", to: "g_\(number).csv")
    }
    try results(
      ["train", "--model", "m", "--features", "f_%d.csv", "--header", "--label-column", "y", "--regression"]
        + ["--normalize", "standardize", "--epochs", "1", "--hidden", "2"], in: scratch)
    let with = try results(["predict", "--model", "m", "--features", "f_%d.csv"], in: scratch)
    let without = try results(["predict", "--model", "m", "--features", "g_%d.csv"], in: scratch)
    #expect(with.hasPrefix("key,step,prediction\nf_0,0,"), "\(with)")
    #expect(
      rows(with).map { $0.dropFirst() } == rows(without).map { $0.dropFirst() } && rows(with).count == 12)
  }
}
