import FoundationEssentials
import TestSupport
import Testing

/// From files to metrics and back, on a part of JapaneseVowels and of the airline passengers.
@Suite(.startsProcesses) struct RoundTripTests {
  private static let vowels = fixture("japanese-vowels/train")
  /// Forty utterances, of two speakers.
  private static let someVowels = [
    "--features", "\(vowels)/myInput_%d.csv", "--labels", "\(vowels)/myLabels_%d.csv", "--range", "10...49",
  ]
  private static let meaning = ["--classes", "9", "--align", "end"]

  private struct Ignored: Decodable {}

  /// The keys of a JSON object.
  private func keys(_ json: String) throws -> Set<String> {
    Set(try JSONDecoder().decode([String: Ignored].self, from: Data(json.utf8)).keys)
  }

  @Test func savedBatchesAndFilesGiveTheSameModelAndTheSameFigures() throws {
    let scratch = TestDirectory()
    let training = [
      "--epochs", "2", "--hidden", "4", "--order", "file", "--normalize", "standardize", "--seed", "7",
    ]
    try results(["train", "--model", "m"] + Self.someVowels + Self.meaning + training, in: scratch)
    let evaluate = ["evaluate", "--model", "m", "--json", "--allow-training-data"]
    var figures = [
      try results(evaluate + Self.someVowels, in: scratch),
      // Flags that the model knows may be repeated.
      try results(evaluate + Self.someVowels + Self.meaning, in: scratch),
    ]
    let forms = [("safetensors", "NCT"), ("safetensors", "NTC"), ("npz", "NCT"), ("npz", "NTC")]
    for (format, layout) in forms {
      let output = "\(format)-\(layout)"
      let convert = ["convert", "--output", output, "--format", format, "--layout", layout]
      #expect(try results(convert + Self.someVowels + Self.meaning, in: scratch) == "")
      figures.append(try results(evaluate + ["--batches", output], in: scratch))
      try results(["train", "--model", "m-\(output)", "--batches", output] + training, in: scratch)
      #expect(try scratch.bytes(of: "m-\(output)") == scratch.bytes(of: "m"), "\(output)")
    }
    for other in figures.dropFirst() { #expect(other == figures[0]) }
    let expected: Set = [
      "accuracy", "precision", "recall", "f1", "confusion", "classes", "auc", "calibrationError", "score",
      "loss", "penalty", "examples", "steps",
    ]
    #expect(try keys(figures[0]) == expected)
    struct Counts: Decodable {
      var examples: Int
      var steps: Int
      var confusion: [[Int]]
      var classes: [String]
    }
    let counts = try JSONDecoder().decode(Counts.self, from: Data(figures[0].utf8))
    #expect(counts.examples == 40)
    #expect(counts.steps == 40)
    #expect(counts.confusion.count == 9)
    #expect(counts.confusion.joined().reduce(0, +) == 40)
    #expect(counts.classes == (0..<9).map(String.init))
  }

  @Test func theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws {
    let scratch = TestDirectory()
    let flags = Self.someVowels + Self.meaning + ["--epochs", "2", "--hidden", "4,3", "--cell", "graves"]
    for (model, seed) in [("a", "5"), ("b", "5"), ("c", "6")] {
      let run = try timestep(
        ["train", "--model", model, "--tbptt", "5", "--seed", seed] + flags, in: scratch)
      #expect(run.exitCode == 0, "\(run.error)")
      #expect(run.output == "", "progress is not a result")
      #expect(run.error.contains("epoch 2/2: loss "))
    }
    #expect(try scratch.bytes(of: "a") == scratch.bytes(of: "b"))
    #expect(try scratch.bytes(of: "a") != scratch.bytes(of: "c"))
    #expect(try results(["evaluate", "--model", "a"] + Self.someVowels, in: scratch).hasPrefix("accuracy "))
    #expect(scratch.names() == ["a", "b", "c"])
  }

  @Test func inspectDrawsPresentSteps() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    scratch.write("5,6\n", to: "f_1.csv")
    let text = try results(["inspect", "--align", "start", "--batch-size", "2"] + smallData, in: scratch)
    #expect(
      text == """
        features: 3 sequences, 2 columns, 5 steps
          length: 1 to 2, median 2
          column   least    mean  greatest  deviation  missing
          0       1.0000  2.6000    5.0000     1.4967        0
          1       2.0000  3.6000    6.0000     1.4967        0
        labels: 3 sequences, 1 column, 6 steps
          length: 2 to 2, median 2
          column   least     mean  greatest  deviation  missing
          0       0.0000  0.50000    1.0000    0.50000        0
        batches: 2 of up to 2 examples, aligned start
          padding: 16.7 % of the features' steps, 0.0 % of the labels'
          labels by class: 0: 3, 1: 3
        masks of batch 0: 2 examples, 2 steps (# present, . padding)
          features ##  f_0.csv
          labels   ##
          features #.  f_1.csv
          labels   ##

        """)
    // Missing values are counted, not rejected.
    scratch.write(",6\n", to: "f_1.csv")
    let holes = try results(["inspect", "--features", "f_%d.csv"], in: scratch)
    #expect(holes.contains("  0       1.0000  2.0000    3.0000     1.0000        1\n"))
    #expect(
      holes.hasSuffix("batches: none can be made while values are missing (--transform fill fills them)\n"))
  }

  /// RMSE of the logs; same-as-last-month has 0.114.
  @Test func regressionFiguresAreInTheLabelsOwnUnits() throws {
    let scratch = TestDirectory()
    func files(_ part: String) -> (features: String, labels: String) {
      let folder = fixture("airline/windows_log/\(part)")
      return ("\(folder)/myInput_%d.csv", "\(folder)/myLabels_%d.csv")
    }
    let (train, test) = (files("train"), files("test"))
    let headline = try results(
      [
        "train", "--model", "m", "--features", train.features, "--labels", train.labels, "--regression",
        "--align", "end", "--normalize", "standardize", "--epochs", isDebug ? "8" : "200", "--hidden",
        isDebug ? "8" : "32", "--learning-rate", isDebug ? "0.03" : "0.01", "--seed", "1", "--test-features",
        test.features, "--test-labels", test.labels,
      ], in: scratch)
    let json = try results(
      ["evaluate", "--model", "m", "--json", "--features", test.features, "--labels", test.labels],
      in: scratch)
    #expect(
      try keys(json) == [
        "rmse", "mae", "r2", "smape", "wape", "columns", "score", "loss", "lossUnits", "penalty", "examples",
        "steps",
      ])
    struct Figures: Decodable {
      var rmse: [Double]
      var mae: [Double]
      var r2: [Double]
      var steps: Int
    }
    let figures = try JSONDecoder().decode(Figures.self, from: Data(json.utf8))
    #expect(figures.steps == 44)
    // The logs' changes have a deviation of 0.1: an error in the model's own, standardized units would be
    // near 1.
    #expect(figures.rmse[0] < (isDebug ? 0.114 : 0.08), "\(json)")
    #expect(figures.mae[0] <= figures.rmse[0])
    let rmse = try #require(Double(headline.split(separator: " ").last.map { $0.dropLast() } ?? ""))
    #expect(headline.hasPrefix("test rmse 0 "))
    #expect(abs(rmse - figures.rmse[0]) <= 0.00005001)
  }

  @Test(.enabled(if: !isDebug, "40 epochs three times take minutes without optimization"))
  func theDemoLearns() throws {
    let scratch = TestDirectory()
    let run = try timestep(["demo", "--fixtures", fixture("")], in: scratch)
    #expect(run.exitCode == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3)
    let notes = run.error.split(separator: "\n").map(String.init)
    // One line for every seed, nothing about speed, and no path of a folder that is gone.
    #expect(notes.filter { $0.hasPrefix("seed ") && $0.contains(": epoch 40/40, loss ") }.count == 3)
    #expect(notes.count < 30 && !run.error.contains("percent of the time") && !run.error.contains("\r"))
    for part in [
      "JapaneseVowels", "data: 270 training and 370 test utterances, 7 to 29 time steps of 12 columns",
      "converted: train: 270 examples in 9 batches", "network: lstm 64, rnnOutput 9; ",
      "confusions of seed 3, of 370 test series:\nactual \\ predicted",
      "accuracy of 0.0838, by always predicting class \"0\"", "Kudo, Toyama and Shimbo (1999)",
      "3 trainings and evaluations took ",
    ] { #expect(run.error.contains(part), "\(part)") }
    #expect(notes.last == "  timestep inspect YOUR-FOLDER")
    #expect(!run.error.contains("/tmp") && !run.error.contains(scratch.path))
    for (index, line) in lines.enumerated() {
      let words = line.split(separator: " ")
      #expect(words.count == 5 && line.hasPrefix("test accuracy ") && line.hasSuffix("(seed \(index + 1))"))
      #expect(try #require(Double(words[2])) >= 0.94)
    }
    #expect(scratch.names() == [])
  }

  @Test func theDemoReportsWhereItLooked() throws {
    try expectFailure(
      "Fixtures/japanese-vowels: not found here or above; run the demo in Timestep's checkout, or name the folder "
        + "with --fixtures\n", ["demo"], in: TestDirectory())
  }
}
