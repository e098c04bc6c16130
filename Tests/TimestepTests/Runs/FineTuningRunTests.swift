import TestSupport
import Testing
import Timestep

/// `train --from` on labels that mean something else: what happens to every layer, as the tables of
/// `Docs/Training.md` say.
@Suite(.startsProcesses) struct FineTuningRunTests {
  private static let examples = 8

  /// Series of one column, whose mean decides their labels: `f_%d.csv`.
  private func writeFeatures(into scratch: TestDirectory) {
    for number in 0..<Self.examples {
      let values = (0...number % 3).map { "\(Float(number) / 4 - 1 + Float($0) / 8)\n" }
      scratch.write(values.joined(), to: "f_\(number).csv")
    }
  }

  private func writeLabels(
    _ name: String, into scratch: TestDirectory, header: String? = nil, _ label: (Int) -> String
  ) {
    for number in 0..<Self.examples {
      scratch.write((header.map { $0 + "\n" } ?? "") + label(number) + "\n", to: "\(name)_\(number).csv")
    }
  }

  private let data = ["--features", "f_%d.csv", "--align", "end"]

  /// The notes about the layers and labels after the model's name, such as `layer 0 (lstm): kept`.
  private func notes(_ flags: [String], in scratch: TestDirectory) throws -> [String] {
    let run = try timestep(
      ["train", "--from", "m", "--model", "n", "--overwrite", "--epochs", "1"] + data + flags, in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    return run.error.split(separator: "\n").filter { $0.hasPrefix("m: ") }.map { String($0.dropFirst(3)) }
  }

  /// The rows of the tables in Docs/Training.md.
  private func documented() throws -> [String] {
    try MappedFile(fixture("../Docs/Training.md")).text().split(separator: "\n").map(String.init)
  }

  /// Held-out data is checked for what the model's numbers were fitted on, whatever the labels are.
  @Test func otherLabelColumnsWithParts() throws {
    let scratch = TestDirectory()
    let rows = (0..<4).map { "\($0),\($0 * 2).5,\($0 % 3)\n" }.joined()
    for number in 0..<10 { scratch.write("a,u,v\n\(number),\(number),1\n" + rows, to: "f_\(number).csv") }
    let data = ["--features", "f_%d.csv", "--header", "--regression", "--epochs", "1"]
    try results(
      ["train", "--model", "m", "--hidden", "2", "--label-column", "u,v", "--normalize", "standardize"]
        + data,
      in: scratch)
    let one = ["--label-column", "u", "--drop-columns", "v", "--split", "6,2,2"]
    let run = try timestep(["train", "--from", "m", "--model", "n"] + data + one, in: scratch)
    #expect(run.exitCode == 1 && run.error.contains("--allow-training-data"), "\(run.error)")
    try results(["train", "--from", "m", "--model", "n", "--allow-training-data"] + data + one, in: scratch)
  }

  /// Labels belong where they did without `--from`.
  @Test func labelsOfSeriesStayAtTheirLastStep() throws {
    let scratch = TestDirectory()
    writeFeatures(into: scratch)
    scratch.write(
      "f,y\n" + (0..<Self.examples).map { "f_\($0),\($0 % 2 == 0 ? "u" : "v")\n" }.joined(), to: "t.csv")
    let table = ["--features", "f_%d.csv", "--label-table", "t.csv", "--epochs", "1"]
    try results(["train", "--model", "m", "--hidden", "2"] + table, in: scratch)
    for flags in [[], ["--on-error", "skip-sequence"]] {
      let run = try timestep(
        ["train", "--from", "m", "--model", "n", "--overwrite"] + table + flags, in: scratch)
      #expect(run.exitCode == 0 && run.error.contains("\(Self.examples) training examples"), "\(run.error)")
      let contracts = try ["m", "n"].map { try ModelFile(scratch.path($0)).contract }
      #expect(contracts[0]?.alignment == .end && contracts[1]?.alignment == .end)
      #expect(contracts[0]?.hasOneLabelPerSeries == true && contracts[1]?.hasOneLabelPerSeries == true)
    }
  }

  @Test(arguments: [[], ["--bidirectional"]])
  func classes(flags: [String]) throws {
    let scratch = TestDirectory()
    writeFeatures(into: scratch)
    let words = ["no", "yes", "maybe"]
    writeLabels("c", into: scratch) { words[$0 % 3] }
    writeLabels("r", into: scratch) { ["nein", "ja", "jein"][$0 % 3] }
    writeLabels("t", into: scratch) { words[$0 % 2] }
    writeLabels("o", into: scratch) { ["no", "yes", "never"][$0 % 3] }
    try results(
      ["train", "--model", "m", "--labels", "c_%d.csv", "--label-categories", "no,yes,maybe"] + data
        + shortTraining + flags, in: scratch)
    let rows: [(labels: String, file: String, categories: String?, output: String, names: String)] = [
      ("the same", "c", nil, "kept", ""),
      ("the same in another order", "c", "maybe,no,yes", "reordered", "maybe, no, yes"),
      ("renamed", "r", "nein,ja,jein", "new", "nein, ja, jein"),
      ("more", "c", "no,yes,maybe,never", "new", "no, yes, maybe, never"),
      ("fewer", "t", "no,yes", "new", "no, yes"),
      ("others", "o", "no,yes,never", "new", "no, yes, never"),
    ]
    let documented = try documented()
    let body = flags.isEmpty ? "layer 0 (lstm): kept" : "layer 0 (bidirectional): kept"
    let last = flags.isEmpty ? "layer 1 (rnnOutput)" : "layer 2 (output)"
    for row in rows {
      let categories = row.categories.map { ["--label-categories", $0] } ?? []
      let found = try notes(["--labels", "\(row.file)_%d.csv"] + categories, in: scratch)
      let reason =
        row.output == "kept" ? "" : ": the classes are \(row.names); the model's are no, yes, maybe"
      #expect(found == [body, "\(last): \(row.output)\(reason)"])
      #expect(documented.contains("| \(row.labels) | \(row.output) |"))
    }
    try expectFailure(
      "Error: --normalize minmax: with --from it is for regression labels, but the labels are classes, and the features "
        + "are normalized as the model's were; leave out --normalize",
      [
        "train", "--from", "m", "--model", "k", "--epochs", "1", "--labels", "c_%d.csv", "--normalize",
        "minmax",
      ]
        + data, in: scratch, exitCode: 64)
  }

  /// Every combination of a target, a model and a normalization.
  @Test func numbers() throws {
    let scratch = TestDirectory()
    writeFeatures(into: scratch)
    func price(_ number: Int) -> Float { 1000 + 100 * Float(number) }
    func area(_ number: Int) -> Float { 50 - 3 * Float(number % 4) }
    writeLabels("m", into: scratch, header: "price,area") { "\(price($0)),\(area($0))" }
    // The same labels of other examples.
    writeLabels("s", into: scratch, header: "price,area") { "\(1.1 * price($0)),\(area($0))" }
    writeLabels("t", into: scratch, header: "area,price") { "\(area($0)),\(1.1 * price($0))" }
    writeLabels("r", into: scratch, header: "cost,area") { "\(1.1 * price($0)),\(area($0))" }
    writeLabels("u", into: scratch, header: "price,area") { "\(50 * price($0)),\(area($0))" }
    let labels = ["--regression", "--label-header", "present"]
    let rows = [
      ("the same", "s"), ("the same in another order", "t"), ("renamed", "r"), ("in other units", "u"),
    ]
    let columns: [(model: [String], flags: [String])] = [
      (["--normalize", "standardize"], []),
      (["--normalize", "standardize"], ["--normalize", "standardize"]),
      (["--normalize", "standardize"], ["--normalize", "none"]), ([], []),
      ([], ["--normalize", "standardize"]),
    ]
    let words = [
      "normalized as the model's": "model's", "normalized by their own statistics": "own",
      "not normalized": "none", "not normalized, as the model's": "none",
    ]
    var cells = rows.map { "| \($0.0) |" }
    for column in columns {
      try results(
        ["train", "--model", "m", "--overwrite", "--labels", "m_%d.csv"] + data + labels + column.model
          + shortTraining, in: scratch)
      let normalizer = try ModelFile(scratch.path("m")).contract?.featuresNormalizer
      #expect((normalizer == nil) == column.model.isEmpty)
      for (index, row) in rows.enumerated() {
        let found = try notes(["--labels", "\(row.1)_%d.csv"] + labels + column.flags, in: scratch)
        // A model whose labels are not normalized says nothing of units; its predictions do.
        let isFar = column.model.isEmpty && column.flags.isEmpty && row.1 != "r"
        try #require(found.count == (isFar ? 5 : 3), "\(found)")
        #expect(found[1] == "layer 0 (lstm): kept")
        let output = try #require(found[2].split(separator: ":").dropFirst().first).dropFirst()
        let word = try #require(words[String(found[0].dropFirst("labels: ".count))], "\(found[0])")
        cells[index] += " \(output), \(word) |"
        let contract = try #require(try ModelFile(scratch.path("n")).contract)
        #expect(contract.featuresNormalizer == normalizer)
        #expect((contract.labelsNormalizer == nil) == (word == "none"))
      }
    }
    let documented = try documented()
    for row in cells { #expect(documented.contains(row), "\(row)") }
  }

  /// Labels that are not normalized, and far from what the model predicts.
  @Test func unitsOfLabelsThatAreNotNormalized() throws {
    let scratch = TestDirectory()
    writeFeatures(into: scratch)
    writeLabels("m", into: scratch) { "\(Float($0) / 4)" }
    writeLabels("u", into: scratch) { "\(20 + Float($0) / 4)" }
    let flags = ["--regression", "--learning-rate", "0.05"]
    try results(
      ["train", "--model", "m", "--hidden", "4", "--epochs", "40", "--labels", "m_%d.csv"] + data + flags,
      in: scratch)
    let same = [
      "labels: not normalized, as the model's", "layer 0 (lstm): kept", "layer 1 (rnnOutput): kept",
    ]
    #expect(try notes(["--labels", "m_%d.csv"] + flags, in: scratch) == same)
    let other = try notes(["--labels", "u_%d.csv"] + flags, in: scratch)
    #expect(other.dropLast() == same[...])
    let note = try #require(other.last)
    #expect(note.hasPrefix("label \"0\" is about 20.875, where the model predicts about "), "\(note)")
    let ending = "; normalize the labels if they are in other units (--normalize standardize)"
    #expect(note.hasSuffix(ending), "\(note)")
    // Around the same mean, but a hundred times as far from it.
    writeLabels("w", into: scratch) { "\(100 * Float($0 - 3) / 4)" }
    let wide = try #require(try notes(["--labels", "w_%d.csv"] + flags, in: scratch).last)
    #expect(
      wide.hasPrefix("label \"0\" has a spread of ") || wide.hasPrefix("label \"0\" is about "),
      "\(wide)")
    #expect(wide.hasSuffix(ending), "\(wide)")
  }

  /// The same labels stay in the model's units, whatever normalizes them, and whether or not one is an outlier.
  @Test func theSameLabelsAreInTheSameUnits() throws {
    let scratch = TestDirectory()
    writeFeatures(into: scratch)
    writeLabels("m", into: scratch) { "\(20 + Float($0) / 4)" }
    writeLabels("w", into: scratch) { $0 == 5 ? "4000" : "\(20 + Float($0) / 4)" }
    writeLabels("u", into: scratch) { "\(20000 + 250 * Float($0))" }
    for own in ["standardize", "minmax"] {
      for before in ["m", "w"] {
        try results(
          [
            "train", "--model", "m", "--overwrite", "--labels", "\(before)_%d.csv", "--regression",
            "--normalize",
            own,
          ] + data + shortTraining, in: scratch)
        for flags in [[], ["--normalize", "standardize"], ["--normalize", "minmax"]] {
          for (labels, isOther) in [("m", false), ("w", false), ("u", true)] {
            let found = try notes(["--labels", "\(labels)_%d.csv", "--regression"] + flags, in: scratch)
            let output = found.last ?? ""
            #expect(output.hasPrefix("layer 1 (rnnOutput): ") && found.count == 3, "\(found)")
            #expect(
              output.hasPrefix("layer 1 (rnnOutput): new") == isOther,
              "\(own) \(before) \(labels) \(flags): \(found)")
          }
        }
      }
    }
    // Not normalized: one outlier in the first batch.
    try results(
      ["train", "--model", "m", "--overwrite", "--hidden", "4", "--epochs", "60", "--labels", "m_%d.csv"]
        + ["--regression", "--learning-rate", "0.1"] + data, in: scratch)
    for labels in ["m", "w"] {
      let found = try notes(["--labels", "\(labels)_%d.csv", "--regression"], in: scratch)
      #expect(found.count == 3, "\(found)")
    }
  }

  /// Batches whose labels were normalized when they were written, with other numbers than the model's.
  @Test func normalizedBatches() throws {
    let scratch = TestDirectory()
    writeFeatures(into: scratch)
    let words = ["--normalize", "standardize", "--regression", "--label-header", "present"]
    writeLabels("m", into: scratch, header: "price") { "\(1000 + 100 * $0)" }
    try results(
      ["train", "--model", "m", "--labels", "m_%d.csv"] + data + words + shortTraining, in: scratch)
    let reasons = [
      "s": "rescaled: the labels are normalized with other numbers than the model's; predictions stay",
      "u":
        "new: label \"price\" is in other units or of another range: mean 67.5, deviation 11.456439, the model's "
        + "mean 1350.0, deviation 229.12878",
    ]
    writeLabels("s", into: scratch, header: "price") { "\(1100 + 120 * $0)" }
    writeLabels("u", into: scratch, header: "price") { "\(Float(50 + 5 * $0))" }
    for (name, reason) in reasons {
      try results(["convert", "--output", name, "--labels", "\(name)_%d.csv"] + data + words, in: scratch)
      let train = [
        "train", "--from", "m", "--model", "n", "--overwrite", "--epochs", "1", "--batches", name,
      ]
      let run = try timestep(train, in: scratch)
      #expect(run.exitCode == 0)
      let notes = run.error.split(separator: "\n").filter { $0.hasPrefix("m: ") }
      #expect(notes == ["m: layer 0 (lstm): kept", "m: layer 1 (rnnOutput): \(reason)"])
      try expectFailure(
        "Error: --normalize minmax: the batches were normalized when they were written; leave out --normalize",
        train + ["--normalize", "minmax"], in: scratch, exitCode: 64)
    }
  }

  /// `--freeze` counts recurrent layers and names what it freezes.
  @Test(arguments: [[], ["--bidirectional"]])
  func frozenLayersAreNamed(flags: [String]) throws {
    let scratch = TestDirectory()
    writeFeatures(into: scratch)
    writeLabels("c", into: scratch) { "\($0 % 2)" }
    let labels = ["--labels", "c_%d.csv", "--classes", "2"]
    try results(
      ["train", "--model", "m", "--epochs", "1", "--hidden", "2,3", "--dropout", "0.2"] + data + labels
        + flags,
      in: scratch)
    let kind = flags.isEmpty ? "lstm" : "bidirectional"
    let last = flags.isEmpty ? "layer 4 (rnnOutput)" : "layer 5 (output)"
    let before = try ModelFile(scratch.path("m")).network
    for count in 0...2 {
      let found = try notes(labels + (count > 0 ? ["--freeze", "\(count)"] : []), in: scratch)
      #expect(
        found == [
          "layer 0 (\(kind)): kept\(count > 0 ? ", frozen" : "")",
          "layer 2 (\(kind)): kept\(count > 1 ? ", frozen" : "")", "\(last): kept",
        ])
      let after = try ModelFile(scratch.path("n")).network
      for name in before.parameterNames where name.hasSuffix("R") {
        let isFrozen = (name.hasPrefix("layer0") ? 0 : 1) < count
        #expect((before[parameter: name] == after[parameter: name]) == isFrozen, "\(name) \(count)")
      }
    }
    try expectFailure(
      "m: has 2 recurrent layers to freeze: expected --freeze 1 to 2, found --freeze 3; freeze fewer layers\n",
      ["train", "--from", "m", "--model", "k", "--epochs", "1", "--freeze", "3"] + data + labels, in: scratch)
  }

  /// Whether every series has one label decides how both directions are read.
  @Test func bothDirectionsOfOneLabel() throws {
    let scratch = TestDirectory()
    writeFeatures(into: scratch)
    writeLabels("one", into: scratch) { "\($0 % 2)" }
    for number in 0..<Self.examples {
      let steps = Array(repeating: "\(number % 2)", count: number == 5 ? 2 : 1)
      scratch.write(steps.joined(separator: "\n") + "\n", to: "two_\(number).csv")
    }
    func kinds(_ flags: [String]) throws -> [String] {
      try results(
        ["train", "--model", "m", "--overwrite", "--features", "f_%d.csv", "--classes", "2"] + shortTraining
          + flags, in: scratch)
      return try ModelFile(scratch.path("m")).network.configuration.layers.map { type(of: $0.layer).kind }
    }
    for alignment in ["start", "end"] {
      let one = ["--labels", "one_%d.csv", "--align", alignment]
      #expect(try kinds(one) == ["lstm", "rnnOutput"])
      #expect(try kinds(one + ["--bidirectional"]) == ["bidirectional", "lastTimeStep", "output"])
      let two = ["--labels", "two_%d.csv", "--align", alignment, "--bidirectional"]
      #expect(try kinds(two) == ["bidirectional", "rnnOutput"])
    }
    // Saved batches too.
    try results(
      [
        "convert", "--output", "o", "--features", "f_%d.csv", "--labels", "one_%d.csv", "--classes", "2",
        "--align", "end",
      ],
      in: scratch)
    try results(
      ["train", "--model", "b", "--batches", "o", "--bidirectional", "--dropout", "0.1"] + shortTraining,
      in: scratch)
    let layers = try ModelFile(scratch.path("b")).network.configuration.layers
    #expect(layers.map { type(of: $0.layer).kind } == ["bidirectional", "dropout", "lastTimeStep", "output"])
    // Outputs do not depend on batching, padding or neighbours.
    let run = try timestep(
      ["evaluate", "--model", "m", "--certify", "--labels", "two_%d.csv", "--align", "end"]
        + ["--features", "f_%d.csv"], in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    try results(
      ["train", "--model", "m", "--overwrite", "--labels", "one_%d.csv", "--classes", "2", "--bidirectional"]
        + data
        + shortTraining, in: scratch)
    try results(
      ["evaluate", "--model", "m", "--certify", "--labels", "one_%d.csv"] + data, in: scratch)
    let rejected = try timestep(["predict", "--model", "m"], in: scratch)
    #expect(
      rejected.error
        == "m: cannot predict row by row: layer 0 (bidirectional) needs whole series, so that they cannot be given piece "
        + "by piece; give it whole series\n")
  }

  /// The columns of one-hot labels are called by their classes: another order is another meaning.
  @Test func oneHotColumnsAreMatchedByName() throws {
    let scratch = TestDirectory()
    writeFeatures(into: scratch)
    writeLabels("a", into: scratch, header: "dry,wet") { $0 % 2 == 0 ? "1,0" : "0,1" }
    writeLabels("b", into: scratch, header: "wet,dry") { $0 % 2 == 0 ? "0,1" : "1,0" }
    let labels = ["--classes", "2", "--label-header", "present", "--labels"]
    try results(["train", "--model", "m"] + data + shortTraining + labels + ["a_%d.csv"], in: scratch)
    #expect(try ModelFile(scratch.path("m")).contract?.labels.names == ["dry", "wet"])
    let evaluate =
      ["evaluate", "--model", "m", "--allow-training-data", "--label-header", "present"] + data + ["--labels"]
    try results(evaluate + ["a_%d.csv"], in: scratch)
    let run = try timestep(evaluate + ["b_%d.csv"], in: scratch)
    #expect(
      run.exitCode == 1 && run.error.contains("class 0 is \"dry\", the data's is \"wet\""), "\(run.error)")
    #expect(try notes(labels + ["b_%d.csv"], in: scratch).last?.contains("reordered") == true)
  }

  /// So are the categories of a label column, with or without the number of classes.
  @Test(arguments: [[], ["--classes", "2"]]) func categoriesOfALabelColumnAreTheNames(flags: [String]) throws
  {
    let scratch = TestDirectory()
    for number in 0..<Self.examples {
      scratch.write("\(number),\(number % 2 == 0 ? "dry" : "wet")\n", to: "f_\(number).csv")
    }
    let column = ["--label-column", "1"]
    try results(
      ["train", "--model", "m", "--category", "1=dry,wet"] + column + flags + data + shortTraining,
      in: scratch)
    #expect(try ModelFile(scratch.path("m")).contract?.labels.names == ["dry", "wet"])
    let evaluate = ["evaluate", "--model", "m", "--allow-training-data"] + data
    try results(evaluate + column, in: scratch)
    let run = try timestep(evaluate + column + ["--category", "1=wet,dry"] + flags, in: scratch)
    #expect(run.exitCode == 1 && run.error.contains("the model"), "\(run.error)")
    #expect(
      try notes(column + ["--category", "1=wet,dry"] + flags, in: scratch).last?.contains("reordered") == true
    )
    try expectFailure(
      "Error: --label-categories and --category 1 exclude each other: both list the texts of the labels; leave one out",
      ["train", "--model", "n", "--category", "1=dry,wet", "--label-categories", "wet,dry"] + column + data,
      in: scratch, exitCode: 64)
  }

  /// A network that predicts once per series learns from one label each: found before the first epoch.
  @Test func severalLabelsForANetworkThatPredictsOncePerSeries() throws {
    let scratch = TestDirectory()
    for number in 0..<Self.examples { scratch.write("\(number)\n1\n", to: "f_\(number).csv") }
    writeLabels("a", into: scratch) { "\($0 % 2)" }
    writeLabels("b", into: scratch) { $0 == 3 ? "0\n1" : "\($0 % 2)" }
    let labels = ["--classes", "2", "--labels"]
    let train = ["train", "--model", "m", "--bidirectional"] + data + shortTraining + labels
    try results(train + ["a_%d.csv"], in: scratch)
    let run = try timestep(
      ["train", "--model", "n", "--from", "m", "--epochs", "1"] + data + labels + ["b_%d.csv"], in: scratch)
    #expect(
      run.exitCode == 1
        && run.error.hasSuffix(
          "\nb_3.csv: 1 of the 8 series of the training data have several labels, where the network predicts once per "
            + "series: expected 1 label, found more (b_3.csv has 2); give one label per series, or train a new network, "
            + "since that of m predicts so\n"),
      "\(run.error)")
    let mixed = try timestep(train + ["b_%d.csv", "--overwrite", "--order", "file"], in: scratch)
    #expect(
      mixed.exitCode == 0
        && mixed.error.contains(
          "b_3.csv has 2 labels, where 3 series before it have one each: the network predicts at every"),
      "\(mixed.error)")
  }
}
