import TestSupport
import Testing
import Timestep

/// What every training says at its beginning, of its labels, and at its end.
@Suite(.startsProcesses) struct RunOutlineTests {
  /// Series of three rows with one label each, `f_0.csv` and `l_0.csv` ..., in the order of `classes`.
  private func data(_ classes: [Int], _ prefix: String = "", into scratch: TestDirectory) {
    for (number, label) in classes.enumerated() {
      scratch.write("\(number),1\n2,\(label)\n3,4\n", to: "\(prefix)f_\(number).csv")
      scratch.write("\(label)\n", to: "\(prefix)l_\(number).csv")
    }
  }

  private let files = ["--features", "f_%d.csv", "--labels", "l_%d.csv"]
  private let test = ["--test-features", "tf_%d.csv", "--test-labels", "tl_%d.csv"]
  private let train = ["train", "--model", "m", "--epochs", "1", "--hidden", "2"]

  /// The lines on standard error, without those about epochs and speed.
  private func lines(_ words: [String], in scratch: TestDirectory) throws -> [String] {
    let run = try timestep(words, in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    return run.error.split(separator: "\n").map(String.init).filter {
      !$0.hasPrefix("epoch ") && !$0.contains(" percent ") && !$0.contains("loss ") && !$0.contains("reading")
        && !$0.hasPrefix("test score")
    }
  }

  @Test func aRunWithoutOtherDataSaysWhatItDoes() throws {
    let scratch = TestDirectory()
    data([0, 1, 0, 1, 0, 1], into: scratch)
    let found = try lines(
      train + files + ["--classes", "2", "--align", "end", "--journal", "j"], in: scratch)
    #expect(
      found == [
        "data: 6 training examples; 2 feature columns; 2 classes (\"0\" and \"1\")",
        "network: lstm 2, rnnOutput 2; 46 parameters; adam, learning rate 0.001",
        "monitored: nothing, since there is no validation data; the model of the last epoch is kept",
        "to be written: m (model), j (journal)",
        "model: that of epoch 1, the last",
        "baseline on the training data: accuracy of 0.5000, by always predicting class \"0\", the most frequent in training",
        "written: m (model), j (journal)",
      ])
  }

  @Test func heldOutDataAndTheOptimizerAreNamed() throws {
    let scratch = TestDirectory()
    data([0, 1, 0, 1, 0, 1, 0], into: scratch)
    data([1, 1, 0, 0, 1, 1, 0, 1], "t", into: scratch)
    let words =
      train + files + test + [
        "--validation-features", "tf_%d.csv", "--validation-labels", "tl_%d.csv", "--allow-training-data",
        "--classes", "2", "--align", "end", "--class-weights", "balanced", "--updater", "adamw",
        "--weight-decay",
        "0.5", "--clip-norm", "2",
      ]
    let found = try lines(words, in: scratch)
    #expect(
      found.prefix(4) == [
        "data: 7 training examples (21 steps), 8 validation examples (24 steps), 8 test examples (24 steps); "
          + "2 feature columns; 2 classes (\"0\" and \"1\")",
        "network: lstm 2, rnnOutput 2; 46 parameters; adamw, learning rate 0.001, weight decay 0.5, gradient limit: "
          + "norm at most 2.0",
        "monitored: validation score, after every epoch; the model of the best epoch is kept",
        "to be written: m (model)",
      ])
    #expect(
      found.suffix(2) == [
        "baseline on the test data: accuracy of 0.3750, by always predicting class \"0\", the most frequent in training",
        "written: m (model)",
      ])
  }

  /// Every kind of model on every kind of labels: what is counted, and the errors.
  @Test func theResultsOfTheTestPartAreShown() throws {
    let scratch = TestDirectory()
    for prefix in ["", "t"] {
      for number in 0..<6 {
        scratch.write("\(number),1\n2,\(number % 2)\n3,4\n", to: "\(prefix)f_\(number).csv")
        scratch.write("\(number % 2)\n", to: "\(prefix)l_\(number).csv")
        scratch.write("\(number % 2)\n1\n\(number % 2)\n", to: "\(prefix)s_\(number).csv")
      }
    }
    func error(_ labels: String, _ flags: [String]) throws -> String {
      let data = [
        "--features", "f_%d.csv", "--labels", "\(labels)_%d.csv", "--test-features", "tf_%d.csv",
        "--test-labels",
        "t\(labels)_%d.csv", "--allow-training-data", "--align", "end",
      ]
      let run = try timestep(
        ["train", "--model", "m", "--epochs", "3", "--hidden", "2"] + data + flags, in: scratch)
      #expect(run.exitCode == 0, "\(run.error)")
      #expect(run.output.split(separator: "\n").count == 1 && run.output.hasPrefix("test "))
      return run.error
    }
    // Columns are as wide as their largest count.
    for (labels, count, header) in [("l", "6 series", "  0  1"), ("s", "18 steps", "   0  1")] {
      for pieces in [[], ["--tbptt", "1"]] {
        let found = try error(labels, ["--classes", "2"] + pieces)
        #expect(found.contains("test confusions, of \(count):\nactual \\ predicted\(header)\n"), "\(found)")
        let text = try results(
          [
            "evaluate", "--model", "m", "--features", "tf_%d.csv", "--labels", "t\(labels)_%d.csv", "--align",
            "end",
            "--allow-training-data",
          ], in: scratch)
        #expect(text.firstLine.hasSuffix(" of \(count)"), "\(text)")
      }
      let many = try error(labels, ["--classes", "13"])
      #expect(many.contains("test confusions, of \(count):\nactual  predicted  "), "\(many)")
      let numbers = try error(labels, ["--regression"])
      #expect(numbers.contains("test errors:\ncolumn "), "\(numbers)")
    }
    let validated = try error(
      "l", ["--classes", "2", "--validation-features", "tf_%d.csv", "--validation-labels", "tl_%d.csv"])
    let best = try #require(validated.firstRange(of: "the best epoch was ")).upperBound
    let epoch = validated[best...].prefix { $0.isNumber }
    #expect(validated.contains("\nmodel: that of epoch \(epoch) of 3, the best, with a validation score of "))
  }

  /// The limit is off unless it is given, and can be named as off.
  @Test func gradientsHaveNoLimitByDefault() throws {
    let scratch = TestDirectory()
    data([0, 1, 0, 1], into: scratch)
    let words = train + files + ["--classes", "2", "--align", "end"]
    var models: [[UInt8]] = []
    for (flags, text) in [
      ([], nil), (["--clip", "none"], nil), (["--clip", "0.001"], "elements in \u{B1}0.001"),
    ] {
      let found = try lines(words + flags, in: scratch)
      #expect(found.contains { $0.contains("gradient limit: \(text ?? "")") } == (text != nil), "\(found)")
      models.append(try scratch.bytes(of: "m"))
    }
    #expect(models[0] == models[1] && models[0] != models[2])
  }

  @Test func numbersHaveTheMeanAsTheirBaseline() throws {
    let scratch = TestDirectory()
    data([10, 20, 30, 40], into: scratch)
    data([25, 35], "t", into: scratch)
    for normalization in ["none", "standardize"] {
      let found = try lines(
        train + files + test + ["--regression", "--align", "end", "--normalize", normalization], in: scratch)
      #expect(
        found.suffix(2).first
          == "baseline on the test data: rmse 0 of 7.0711, by always predicting the mean of the training labels",
        "\(found)")
    }
  }

  @Test(arguments: [[], ["--class-weights", "balanced"], ["--normalize", "minmax"]])
  func classesWithFewExamplesAreReportedOncePerPart(_ flags: [String]) throws {
    let scratch = TestDirectory()
    data([0, 0, 0, 2, 2], into: scratch)
    data([0, 1, 1, 1, 0, 0], "t", into: scratch)
    let found = try lines(
      train + files + test
        + ["--classes", "3", "--align", "end", "--allow-training-data"] + flags, in: scratch)
    let notes = found.filter { $0.contains("expected at least 3 examples") }
    #expect(
      Set(notes) == [
        "the training data: expected at least 3 examples of each class, found 0 of class \"1\" and 2 of class \"2\" "
          + "among 5; what it has not seen, a model cannot learn: add examples, or divide the data differently (other groups, shares or seeds)",
        "the test data: expected at least 3 examples of each class, found 0 of class \"2\" among 6; figures say "
          + "little about such a class: add examples, or divide the data differently (other groups, shares or seeds)",
      ])
    #expect(notes.count == 2)
    let weights =
      "--class-weights balanced: class \"1\" has no label (weight 1, not balanced) and class \"2\" has 2 labels (weight "
      + "1.2500)"
    #expect(found.contains(weights) == flags.contains("balanced"))
  }

  /// Every combination of an alignment, labels per series and directions.
  @Test func aLabelAtTheFirstStepIsNoted() throws {
    let scratch = TestDirectory()
    for number in 0..<6 {
      scratch.write("1\n2\n\(number)\n", to: "f_\(number).csv")
      scratch.write("\(number % 2)\n", to: "l_\(number).csv")
      scratch.write("0\n\(number % 2)\n1\n", to: "s_\(number).csv")
      scratch.write("\(number)\n", to: "one_\(number).csv")
    }
    for alignment in ["start", "end"] {
      for (features, labels) in [("f", "l"), ("f", "s"), ("one", "l"), ("one", "s")] {
        for flags in [[], ["--bidirectional"], ["--normalize", "minmax"], ["--tbptt", "2"]] {
          let words = [
            "--features", "\(features)_%d.csv", "--labels", "\(labels)_%d.csv", "--classes", "2", "--align",
            alignment,
          ]
          let notes = try lines(train + words + flags, in: scratch).filter { $0.hasPrefix("alignment ") }
          let isNoted =
            alignment == "start" && (features, labels) == ("f", "l") && flags != ["--bidirectional"]
          #expect(
            notes
              == (isNoted
                ? [
                  "alignment \"start\": every series of the training data has one label, and it is at the first step, at "
                    + "which a recurrent network has seen one row; if it is about the whole series, put it at the "
                    + "last step (--align end)"
                ] : []),
            "\(words) \(flags)")
        }
      }
    }
  }
}

extension String {
  fileprivate var firstLine: Substring { prefix { $0 != "\n" } }
}
