import Glibc
import TestSupport
import Testing
import Timestep

/// Models evaluated, on the command line, on the data that their normalizers were fitted on.
@Suite(.startsProcesses) struct LineageCommandTests {
  /// Twenty series in `data`, of which `--split` takes parts.
  private func writeData(into scratch: TestDirectory) throws {
    scratch.makeDirectory("data")
    var random = SplitMix(state: 4)
    for number in 0..<20 {
      let rows = (0...random.next(below: 5)).map { _ in
        "\(random.next(below: 90)),\(random.next(below: 90))\n"
      }
      scratch.write(rows.joined(), to: "data/f_\(number).csv")
      scratch.write("\(number % 2)\n", to: "data/l_\(number).csv")
    }
  }

  private func data(_ directory: String = "data") -> [String] {
    ["--features", "\(directory)/f_%d.csv", "--labels", "\(directory)/l_%d.csv", "--align", "end"]
  }

  private let rest =
    " (counted from 0): a normalizer or transform was fitted on this example, so figures on it are not those of new "
    + "data; evaluate held-out examples, or allow it (--allow-training-data)\n"

  /// The message names the first of the part's files, whichever that is.
  private func expectRejected(_ arguments: [String], _ location: String, in scratch: TestDirectory) throws {
    let run = try timestep(arguments, in: scratch)
    #expect(run.exitCode == 1 && run.output == "", "\(arguments)")
    #expect(run.error.hasPrefix(location) && run.error.hasSuffix(":1: example 0" + rest), "\(run.error)")
  }

  @Test(arguments: [[], ["--lanes", "3", "--tbptt", "2"]])
  func trainingPartsAreRejectedAndOthersAreNot(flags: [String]) throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let train = ["train", "--model", "m", "--classes", "2", "--normalize", "standardize"] + shortTraining
    let split = ["--split", "6,2,2"]
    let headline = try results(train + flags + data() + split, in: scratch)
    #expect(headline.hasPrefix("test accuracy "))
    let evaluate = ["evaluate", "--model", "m", "--json"]
    for part in ["test", "validation"] {
      #expect(try results(evaluate + data() + split + ["--part", part], in: scratch).hasPrefix("{"))
    }
    try expectRejected(evaluate + data() + split + ["--part", "train"], "data/f_", in: scratch)
    // After moving the files, and in batches of another size.
    scratch.makeDirectory("elsewhere")
    #expect(rename(scratch.path("data"), scratch.path("elsewhere/data")) == 0)
    try expectRejected(
      evaluate + data("elsewhere/data") + split + ["--part", "train", "--batch-size", "1"],
      "elsewhere/data/f_",
      in: scratch)
    let moved = data("elsewhere/data") + split
    if flags.isEmpty {
      let lanes = try timestep(evaluate + moved + ["--part", "train", "--lanes", "2"], in: scratch)
      #expect(lanes.exitCode == 1 && lanes.error.hasSuffix(rest), "\(lanes.error)")
    }
    // Saved batches, made from the same files.
    let convert = ["convert", "--classes", "2"] + moved
    try results(convert + ["--part", "train", "--output", "o"], in: scratch)
    try results(convert + ["--part", "test", "--output", "p"], in: scratch)
    try expectRejected(evaluate + ["--batches", "o"], "elsewhere/data/f_", in: scratch)
    #expect(try results(evaluate + ["--batches", "p"], in: scratch).hasPrefix("{"))
    let allowed = evaluate + ["--allow-training-data"]
    #expect(
      try results(allowed + ["--batches", "o"], in: scratch)
        == results(allowed + moved + ["--part", "train"], in: scratch))
  }

  /// Evaluating on training data is reported before the training, whatever the files are called.
  @Test(arguments: [
    [], ["--normalize", "minmax"], ["--lanes", "3", "--tbptt", "2"],
    ["--batch-size", "3", "--order", "file"],
  ])
  func heldOutDataThatIsTrainingData(flags: [String]) throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    scratch.makeDirectory("other")
    for number in 0..<6 {
      // Two new examples, three of the training data, and one with other labels.
      let isNew = number < 2
      let copy = try scratch.text(of: "data/f_\(number + 7).csv")
      scratch.write(isNew ? "1000,\(number)\n" : copy, to: "other/x_\(number).csv")
      let label = number == 4 ? number % 2 : (number + 7) % 2
      scratch.write("\(label)\n", to: "other/y_\(number).csv")
    }
    let plain = ["--classes", "2"] + shortTraining + data()
    let train = ["train", "--model", "m"] + plain + flags
    let saved = [
      "--features", "other/x_%d.csv", "--labels", "other/y_%d.csv", "--align", "end", "--classes", "2",
    ]
    try results(["convert", "--output", "saved"] + saved, in: scratch)
    for name in ["test", "validation"] {
      let files = ["--\(name)-features", "other/x_%d.csv", "--\(name)-labels", "other/y_%d.csv"]
      try expectFailure(
        "other/x_2.csv:1: 3 of the 6 examples of the \(name) data are in the training data too: other/x_2.csv:1 (as "
          + "data/f_9.csv:1), other/x_3.csv:1 (as data/f_10.csv:1), other/x_5.csv:1 (as data/f_12.csv:1); figures on "
          + "examples that the model has learned from are not those of new data: evaluate held-out examples, or allow "
          + "it (--allow-training-data)\n", train + files, in: scratch)
      let same = ["--\(name)-features", "data/f_%d.csv", "--\(name)-labels", "data/l_%d.csv"]
      let run = try timestep(train + same, in: scratch)
      #expect(
        run.exitCode == 1 && run.output == "" && run.error.hasPrefix("data/f_0.csv:1: 20 of the 20 examples"))
      #expect(run.error.contains(" and 16 more; figures"))
      let batches = try timestep(train + ["--\(name)-batches", "saved"], in: scratch)
      #expect(
        batches.exitCode == 1 && batches.error.contains("\nother/x_2.csv:1: 3 of the 6 examples"),
        "\(batches.error)")
      #expect(!scratch.names().contains("m"))
      for heldOut in [files, same] {
        try results(train + heldOut + ["--allow-training-data"], in: scratch)
        scratch.remove("m")
      }
    }
  }

  @Test func meansThatFillMissingValuesAreFittedToo() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    for number in 0..<20 { scratch.write("1,NA\n\(number),3\n", to: "data/f_\(number).csv") }
    let split = ["--split", "6,4,0"]
    let train =
      ["train", "--model", "m", "--classes", "2", "--missing", "NA", "--transform", "fill:rule=mean"]
      + shortTraining
    try results(train + data() + split + ["--part", "train"], in: scratch)
    let evaluate = ["evaluate", "--model", "m", "--json", "--missing", "NA"] + data() + split + ["--part"]
    #expect(try results(evaluate + ["validation"], in: scratch).hasPrefix("{"))
    try expectRejected(evaluate + ["train"], "data/f_", in: scratch)
    #expect(try results(evaluate + ["train", "--allow-training-data"], in: scratch).hasPrefix("{"))
    let model = try ModelFile(scratch.path("m"))
    #expect(model.contract?.transforms?.lineage.isEmpty == false)
  }

  /// A model from before lineages, and one without anything fitted, can be evaluated on any data.
  @Test func withoutLineageNothingIsRejected() throws {
    let scratch = TestDirectory()
    try writeData(into: scratch)
    let train = ["train", "--classes", "2"] + shortTraining + data()
    try results(train + ["--model", "m"], in: scratch)
    #expect(try results(["evaluate", "--model", "m"] + data(), in: scratch).hasPrefix("accuracy "))
    try results(train + ["--model", "n", "--normalize", "standardize"], in: scratch)
    var file = try ModelFile(scratch.path("n"))
    #expect(file.contract?.featuresNormalizer?.lineage.count == 20)
    let normalizer = try #require(file.contract?.featuresNormalizer)
    file.contract?.featuresNormalizer = AffineNormalizer(shift: normalizer.shift, scale: normalizer.scale)
    try file.save(to: scratch.path("o"))
    #expect(try ModelFile(scratch.path("o")).contract?.featuresNormalizer?.lineage.isEmpty == true)
    #expect(try results(["evaluate", "--model", "o"] + data(), in: scratch).hasPrefix("accuracy "))
  }

  /// Rows that a model of a part of each series was trained on are not evaluated, however the series are divided now.
  @Test(
    arguments: [[], ["--window", "4,2"]],
    [["--split-time", "6,1,3"], ["--fold", "1/3", "--split-by", "time", "--gap", "2"]])
  func rowsOfTheTrainingInOtherParts(window: [String], cut: [String]) throws {
    let scratch = TestDirectory()
    for number in 0..<3 {
      for (name, modulus) in [("f", 997), ("g", 991)] {
        scratch.write(
          "load\n" + (0..<60).map { "\(($0 * $0 * 7 + number * 31) % modulus)\n" }.joined(),
          to: "\(name)_\(number).csv")
      }
    }
    let data = ["--header", "--targets", "load", "--horizon", "2"] + window
    func train(_ flags: [String]) throws {
      try results(
        ["train", "--model", "m", "--overwrite", "--features", "f_%d.csv"] + data + cut + flags
          + (cut[0] == "--fold" ? ["--part", "train"] : []) + shortTraining, in: scratch)
    }
    let words = "the model was trained on the first rows of this series (\(cut.joined(separator: " ")))"
    let note = words.replacing("this", with: "each")
    // The training had the first 36 rows, or the first 28.
    let divisions: [(flags: [String], isRefused: Bool)] = [
      ([], true), (["--split-time", "7,1,2", "--part", "test"], false),
      (["--split-time", "7,1,2", "--part", "train"], true),
      (["--split-time", "2,7,1", "--part", "validation"], true), (cut + ["--part", "test"], false),
    ]
    try train(["--normalize", "standardize"])
    for (flags, isRefused) in divisions {
      let run = try timestep(
        ["evaluate", "--model", "m", "--features", "f_%d.csv"] + window + flags, in: scratch)
      #expect(
        run.exitCode == (isRefused ? 1 : 0) && run.error.contains("f_0.csv:2: \(words)") == isRefused,
        "\(flags): \(run.error)")
      for others in [["f_%d.csv", "--allow-training-data"], ["g_%d.csv"]] {
        let run = try timestep(
          ["evaluate", "--model", "m", "--features"] + others + window + flags, in: scratch)
        #expect(run.exitCode == 0 && !run.error.contains("first rows"), "\(others) \(flags): \(run.error)")
      }
    }
    // What nothing was fitted on is not known.
    try train([])
    for (flags, isSaid) in divisions {
      let run = try timestep(
        ["evaluate", "--model", "m", "--features", "f_%d.csv"] + window + flags, in: scratch)
      #expect(run.exitCode == 0 && run.error.contains(note) == isSaid, "\(flags): \(run.error)")
    }
  }
}
