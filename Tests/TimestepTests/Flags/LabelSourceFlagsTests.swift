import ArgumentParser
import FoundationEssentials
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// The flags for sources of labels, from end to end.
@Suite(.startsProcesses) struct LabelSourceFlagsTests {
  private let train = ["train", "--model", "m", "--epochs", "1", "--hidden", "2"]

  /// Twelve series of three classes in folders, and five of two of the classes.
  private func folders() -> TestDirectory {
    let scratch = TestDirectory()
    for number in 0..<12 {
      let kind = ["c2", "c10", "c1"][number % 3]
      scratch.write("\(number),1\n2,\(number % 5)\n", to: "train/\(kind)/x_\(number).csv")
    }
    for number in 0..<5 {
      scratch.write("9\(number),1\n3,\(number)\n", to: "test/\(["c10", "c2"][number % 2])/y_\(number).csv")
    }
    return scratch
  }

  private struct Figures: Decodable {
    var classes: [String]
    var confusion: [[Int]]?
    var examples: Int
    var steps: Int
  }

  private func figures(_ words: [String], in scratch: TestDirectory) throws -> Figures {
    try JSONDecoder().decode(
      Figures.self, from: Data(results(["evaluate", "--json", "--model", "m"] + words, in: scratch).utf8))
  }

  @Test func heldOutDataHasTheClassesOfTheTraining() throws {
    let scratch = folders()
    let run = try timestep(
      train + ["--features", "train", "--labels-from", "folder", "--test-features", "test"], in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    #expect(run.error.contains("labels: 3 classes collected from the training data: c1, c2, c10\n"))
    let contract = try #require(try ModelFile(scratch.path("m")).contract)
    #expect(contract.labelVocabulary?.names == ["c1", "c2", "c10"] && contract.alignment == .end)
    // The class that is missing keeps its number.
    for pattern in ["test", "test/*/*.csv"] {
      let figures = try figures(["--features", pattern, "--labels-from", "folder"], in: scratch)
      #expect(figures.classes == ["c1", "c2", "c10"] && figures.examples == 5)
      #expect(figures.confusion?.map { $0.reduce(0, +) } == [0, 2, 3])
    }
    let other = try figures(
      ["--features", "test", "--labels-from", #"name:(c\d+)/"#, "--align", "end"], in: scratch)
    #expect(other.examples == 5)
    // One that training never saw is an error that names it.
    scratch.write("1,2\n3,4\n", to: "test/jump/z.csv")
    try expectFailure(
      "test/jump/z.csv: label \"jump\" is not a known category: expected one of \"c1\", \"c2\", \"c10\", found \"jump\"; correct "
        + "it, name all classes before training (train with --label-categories A,B), or leave out its series (--on-error "
        + "skip-sequence)\n",
      ["evaluate", "--model", "m", "--features", "test", "--labels-from", "folder"], in: scratch)
    let left = try figures(
      ["--features", "test", "--labels-from", "folder", "--on-error", "skip-sequence"], in: scratch)
    #expect(left.examples == 5)
  }

  @Test func oneTableServesTrainingAndHeldOutData() throws {
    let scratch = TestDirectory()
    var table = "name,class\n"
    for number in 0..<8 {
      let folder = number < 5 ? "a" : number < 7 ? "b" : "c"
      scratch.write("\(number),1\n2,\(number)\n", to: "\(folder)/s\(number).csv")
      table += "s\(number),\(number % 2 == 0 ? "even" : "odd")\n"
    }
    scratch.write(table, to: "t.csv")
    let words = ["--features", "a", "--label-table", "t.csv"]
    try expectFailure(
      "t.csv:7:1: \"s5\" names no sequence: expected a name such as \"s0\", found none of that name (nor of 2 more); correct it, "
        + "or leave out such rows (--on-error skip-sequence)\n", ["convert", "--output", "o"] + words,
      in: scratch)
    try results(train + words + ["--test-features", "b", "--validation-features", "c"], in: scratch)
    let run = try timestep(train + words + ["--test-features", "b"], in: scratch)
    #expect(run.error.contains("t.csv:9:1: \"s7\" names no sequence"))
    // The rows of other data are left out by a policy.
    let left = try figures(
      ["--features", "b", "--label-table", "t.csv", "--on-error", "unpaired=skip-sequence"], in: scratch)
    #expect(left.examples == 2 && left.classes == ["even", "odd"])
    try results(
      ["convert", "--output", "o", "--on-error", "skip-sequence", "--ledger", "l"] + words, in: scratch)
    #expect(try scratch.text(of: "l").split(separator: "\n").count == 3)
    #expect(try scratch.text(of: "l").contains(#""fault":"unpaired","file":"t.csv","line":7,"#))
  }

  @Test func groupsHaveLabelsOfTables() throws {
    let scratch = TestDirectory()
    scratch.write("id,x\nA,1\nA,2\nB,3\nC,4\nC,5\n", to: "g.csv")
    scratch.write("class;id\nu;C\nv;B\nu;A\n", to: "t.csv")
    scratch.write("id,from,to,class\nC,1,2,u\nA,0,2,v\nB,0,1,v\n", to: "e.csv")
    let grouped = ["--features", "g.csv", "--header", "--group-by", "id"]
    let table = ["--label-table", "t.csv:key=id,label=class", "--label-delimiter", ";"]
    let batches = try DataOptions.parse(absolute(grouped + table, scratch)).dataSets()
    let batch = try batches.batch(epoch: 0, index: 0)
    #expect(batch.labelsMask.lastSteps == [1, 0, 1] && batches.contract.labels.names == ["u", "v"])
    #expect((0..<3).map { batch.labels?[$0, 0, batch.labelsMask.lastSteps[$0] ?? 0] } == [1, 0, 1])
    let intervals = try DataOptions.parse(absolute(grouped + ["--label-intervals", "e.csv"], scratch))
      .dataSets().batch(epoch: 0, index: 0)
    #expect(intervals.labelsMask.count == 4 && !intervals.labelsMask[2, 0] && intervals.labelsMask[2, 1])
  }

  /// Returns words in which the names of files have their directory.
  private func absolute(_ words: [String], _ scratch: TestDirectory) -> [String] {
    words.map { $0.contains(".csv") ? scratch.path($0) : $0 }
  }

  @Test func aRepeatedLabelIsCollected() throws {
    let scratch = TestDirectory()
    scratch.write("id,x,y\nA,1,run10\nA,2,run10\nB,3,run2\nC,4,run2\nC,5,run2\n", to: "g.csv")
    let words = [
      "--features", "g.csv", "--header", "--group-by", "id", "--label-column", "y", "--label-once",
    ]
    try results(train + words, in: scratch)
    let contract = try #require(try ModelFile(scratch.path("m")).contract)
    #expect(contract.labels.names == ["run2", "run10"] && contract.columns == ["x"])
    #expect(try figures(words + ["--allow-training-data"], in: scratch).steps == 3)
    #expect(
      try timestep(["predict", "--model", "m"], in: scratch, input: scratch.write("1\n2\n", to: "rows"))
        .output.split(separator: "\n").count == 2)
    scratch.write("id,x,y\nA,1,run10\nA,2,run2\n", to: "g.csv")
    try expectFailure(
      "labels: 2 classes collected from the training data: run2, run10\ng.csv:3:5: the label of the series changes: expected \"run10\", as in line 2, found \"run2\"; correct it, leave out such "
        + "series (--on-error skip-sequence), or take a label for every row (leave out --label-once)\n",
      ["convert", "--output", "o"] + words, in: scratch)
  }

  @Test func attributesCountOncePerSeries() throws {
    let scratch = TestDirectory()
    var table = "name,class,age,site\n"
    for number in 0..<4 {
      let rows = (0..<(2 + 2 * number)).map { "\(number).\($0)\n" }
      scratch.write(rows.joined(), to: "d/s\(number).csv")
      table += "s\(number),\(number % 2),\([10, 20, 30, 60][number]),\(number < 3 ? "north" : "south")\n"
    }
    scratch.write(table, to: "t.csv")
    let words = ["--features", "d", "--label-table", "t.csv", "--static", "age,site", "--category", "site"]
    for more in [[], ["--window", "2,1"], ["--batch-size", "1"]] {
      try results(
        ["convert", "--output", "o", "--overwrite", "--normalize", "standardize"] + words + more, in: scratch)
      let contract = try SavedDataSets(scratch.path("o")).contract
      #expect(contract.columns == ["0", "age", "site"] && contract.staticColumns == ["age", "site"])
      let normalizer = try #require(contract.featuresNormalizer)
      #expect(normalizer.shift[1] == 30 && (normalizer.scale[1] - 350.0.squareRoot()).magnitude < 1e-9)
      #expect(normalizer.shift[2] == 0 && normalizer.scale[2] == 1, "categories are no quantities")
    }
    // What a transform makes of an attribute is one.
    let oneHot = words + ["--transform", "one-hot:columns=site", "--transform", "difference:first=0"]
    try results(train + oneHot + ["--normalize", "standardize"], in: scratch)
    let contract = try #require(try ModelFile(scratch.path("m")).contract)
    #expect(contract.columns == ["0", "age", "site=north", "site=south"])
    #expect(contract.featuresNormalizer?.shift.dropFirst() == [30, 0.75, 0.25])
    let again = ["--features", "d", "--label-table", "t.csv", "--allow-training-data"]
    #expect(try figures(again, in: scratch).examples == 4)
    // Row by row, they are further columns.
    let rows = scratch.write("1,30,south\n2,30,south\n", to: "rows")
    let named = scratch.write("site,0,age\nsouth,1,30\nsouth,2,30\n", to: "named")
    let predicted = try timestep(["predict", "--model", "m"], in: scratch, input: rows)
    #expect(predicted.exitCode == 0 && predicted.output.split(separator: "\n").count == 2)
    #expect(
      try timestep(["predict", "--model", "m", "--header"], in: scratch, input: named).output
        == predicted.output)
    try expectFailure(
      "labels: 2 classes collected from the training data: 0, 1\nt.csv:2:9: column \"site\" is not a number: expected a decimal number such as -1.5e3, found \"north\"; correct it, or, if "
        + "the column has categories, say so (--category site)\n",
      ["convert", "--output", "q", "--features", "d", "--label-table", "t.csv", "--static", "site"],
      in: scratch)
  }

  @Test func severalClassesAtATime() throws {
    let scratch = TestDirectory()
    for number in 0..<6 {
      let rows = (0..<4).map {
        "\(number),\($0),\($0 % 2),\(number == 1 && $0 == 2 ? "NA" : "\(number % 2)")\n"
      }
      scratch.write("x,y,rain,wind\n" + rows.joined(), to: "f_\(number).csv")
    }
    let words = ["--features", "f_%d.csv", "--header", "--label-column", "rain,wind"]
    let described = words + ["--multi-label", "--label-missing", "NA"]
    try results(
      train + described + ["--monitor", "f1", "--split", "2,1,1", "--report", "r.html"], in: scratch)
    let file = try ModelFile(scratch.path("m"))
    #expect(file.contract?.labels == DataContract.Labels(encoding: .multiLabel, names: ["rain", "wind"]))
    let layer = try #require(file.network.configuration.layers.last?.layer as? RNNOutput)
    #expect(layer.activation == .sigmoid && layer.loss == .binaryCrossEntropy)
    let found = try figures(words + ["--label-missing", "NA", "--allow-training-data"], in: scratch)
    #expect(found.steps == 23 && found.classes == ["rain", "wind"])
    try expectFailure(
      "f_0.csv:4:3: column \"y\": label \"2\" does not say whether the class is present: expected 0 or 1, found \"2\"; correct it, "
        + "or, if the labels are numbers to predict, say so (--regression instead of --multi-label)\n",
      ["convert", "--output", "o"] + setting(["--label-column", "y,wind"], in: described), in: scratch)
    try expectFailure(
      "Error: --multi-label and --class-weights exclude each other: weights are for classes of which one is present",
      train + described + ["--class-weights", "balanced"], in: scratch, exitCode: 64)
  }
}
