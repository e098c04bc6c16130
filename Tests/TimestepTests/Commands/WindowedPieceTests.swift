import FoundationEssentials
import TestSupport
import Testing
import Timestep

/// Windows of pieces of series: their labels, and how often a step counts.
@Suite(.startsProcesses) struct WindowedPieceTests {
  private let scratch = TestDirectory()

  private struct Batch: Equatable {
    var features, labels: [[UInt32]]
    var present, labelled: [[Bool]]
  }

  private func convert(_ flags: [String]) throws -> [String: Batch]? {
    let run = try timestep(
      ["convert", "--output", "o", "--overwrite", "--header", "--regression"] + flags, in: scratch)
    guard run.exitCode == 0 else { return nil }
    let saved = try SavedDataSets(scratch.path("o"))
    var found: [String: Batch] = [:]
    for index in 0..<saved.batchCount {
      let batch = try saved.batch(epoch: 0, index: index)
      let labels = try #require(batch.labels)
      for row in 0..<batch.exampleCount {
        let steps = (0..<batch.stepCount).filter { batch.stepMask[row, $0] }
        func values(_ tensor: Tensor) -> [[UInt32]] {
          steps.map { step in (0..<tensor.shape[1]).map { tensor[row, $0, step].bitPattern } }
        }
        found[batch.metadata[row].features.key] = Batch(
          features: values(batch.features), labels: values(labels),
          present: [steps.map { batch.featuresMask[row, $0] }],
          labelled: [steps.map { batch.labelsMask[row, $0] }])
      }
    }
    return found
  }

  /// Label files and columns of labels give the same batches, however series are divided, cut and changed.
  @Test func labelFilesAndColumnsAgree() throws {
    var random = SplitMix(state: 19)
    for folder in ["x", "y", "xy"] { scratch.makeDirectory(folder) }
    for series in 0..<2 {
      let rows = (0..<17 + 3 * series).map { row in
        ("\(1_700_000_000 + row + row / 7 * 100)", "\(row)", "\(100 + row)")
      }
      scratch.write("t,a\n" + rows.map { "\($0.0),\($0.1)\n" }.joined(), to: "x/f_\(series).csv")
      scratch.write("y\n" + rows.map { "\($0.2)\n" }.joined(), to: "y/f_\(series).csv")
      scratch.write("t,a,y\n" + rows.map { "\($0.0),\($0.1),\($0.2)\n" }.joined(), to: "xy/f_\(series).csv")
    }
    var compared = 0
    for _ in 0..<16 {
      let choices: [[[String]]] = [
        [
          [], ["--split-time", "9,2,3", "--part", "train"],
          ["--split-time", "1,1,1", "--part", "test", "--gap", "1"],
          ["--fold", "1/3", "--split-by", "time", "--part", "train"], ["--max-gap", "50s"],
        ],
        [
          ["--window", "4,4"], ["--window", "5,2"], ["--window", "6,3", "--tail", "keep"],
          ["--window", "4,3", "--tail", "align"],
        ],
        [["--transform", "fill:rule=forward,within=window"]],
        [
          [], ["--transform", "resample:every=3,figure=last,labels=last"],
          ["--transform", "resample:every=2,figure=mean,labels=mean"],
          ["--transform", "lags:count=1,columns=a"],
        ],
        [[], ["--transform", "difference:columns=a"]], [[], ["--batch-size", "1"]],
      ]
      let flags =
        ["--time", "t=unix"] + choices.flatMap { choice in choice.randomElement(using: &random) ?? [] }
      let files = try convert(["--features", "x", "--labels", "y", "--align", "start"] + flags)
      let columns = try convert(["--features", "xy", "--label-column", "y"] + flags)
      #expect(files == columns, "\(flags.joined(separator: " "))")
      compared += columns?.count ?? 0
    }
    #expect(compared > 60)
  }

  /// The case that a review found: the last step of a window is one row, and its label is that row's.
  @Test func theLastMergedStepHasItsOwnLabel() throws {
    for folder in ["x", "y"] { scratch.makeDirectory(folder) }
    scratch.write("a\n" + (0..<11).map { "\($0)\n" }.joined(), to: "x/f_0.csv")
    scratch.write("y\n" + (100..<111).map { "\($0)\n" }.joined(), to: "y/f_0.csv")
    let found = try #require(
      try convert(
        [
          "--features", "x", "--labels", "y", "--window", "4,4", "--transform",
          "fill:rule=forward,within=window",
          "--transform", "resample:every=3,figure=last,labels=last", "--split-time", "9,1,1", "--part",
          "train",
        ]))
    let labels = found.sorted { $0.key < $1.key }.map { $0.value.labels.map { Float(bitPattern: $0[0]) } }
    #expect(labels == [[102, 103], [106, 107]])
  }

  /// Validation figures, and the baseline, count a step of overlapping windows once, as `evaluate` does.
  @Test(arguments: ["accuracy", "loss"]) func validationCountsStepsOnce(monitor: String) throws {
    for (folder, count) in [("tr", 5), ("va", 3)] {
      scratch.makeDirectory(folder)
      for series in 0..<count {
        let rows = (0..<9).map { "\(($0 * 5 + series) % 7 + count),\($0 >= 6 ? 1 : 0)\n" }
        scratch.write("a,y\n" + rows.joined(), to: "\(folder)/f_\(series).csv")
      }
    }
    let data = ["--header", "--label-column", "y", "--classes", "2", "--window", "4,4", "--tail", "align"]
    let run = try timestep(
      [
        "train", "--model", "m", "--features", "tr", "--validation-features", "va", "--monitor", monitor,
        "--json",
      ]
        + data + shortTraining, in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    struct Results: Decodable {
      struct Best: Decodable { var value: Double }
      struct Baseline: Decodable { var figures: [String: Double] }
      var best: Best
      var baseline: Baseline
    }
    struct Evaluation: Decodable { var accuracy, score: Double }
    let results = try JSONDecoder().decode(Results.self, from: Data(run.output.utf8))
    let json = try TimestepTests.results(
      ["evaluate", "--model", "m", "--features", "va", "--json", "--window", "4,4", "--tail", "align"],
      in: scratch)
    let evaluation = try JSONDecoder().decode(Evaluation.self, from: Data(json.utf8))
    let expected = monitor == "accuracy" ? evaluation.accuracy : evaluation.score
    #expect(abs(results.best.value - expected) < 1e-6 * max(1, abs(expected)), "\(run.error)")
    // 6 of 9 steps are of class 0.
    #expect(abs((results.baseline.figures["accuracy"] ?? 0) - 6.0 / 9) < 1e-9, "\(run.error)")
  }

  /// Saved windows count a step each time, which is said.
  @Test func savedWindowsSayWhatTheyCount() throws {
    scratch.write("a,y\n" + (0..<9).map { "\($0),\($0 % 2)\n" }.joined(), to: "f.csv")
    let data = ["--features", "f.csv", "--header", "--label-column", "y", "--classes", "2"]
    try results(["train", "--model", "m"] + data + shortTraining, in: scratch)
    for (flags, isSaid) in [([], false), (["--window", "4,2"], true), (["--window", "9"], false)] {
      try results(["convert", "--output", "o", "--overwrite"] + data + flags, in: scratch)
      let run = try timestep(["evaluate", "--model", "m", "--batches", "o"], in: scratch)
      #expect(run.exitCode == 0, "\(run.error)")
      #expect(
        run.error.contains("windows of 1 series: saved batches count a step in each window") == isSaid,
        "\(run.error)")
    }
  }

  @Test func seriesThatAreTooShortForAPartAreSaid() throws {
    for (series, rows) in [2, 12, 12].enumerated() {
      scratch.write((0..<rows).map { "\($0)\n" }.joined(), to: "f_\(series).csv")
    }
    let words = ["convert", "--overwrite", "--output", "o", "--features", "f_%d.csv"]
    let fold = try timestep(words + ["--fold", "0/3", "--split-by", "time", "--part", "train"], in: scratch)
    #expect(
      fold.error.contains(
        "the part \"train\" has rows of 2 of 3 sequences: the others are too short for it\n"), "\(fold.error)"
    )
    let all = try timestep(words + ["--split-time", "1,0,1", "--part", "train"], in: scratch)
    #expect(all.exitCode == 0 && !all.error.contains("too short"), "\(all.error)")
  }

  /// The faulty row leaves, not those after it.
  @Test(arguments: ["skip-row", "repair:missing"]) func aFirstNumberBeyondFloatIsTheFault(policy: String)
    throws
  {
    scratch.write("b,a\n1e60,1\n3,2\n5,3\n", to: "f.csv")
    let run = try timestep(
      [
        "convert", "--output", "o", "--features", "f.csv", "--header", "--offset", "b=first", "--on-error",
        policy,
      ]
        + (policy == "skip-row" ? [] : ["--transform", "fill:rule=constant,value=9"]), in: scratch)
    #expect(run.exitCode == 0 && run.error.contains("1 out-of-range"), "\(run.error)")
    let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
    #expect(
      (0..<batch.stepCount).map { batch.features[0, 0, $0] } == (policy == "skip-row" ? [0, 2] : [9, 0, 2]))
  }

  @Test func fillsInsideWindowsNeedWindows() throws {
    scratch.write("1\n2\n", to: "f.csv")
    let run = try timestep(
      ["convert", "--output", "o", "--features", "f.csv", "--transform", "fill:rule=forward,within=window"],
      in: scratch)
    #expect(run.exitCode == 64 && run.error.contains("within=window requires --window"), "\(run.error)")
    scratch.write("who,x\n,1\n,2\n", to: "g.csv")
    let groups = try timestep(
      [
        "convert", "--output", "o", "--features", "[g].csv", "--header", "--drop-columns", "who",
        "--split", "1,0,1", "--part", "test", "--split-by", "who", "--on-error", "skip-row",
      ], in: scratch)
    #expect(groups.exitCode == 1 && groups.error.contains("the series is in no group"), "\(groups.error)")
  }
}
